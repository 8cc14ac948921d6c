"""Writes every mutant of a file into one text; the environment chooses among them at run time."""

import re

MARK = re.compile(r"/\*([<>])(\d+)\*/")


def rewrite(source, sites):
    """The text with all these sites; markers tell where each one is."""
    nested = [site for site in sites if site.kind != "swap"]
    swaps = [site for site in sites if site.kind == "swap"]
    return _Writer(source, nested, swaps).emit(0, len(source))


def mutants_at(text):
    """For every line, the mutants there, each with its size: the smallest is the innermost."""
    lines, opened, line, position = {}, {}, 1, 0
    spans = []
    for mark in MARK.finditer(text):
        line += text.count("\n", position, mark.start())
        position = mark.start()
        column = mark.start() - text.rfind("\n", 0, mark.start())
        number = int(mark.group(2))
        if mark.group(1) == "<":
            opened.setdefault(number, []).append((line, column, mark.start()))
        else:
            first, first_column, start = opened[number].pop()
            spans.append((number, (first, first_column), (line, column), mark.start() - start))
    return spans


class _Writer:
    def __init__(self, source, nested, swaps):
        self.source = source
        self.nested = sorted(nested, key=lambda site: (site.start, -site.end))
        self.later = {}  # a statement's start: the swaps that put it behind its neighbour
        self.after = {}  # the neighbour's start: the swap
        for swap in swaps:
            self.later[swap.start] = swap
            self.after[swap.partner[0]] = swap
        self.ends = {swap.start: swap.end for swap in swaps}
        self.ends.update({swap.partner[0]: swap.partner[1] for swap in swaps})

    def emit(self, start, end, done=()):
        """The text between, with the sites in it that are not done yet."""
        out, position = [], start
        while True:
            place = self.next(position, end, done)
            if place is None:
                out.append(self.source[position:end].decode())
                return "".join(out)
            a, b, work = place
            out.append(self.source[position:a].decode())
            out.append(work(done))
            position = b

    def next(self, position, end, done):
        """The first place that nothing else in this range encloses."""
        best = None
        for site in self.nested:
            if site.start < position or site.end > end or id(site) in done:
                continue
            if best is None or (site.start, -site.end) < (best[0], -best[1]):
                best = (site.start, site.end, lambda done, site=site: self.wrap(site, done))
        for start, stop in self.ends.items():
            if start < position or stop > end or ("statement", start) in done:
                continue
            if best is None or (start, -stop) <= (best[0], -best[1]):
                best = (start, stop, lambda done, at=(start, stop): self.statement(*at, done))
        return best

    def wrap(self, site, done):
        if site.kind == "delete":
            return self.statement(site.start, site.end, done)
        inner = self.emit(site.start, site.end, (*done, id(site)))
        if site.kind == "drop":
            core = f"Mutation.drop({site.number}, {inner})"
        elif site.kind == "invert-case":
            core = (
                f"Mutation.flip({site.number}, {{ () -> Bool in if {inner}"
                " { return true } else { return false } }())"
            )
        else:
            core = f"Mutation.flip({site.number}, {inner})"
        return f"/*<{site.number}*/{core}/*>{site.number}*/"

    def statement(self, start, end, done):
        """A statement that may be left out, or come behind its neighbour."""
        deletes = [s for s in self.nested
                   if s.kind == "delete" and (s.start, s.end) == (start, end)]
        done = (*done, ("statement", start), *map(id, deletes))
        inner = self.emit(start, end, done)
        numbers = [s.number for s in deletes]
        if start in self.later:
            numbers.append(self.later[start].number)
        text = inner
        if numbers:
            opening = "".join(f"/*<{n}*/" for n in numbers)
            closing = "".join(f"/*>{n}*/" for n in reversed(numbers))
            text = (
                f"{opening}if !Mutation.on({', '.join(map(str, numbers))})"
                f" {{ {inner} }}{closing}"
            )
        if start in self.after:
            swap = self.after[start]
            moved = self.emit(
                swap.start, swap.end,
                (*done, ("statement", swap.start), *self.deletes(swap.start, swap.end)),
            )
            text += (
                f"\n/*<{swap.number}*/if Mutation.on({swap.number})"
                f" {{ {moved} }}/*>{swap.number}*/"
            )
        return text

    def deletes(self, start, end):
        return [id(s) for s in self.nested
                if s.kind == "delete" and (s.start, s.end) == (start, end)]
