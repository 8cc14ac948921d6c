"""The list of mutants that no test can catch because they do no harm, each with the reason.

The form of the list, which is part of docs/mutants.md's folder of facts:

    File.swift | function | invert, delete or swap | the text of the place
        the reason, in one or more indented lines

Keys have neither numbers nor lines, so the list outlives edits elsewhere in the file. One entry
stands for every place of the function with that text.
"""

from pathlib import Path

PATH = Path(__file__).parent / "harmless.txt"


class HarmlessList:
    def __init__(self, path=PATH):
        self.reasons = {}
        self.problems = []
        key = None
        for number, line in enumerate(path.read_text().splitlines() if path.exists() else [], 1):
            if not line.strip() or line.startswith("#"):
                continue
            if line[0].isspace():
                if key is None:
                    self.problems.append(f"{path.name}:{number}: a reason of nothing")
                else:
                    self.reasons[key] = f"{self.reasons[key]} {line.strip()}".strip()
                continue
            parts = tuple(part.strip() for part in line.split(" | ", 3))
            if len(parts) != 4 or parts[2] not in ("invert", "delete", "swap"):
                self.problems.append(f"{path.name}:{number}: not FILE | FUNCTION | KIND | TEXT")
                key = None
                continue
            key = parts
            if key in self.reasons:
                self.problems.append(f"{path.name}:{number}: listed twice")
            self.reasons[key] = ""
        for key, reason in self.reasons.items():
            if not reason:
                self.problems.append(f"{' | '.join(key)}: without a reason")

    @staticmethod
    def key(site):
        path, function, kind, text = site.key
        return (Path(path).name, function, kind, text)

    def unmatched(self, sites):
        """Entries that fit no place in the code."""
        known = {self.key(site) for site in sites}
        return [key for key in self.reasons if key not in known]

    def reason(self, site):
        return self.reasons.get(self.key(site))
