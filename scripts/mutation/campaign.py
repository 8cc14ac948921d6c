"""Runs the tests once per mutant: the quick ones first, the others only for those that survive."""

import hashlib
import json
import os
import random
import re
import resource
import selectors
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

FAILED = re.compile(r"^✘ Test (.+?) (?:recorded an issue|failed after)")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# A run that is not over after so many times its usual time hangs.
PATIENCE = 6
MEMORY = 12 << 30
# Suites run together up to this many seconds of work.
QUICK = 3
# Makes faults of its own, and is slow.
NOT_RUN = ("PlanMutationTests",)
# Left out of a quick campaign: they go through thousands of lives and cuts, or start whole agents.
SLOW = (
    "CuttingTests", "RunReplayTests", "DeletedStepTests", "FaultTests", "FaultMatrixTests",
    "UndoMatrixTests", "ParkingTests", "Warden",
)


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
class Suite:
    """A suite of tests: what it takes, and which mutants it reaches."""

    target: str
    name: str
    seconds: float = 0
    cpu: float = 0
    reached: bytes = b""

    @property
    def pattern(self):
        return rf"{self.target}\.{self.name}/"


@dataclass
class Stage:
    """Suites that run together."""

    suites: list

    @property
    def name(self):
        names = [suite.name for suite in self.suites]
        return names[0] if len(names) == 1 else self.suites[0].target

    @property
    def filter(self):
        return "^(" + "|".join(suite.pattern for suite in self.suites) + ")"

    @property
    def patience(self):
        """The longest that it may take, and the most work that it may do, in seconds."""
        seconds = sum(suite.seconds for suite in self.suites)
        cpu = sum(suite.cpu for suite in self.suites)
        return (max(60, seconds * PATIENCE * 2), max(20, cpu * PATIENCE))


class Campaign:
    def __init__(self, workspace, say, jobs, quick=False, without=()):
        self.workspace, self.say, self.jobs = workspace, say, jobs
        self.left_out = (SLOW if quick else ()) + tuple(without)
        self.suites = []
        self.problems = []
        self.homes = {}  # a test's name: its suite
        self.caught = {}  # a file: how many of its mutants each suite caught
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
            os.nice(10)
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
        if outcome is not None:
            outcome.seconds = round(spent, 1)
            if outcome.outcome != "caught":
                outcome.by = f"{stage.name} {outcome.by}".strip()
        return outcome, spent

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
                    match = FAILED.match(COLOUR.sub("", line.decode(errors="replace")))
                    if match and not match.group(1).startswith("run with"):
                        return Verdict("caught", match.group(1).strip('"'))
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

    def find_suites(self):
        listed = subprocess.run(
            [str(self.workspace.binary), "--testing-library", "swift-testing", "--list-tests"],
            capture_output=True, text=True, cwd=self.workspace.package, check=True,
        ).stdout
        tests = re.findall(r"^(Failover(?:Core|Engine)Tests)\.(\w+)/(.+)\(", listed, re.M)
        self.homes = {test.strip("`"): suite for _, suite, test in tests}
        names = [(target, suite) for target, suite, _ in tests
                 if not suite.startswith(NOT_RUN + self.left_out)]
        suites = [Suite(*name) for name in dict.fromkeys(names)]
        if not suites:
            raise SystemExit("mutants: there are no tests")
        return suites

    def baseline(self):
        """Every suite once without a mutant: the time it takes, and the mutants it reaches."""
        size = max(site.number for site in self.workspace.sites) + 1
        known = self.known_baseline()
        for suite in self.find_suites():
            if suite.name in known:
                suite.seconds, suite.cpu, reached = known[suite.name]
                suite.reached = bytes.fromhex(reached)
                if sum(suite.reached):
                    self.suites.append(suite)
                continue
            path = self.workspace.place / "reached"
            path.write_bytes(bytes(size))
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            outcome, suite.seconds = self.run(Stage([suite]), reached=path)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if outcome is not None:
                self.problems.append(
                    f"{suite.name} does not pass without a mutant, so it judges none:"
                    f" {outcome.outcome} {outcome.by}"
                )
                self.say(self.problems[-1])
                continue
            suite.cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            suite.reached = path.read_bytes()
            path.unlink()
            known[suite.name] = (suite.seconds, suite.cpu, suite.reached.hex())
            if sum(suite.reached):
                self.suites.append(suite)
                self.say(f"  {suite.name}: {suite.seconds:.1f} s ({suite.cpu:.1f} s of work),"
                         f" reaches {sum(suite.reached)} mutants")

        text = json.dumps({"binary": self.binary_digest(), "suites": known})
        self.baseline_file.write_text(text)

    @property
    def baseline_file(self):
        return self.workspace.place / "baseline.json"

    def binary_digest(self):
        return hashlib.sha256(self.workspace.binary.read_bytes()).hexdigest()

    def known_baseline(self):
        """What the same binary showed before."""
        if not self.baseline_file.exists():
            return {}
        known = json.loads(self.baseline_file.read_text())
        return known["suites"] if known["binary"] == self.binary_digest() else {}

    # The campaign

    def stages(self, site):
        """What to run for a mutant: what caught most of its file first, then quick suites together,
        then slow ones one by one."""
        reaching = [suite for suite in self.suites if suite.reached[site.number]]
        reaching.sort(key=lambda suite: (suite.target, suite.cpu))
        caught = self.caught.get(site.path, {})
        best = [suite for suite in reaching if caught.get(suite.name)]
        best.sort(key=lambda suite: -caught[suite.name] / (suite.cpu + 0.1))
        stages = [Stage([suite]) for suite in best[:3]]
        first = len(stages)
        for suite in reaching:
            if suite in best[:3]:
                continue
            last = stages[-1].suites if len(stages) > first else []
            together = sum(other.cpu for other in last) + suite.cpu
            if last and last[0].target == suite.target and together < QUICK:
                last.append(suite)
            else:
                stages.append(Stage([suite]))
        return stages

    def judge(self, site):
        stages = self.stages(site)
        for stage in stages:
            outcome, _ = self.run(stage, mutant=site.number, patience=stage.patience)
            if outcome is not None:
                suite = self.homes.get(outcome.by)
                if suite:
                    counts = self.caught.setdefault(site.path, {})
                    counts[suite] = counts.get(suite, 0) + 1
                return outcome
        return Verdict("survived" if stages else "unreached")

    def carry_out(self, sites, resume, survivors):
        fingerprint = self.workspace.fingerprint
        if resume or survivors:
            self.recall(fingerprint, survivors)
        open_sites = [site for site in sites if site.number not in self.results]
        # In any order, so that a campaign that is broken off is a sample.
        random.Random(1).shuffle(open_sites)
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
