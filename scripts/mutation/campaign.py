"""Runs the tests once per mutant: the quick ones first, the others only for those that survive."""

import json
import os
import re
import resource
import selectors
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

FAILED = re.compile(r"^✘ Test (.+?) (?:recorded an issue|failed after)")
SUITE = re.compile(r"^[◇✔✘] Suite (\w+) ")
# A run that is not over after so many times its usual time hangs.
PATIENCE = 6
MEMORY = 12 << 30


@dataclass
class Verdict:
    """What became of a mutant."""

    outcome: str  # caught, hung, crashed, survived, unreached
    by: str = ""
    seconds: float = 0

    @property
    def is_alive(self):
        """Whether no test noticed it."""
        return self.outcome in ("survived", "unreached")


@dataclass
class Stage:
    """Tests that run together."""

    name: str
    filter: str
    seconds: float = 0
    cpu: float = 0
    reached: bytes = b""


class Campaign:
    def __init__(self, workspace, say, jobs):
        self.workspace, self.say, self.jobs = workspace, say, jobs
        self.stages = [Stage("FailoverCoreTests", r"^FailoverCoreTests\.")]
        self.results_file = workspace.place / "results.json"
        self.results = {}

    # Running

    def run(self, stage, mutant=None, reached=None, patience=None):
        """One run of a stage's tests: the first failure, or None; and how long it took."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MUTANT")}
        if mutant is not None:
            environment["MUTANT"] = str(mutant)
        if reached is not None:
            environment["MUTANTS_REACHED"] = str(reached)
        wall, cpu = patience or (1_800, 1_800)

        def limit():
            resource.setrlimit(resource.RLIMIT_CPU, (int(cpu) + 1, int(cpu) + 5))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        began = time.monotonic()
        process = subprocess.Popen(
            [str(self.workspace.binary), "--testing-library", "swift-testing",
             "--filter", stage.filter],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            env={**environment, "SWIFT_BACKTRACE": "enable=no"}, preexec_fn=limit,
            cwd=self.workspace.package,
        )
        outcome = self.follow(process, began + wall)
        spent = time.monotonic() - began
        if outcome is None:
            code = process.wait()
            if code in (-signal.SIGXCPU, -signal.SIGKILL):
                outcome = Verdict("hung", "")
            elif code != 0:
                outcome = Verdict("crashed", f"signal {-code}" if code < 0 else f"exit {code}")
            elif self.count == 0:
                raise SystemExit(f"mutants: {stage.name} ran no test")
        if outcome is not None:
            outcome.seconds = round(spent, 1)
            if outcome.outcome != "caught":
                outcome.by = f"{stage.name} {outcome.by}".strip()
        return outcome, spent

    count = 1

    def follow(self, process, deadline):
        """Reads until the first failure, the end or the deadline."""
        selector = selectors.DefaultSelector()
        selector.register(process.stdout, selectors.EVENT_READ)
        rest = b""
        try:
            while True:
                left = deadline - time.monotonic()
                if left <= 0:
                    return Verdict("hung", "")
                if not selector.select(left):
                    continue
                data = os.read(process.stdout.fileno(), 65_536)
                if not data:
                    return None
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    match = FAILED.match(line.decode(errors="replace"))
                    if match and "run with" not in match.group(1):
                        return Verdict("caught", match.group(1))
        finally:
            selector.close()
            process.stdout.close()
            if process.poll() is None:
                try:
                    process.wait(0.2)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    # Baseline

    def suites(self):
        """The engine's suites, by their names in the tests' files."""
        folder = self.workspace.package / "Tests/FailoverEngineTests"
        found = []
        for path in sorted(folder.rglob("*.swift")):
            found += re.findall(r"@Suite[^\n]*\n(?:@[^\n]*\n)*struct (\w+)", path.read_text())
        return found

    def baseline(self):
        """Every stage once without a mutant: the time it takes, and the mutants it reaches."""
        self.stages += [
            Stage(name, rf"^FailoverEngineTests\.{name}/") for name in self.suites()
        ]
        size = max(site.number for site in self.workspace.sites) + 1
        for stage in self.stages:
            path = self.workspace.place / "reached"
            path.write_bytes(bytes(size))
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            outcome, stage.seconds = self.run(stage, reached=path)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if outcome is not None:
                raise SystemExit(
                    f"mutants: {stage.name} does not pass without a mutant:"
                    f" {outcome.outcome} {outcome.by}"
                )
            stage.cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            stage.reached = path.read_bytes()
            path.unlink()
            self.say(f"  {stage.name}: {stage.seconds:.1f} s ({stage.cpu:.1f} s of work),"
                     f" reaches {sum(stage.reached)} mutants")
        first, *others = self.stages
        self.stages = [first, *sorted(others, key=lambda stage: stage.cpu)]

    # The campaign

    def judge(self, site):
        reached = False
        for stage in self.stages:
            if not stage.reached[site.number]:
                continue
            reached = True
            patience = (max(60, stage.seconds * PATIENCE * 2), max(20, stage.cpu * PATIENCE))
            outcome, _ = self.run(stage, mutant=site.number, patience=patience)
            if outcome is not None:
                return outcome
        return Verdict("survived" if reached else "unreached")

    def carry_out(self, sites, resume, survivors):
        fingerprint = self.workspace.fingerprint
        if resume or survivors:
            self.recall(fingerprint, survivors)
        open_sites = [site for site in sites if site.number not in self.results]
        self.say(f"{len(sites)} mutants, {len(open_sites)} to try, {self.jobs} at a time")
        done = 0
        with ThreadPoolExecutor(self.jobs) as pool:
            for site, verdict in pool.map(lambda s: (s, self.judge(s)), open_sites):
                done += 1
                self.results[site.number] = verdict
                if verdict.is_alive:
                    self.say(f"  {verdict.outcome}: {describe(site)}")
                if done % 25 == 0:
                    self.remember(fingerprint)
                    self.say(f"  {done} of {len(open_sites)} tried")
        self.remember(fingerprint)

    def remember(self, fingerprint):
        """Also of mutants that were not tried this time."""
        names = identities(self.workspace.sites)
        known = {}
        if self.results_file.exists():
            old = json.loads(self.results_file.read_text())
            known = old["results"] if old["fingerprint"] == fingerprint else {}
        known.update({names[n]: asdict(verdict) for n, verdict in self.results.items()})
        temporary = self.results_file.with_suffix(".new")
        temporary.write_text(json.dumps({"fingerprint": fingerprint, "results": known}))
        temporary.replace(self.results_file)

    def recall(self, fingerprint, survivors):
        """Earlier results: all of the same code, or of any code those that were caught."""
        if not self.results_file.exists():
            return
        known = json.loads(self.results_file.read_text())
        if not survivors and known["fingerprint"] != fingerprint:
            self.say("the code has changed since: every mutant is tried again")
            return
        names = {name: number for number, name in identities(self.workspace.sites).items()}
        for name, fields in known["results"].items():
            verdict = Verdict(**fields)
            if name in names and not (survivors and verdict.is_alive):
                self.results[names[name]] = verdict


def identities(sites):
    """A name per mutant that outlives changes elsewhere."""
    seen, names = {}, {}
    for site in sites:
        key = f"{site.kind} | {describe(site)}"
        seen[key] = seen.get(key, 0) + 1
        names[site.number] = f"{key} | {seen[key]}"
    return names


def describe(site):
    path, function, kind, text = site.key
    return f"{path.rsplit('/', 1)[-1]} | {function} | {kind} | {text}"
