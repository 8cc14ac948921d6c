# Edgewarden: `make demo` and `make test` do everything, the set-up included.

.PHONY: setup build demo test test-system lint unit integration mutants fuzz release deb benchmark clean

setup:
	@scripts/setup

build: setup
	swift build

# The main job on the lab: a pool dies, federation moves, the pool returns, federation moves back.
demo: release
	scripts/demo

# Style, then every test: unit tests, tests against real servers, and the whole loop on the lab.
test: setup lint
	scripts/test

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks Fuzzing

# Whether a test notices when a check, a step or an order of the planner or runner is wrong; an hour.
# Options in ARGS, e.g. ARGS="--only Planner --resume"; docs/mutants.md explains.
mutants: setup
	@scripts/mutants $(ARGS)

# Whether any bytes can crash PSRP or be read and written otherwise; ten minutes, or ARGS=SECONDS.
fuzz:
	@Fuzzing/run $(ARGS)

# The program, Swift's own libraries inside: .build-release/release/edgewarden.
release: setup
	@scripts/deb program

# Debian's package of it: .build-release/edgewarden_VERSION_ARCHITECTURE.deb.
deb: setup
	@scripts/deb

# The package, installed on a Debian with systemd in a container, its agent working on the lab; as root.
test-system: setup
	@scripts/test-system

benchmark: setup
	Benchmarks/run

clean:
	rm -rf .build .build-mutants .build-fuzz .build-release .build-system
