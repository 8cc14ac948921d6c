"""The copy of the package in which all mutants are built, once."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

from .rewrite import mutants_at, rewrite
from .sites import Finder

HERE = Path(__file__).parent
COPIED = ("Sources/FailoverCore", "Sources/FailoverEngine", "Sources/FailoverTestKit",
          "Tests/FailoverCoreTests", "Tests/FailoverEngineTests", "docs")
MUTATED = ("Sources/FailoverCore/Runbook", "Sources/FailoverEngine/Running")
# Shows plans to people, and has golden texts of its own.
NOT_MUTATED = ("PlanScript",)
ERROR = re.compile(r"^(/[^:]+\.swift):(\d+):(\d+): error: (.*)$")


class Workspace:
    def __init__(self, root, place):
        self.root, self.place = root, place
        self.package = place
        self.dropped_file = place / "dropped.json"
        self.sites = []
        self.dropped = []

    @property
    def binary(self):
        found = sorted(self.package.glob(".build/*/debug/mutantsPackageTests.xctest"))
        return next(path for path in found if path.is_file())

    @property
    def fingerprint(self):
        """Of everything that a result depends on."""
        digest = hashlib.sha256()
        for path in self.copied_files():
            digest.update(str(path.relative_to(self.root)).encode() + path.read_bytes())
        for path in sorted(HERE.glob("*.py")) + [HERE / "Mutation.swift"]:
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def copied_files(self):
        for folder in COPIED:
            for path in sorted((self.root / folder).rglob("*")):
                if path.is_file():
                    yield path

    def find(self):
        """All mutants, numbered."""
        for folder in MUTATED:
            for path in sorted((self.root / folder).glob("*.swift")):
                if path.name.startswith(NOT_MUTATED):
                    continue
                relative = str(path.relative_to(self.root))
                self.sites += Finder(relative, path.read_bytes()).find()
        for number, site in enumerate(self.sites):
            site.number = number
        return self.sites

    # Writing

    def write(self):
        self.package.mkdir(parents=True, exist_ok=True)
        wanted = {}
        for path in self.copied_files():
            wanted[str(path.relative_to(self.root))] = path.read_bytes()
        dropped = {site.number for site in self.dropped}
        for path in {site.path for site in self.sites}:
            sites = [s for s in self.sites if s.path == path and s.number not in dropped]
            wanted[path] = self.importing(rewrite(wanted[path], sites), path).encode()
        wanted["Sources/FailoverCore/Mutation.swift"] = (HERE / "Mutation.swift").read_bytes()
        wanted["Package.swift"] = self.manifest().encode()
        resolved = self.root / "Package.resolved"
        if resolved.exists() and not (self.package / "Package.resolved").exists():
            wanted["Package.resolved"] = resolved.read_bytes()
        for name, content in wanted.items():
            path = self.package / name
            if not path.exists() or path.read_bytes() != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        for folder in ("Sources", "Tests", "docs"):
            for path in (self.package / folder).rglob("*"):
                if path.is_file() and str(path.relative_to(self.package)) not in wanted:
                    path.unlink()

    @staticmethod
    def importing(text, path):
        """Files of other modules import the mutants' one, if they do not yet."""
        if "FailoverCore/" in path or re.search(r"^(\w+ )?import FailoverCore$", text, re.M):
            return text
        return "import FailoverCore\n" + text

    def manifest(self):
        text = (HERE / "Package.swift.in").read_text()
        original = (self.root / "Package.swift").read_text()
        urls = [line.strip() for line in original.splitlines()
                if re.search(r'url: "[^"]*/swift-(log|crypto)"', line)]
        text = text.replace("@DEPENDENCIES@", "\n        ".join(urls))
        for mark, target in (("CORE", "FailoverCoreTests"), ("ENGINE", "FailoverEngineTests")):
            block = original[original.index(f'name: "{target}"'):].split("swiftSettings", 1)[0]
            found = re.search(r"exclude: (\[[^\]]*\])", block)
            text = text.replace(f"@{mark}_EXCLUDES@", found.group(1) if found else "[]")
        return text

    # Building

    def build(self, say):
        """Builds all mutants at once; leaves out those that are no Swift."""
        self.recall()
        while True:
            self.write()
            say(f"building {len(self.sites) - len(self.dropped)} mutants")
            command = ["swift", "build", "--build-tests", "--package-path", str(self.package),
                       "-Xswiftc", "-suppress-warnings"]
            result = subprocess.run(command, capture_output=True, text=True)
            if result.returncode == 0:
                break
            culprits = self.culprits(result.stdout + result.stderr)
            if not culprits:
                say(result.stdout[-4000:] + result.stderr[-4000:])
                raise SystemExit("mutants: the copy does not build, and not because of a mutant")
            for number, message in culprits.items():
                site = self.sites[number]
                self.dropped.append(site)
                say(f"  left out, no valid Swift: {site.path} {site.function}:"
                    f" {site.kind} {site.text} ({message})")
        self.remember()
        dropped = {site.number for site in self.dropped}
        self.sites = [site for site in self.sites if site.number not in dropped]

    def culprits(self, output):
        """The innermost mutant at each error."""
        found, texts = {}, {}
        for line in output.splitlines():
            match = ERROR.match(line)
            if not match:
                continue
            path, where = match.group(1), (int(match.group(2)), int(match.group(3)))
            if path not in texts:
                texts[path] = mutants_at(Path(path).read_text())
            around = [span for span in texts[path] if span[1] <= where <= span[2]]
            if around:
                number = min(around, key=lambda span: span[3])[0]
                found.setdefault(number, match.group(4))
            elif not any(self.sites[number].path in path for number in found):
                # Such as a missing return, which is reported where the function ends.
                before = [span for span in texts[path] if span[2] <= where]
                for span in sorted(before, key=lambda span: span[2])[-3:]:
                    found.setdefault(span[0], match.group(4))
        return found

    def signature(self, site):
        content = (self.root / site.path).read_bytes()
        return [site.path, hashlib.sha256(content).hexdigest(), site.kind, site.start, site.end]

    def remember(self):
        self.dropped_file.write_text(json.dumps([self.signature(s) for s in self.dropped]))

    def recall(self):
        """What did not build last time, in files that have not changed since."""
        if self.dropped_file.exists():
            known = json.loads(self.dropped_file.read_text())
            self.dropped = [s for s in self.sites if self.signature(s) in known]

    def remove(self):
        shutil.rmtree(self.place, ignore_errors=True)
