"""Deliberately wrong cores, and how soon the simulation notices each: `make mutants ARGS=--policy`.

Each entry of policy-mutants.toml replaces a text of the core. All of them are built into one
program, switched on one at a time by number, so that one build serves all.
"""

import json
import shutil
import subprocess
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("policy-mutants.toml")
SWITCH = """/// Which of the wrong cores is lived with; 0 for the right one.
nonisolated(unsafe) public var wrongCore = 0
"""
PACKAGE = """// swift-tools-version: 6.2
// Written by scripts/mutation/policy_mutants.py: the core with wrong ones in it, and the simulation.
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]
let package = Package(
    name: "policy-mutants",
    targets: [
        .target(name: "FailoverCore", swiftSettings: settings),
        .target(name: "Simulating", dependencies: ["FailoverCore"], swiftSettings: settings),
        .executableTarget(
            name: "WrongCores",
            dependencies: ["FailoverCore", "Simulating"],
            swiftSettings: settings
        ),
    ]
)
"""
MAIN = """import FailoverCore
import Simulating

let arguments = CommandLine.arguments.compactMap { UInt64($0) }
wrongCore = Int(arguments[0])
var simulation = Simulation()
for seed in 1...arguments[1] {
    simulation.live(seed: seed, shrinks: false)
    guard let failure = simulation.failures.first else { continue }
    print(seed)
    print(failure.violation)
    break
}
"""


@dataclass
class Mutant:
    """A wrong core."""

    number: int
    name: str
    rule: str
    file: str
    old: str
    new: str
    within: int
    place: str = ""
    kind: str = "expression"


class Misfit(Exception):
    """Patches that do not fit the source."""

    def __init__(self, problems):
        super().__init__("; ".join(problems))
        self.problems = problems


def read():
    """The table."""
    entries = tomllib.loads(TABLE.read_text())["mutant"]
    return [Mutant(number + 1, **entry) for number, entry in enumerate(entries)]


def replacement(old, same):
    """A text and all that stands in its place, each behind its switch."""
    kind = same[0].kind
    if kind == "statements":
        wrong = "".join(f"if wrongCore == {mutant.number} {{\n{mutant.new}\n}} else "
                        for mutant in same)
        return f"{wrong}{{\n{old}\n}}"
    label = ""
    if kind == "argument":
        label, old = (part.strip() for part in old.split(":", 1))
        label += ": "
    text = old
    for mutant in same:
        new = mutant.new.split(":", 1)[1] if kind == "argument" else mutant.new
        text = f"(wrongCore == {mutant.number} ? ({new}) : {text})"
    return label + text


def patched(text, mutants):
    """A file's text with every mutant of it, each behind its switch."""
    groups, misfits = {}, []
    for mutant in mutants:
        place = mutant.place or mutant.old
        count = text.count(place)
        if count != 1 or place.count(mutant.old) < 1:
            misfits.append(f"'{mutant.name}' no longer fits: its text is {count} times in "
                           f"{mutant.file}, not once: {place!r}")
            continue
        groups.setdefault((place, mutant.old), []).append(mutant)
    if misfits:
        raise Misfit(misfits)
    for (place, old), same in groups.items():
        # The last one: a place begins with what leads to it.
        if place not in text:
            raise Misfit([f"'{same[0].name}' lies over another one: give both the same place"])
        before, _, after = place.rpartition(old)
        text = text.replace(place, before + replacement(old, same) + after)
    return text


def write(root, place, mutants):
    """The package with all of them."""
    sources = place / "Sources"
    shutil.rmtree(sources, ignore_errors=True)
    shutil.copytree(root / "Sources/FailoverCore", sources / "FailoverCore")
    shutil.copytree(root / "Sources/Simulating", sources / "Simulating")
    misfits = []
    for file in sorted({mutant.file for mutant in mutants}):
        path = sources / "FailoverCore" / file
        own = [mutant for mutant in mutants if mutant.file == file]
        try:
            path.write_text(patched(path.read_text(), own))
        except FileNotFoundError:
            misfits.append(f"there is no {file} in the core any more")
        except Misfit as misfit:
            misfits += misfit.problems
    if misfits:
        raise Misfit(misfits)
    (sources / "FailoverCore/WrongCore.swift").write_text(SWITCH)
    (sources / "WrongCores").mkdir()
    (sources / "WrongCores/main.swift").write_text(MAIN)
    (place / "Package.swift").write_text(PACKAGE)


def live(program, mutant):
    """How many histories it takes, and what is violated then; None when nothing is."""
    try:
        run = subprocess.run([program, str(mutant.number), str(mutant.within)],
                             capture_output=True, text=True, timeout=1200)
    except subprocess.TimeoutExpired:
        return mutant.within, "a history does not end"
    lines = run.stdout.strip().splitlines()
    if run.returncode != 0:
        words = [line for line in run.stderr.splitlines() if "atal error" in line]
        return mutant.within, f"the core stops itself: {words[0] if words else run.returncode}"
    return (int(lines[0]), lines[1]) if len(lines) > 1 else None


def main(root, place, say, jobs=2, only=()):
    """Builds, lives, tells; returns the problems."""
    place = place / "policy"
    place.mkdir(parents=True, exist_ok=True)
    mutants = read()
    try:
        write(root, place, mutants)
    except Misfit as misfit:
        return misfit.problems
    build = subprocess.run(["swift", "build", "-c", "release", "--package-path", str(place)],
                           capture_output=True, text=True)
    if build.returncode != 0:
        errors = [line for line in build.stdout.splitlines() if "error:" in line]
        return ["the wrong cores do not build: " + "; ".join(errors[:5])]
    program = place / ".build/release/WrongCores"
    right = Mutant(0, "the core as it is", "", "", "", "", 60)
    if (found := live(program, right)) is not None:
        return [f"the core as it is violates something: {found[1]}"]
    chosen = [mutant for mutant in mutants if not only or mutant.name in only]
    caught, problems, results = 0, [], {}
    with ThreadPoolExecutor(jobs) as pool:
        for mutant, found in zip(chosen, pool.map(lambda one: live(program, one), chosen)):
            results[mutant.name] = found
            line = f"{mutant.name} | {mutant.rule}"
            if found is None:
                print(f"{line} | NOT caught within {mutant.within} histories", flush=True)
                problems.append(f"not caught: {mutant.name}")
            else:
                caught += 1
                print(f"{line} | caught after {found[0]} histories: {found[1]}",
                      flush=True)
    (place / "results.json").write_text(json.dumps(results, indent=1))
    print(f"{caught} of {len(chosen)} caught")
    return problems
