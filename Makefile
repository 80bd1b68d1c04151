# What people type. Each target does its own set-up; a second time that costs nothing (.stamps/).

SHELL = /bin/sh
BIN = .venv/bin
SETUP = .stamps/setup
SCRIPTS = browser/injected
NPM = npm --prefix $(SCRIPTS)
TESTS ?=
ARGS ?=
ZOO = bench/zoo_cases

.PHONY: help setup demo test slow check bench chaos relocate lookalikes generated figures releases drift zoo fuzz cost screens bundle audit sbom clean

help:
	@echo 'make demo    record a demonstration in the bundled app and replay it, in under a minute'
	@echo 'make test    run the tests; TESTS="-k name" or a path chooses some'
	@echo 'make slow    the tests that take long: what make test has some cases of, all of them'
	@echo 'make check   formatting, types, import contracts, page scripts, generated files'
	@echo 'make bench   measure a replay and a batch against hand-written Playwright scripts'
	@echo 'make chaos   kill the workers of a batch again and again, and count what is stored; ARGS="--rows 50 --kills 5"'
	@echo 'make relocate  find the controls of real pages on their next version, or refuse; ARGS="--pages datatables"'
	@echo 'make lookalikes  where what is like the target is not it: 4 pages in 100 variants each; ARGS="--pages rows"'
	@echo 'make generated  change the pages of all demonstrations as releases do: found again, refused, clicked wrong'
	@echo 'make releases  demonstrations on the demo application, replayed on its next releases, judged by its data'
	@echo 'make figures  draw what relocate and generated found into docs/ (installs matplotlib; 10 minutes)'
	@echo 'make drift   record on one release of three real web apps, replay on the next (needs Python 3.9 and 3.12)'
	@echo 'make zoo     record and replay 79 pages and widgets, and say which come out right; ARGS="--replays 1 --cat frames"'
	@echo 'make fuzz    random demonstrations on a page of every widget, recorded and replayed; ARGS="--seeds 20"'
	@echo 'make cost    what recording costs the page that is recorded'
	@echo 'make screens  pictures of the console, of real runs on the demo application, into docs/screens'
	@echo 'make audit   ask whether faults are known in the packages that are used (installs pip-audit; needs the network)'
	@echo 'make sbom    list what showonce is made of into docs/sbom.cdx.json, after a change of constraints.txt'
	@echo 'make bundle  build the page scripts after a change in $(SCRIPTS)/src (needs Node.js)'
	@echo 'make setup   only what all of these do first: .venv, packages, a browser'
	@echo 'make clean   take away everything make put here, .venv included'

setup: $(SETUP)

demo: $(SETUP)
	@$(BIN)/python -m demo

# By module, so that the top folder is importable for what is not installed (bench).
test: $(SETUP)
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(TESTS)

slow: $(SETUP)
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m slow $(TESTS)

check: $(SETUP) .stamps/npm
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(NPM) run --silent types && echo 'page scripts: types in order'
	@$(NPM) run --silent lint && echo 'page scripts: lint in order'
	@$(NPM) run --silent fresh && echo 'page scripts: the bundle is fresh'
	@$(BIN)/python -m recordings.schema --check && echo 'docs/recording.schema.json is fresh'
	@$(BIN)/python -m workflows.schema --check && echo 'docs/workflow.schema.json is fresh'
	@$(BIN)/python -m supply.sbom --check && echo 'docs/sbom.cdx.json is fresh'

bench: $(SETUP)
	@$(BIN)/python -m bench.overhead
	@$(BIN)/python -m bench.find_cost
	@$(BIN)/python -m bench.throughput
	@$(BIN)/python -m bench.workflows

chaos: $(SETUP)
	@$(BIN)/python -m bench.chaos $(ARGS)
	@$(BIN)/python -m bench.chaos_flows $(ARGS)

relocate: $(SETUP)
	@$(BIN)/python -m bench.relocate $(ARGS)

lookalikes: $(SETUP)
	@$(BIN)/python -m bench.lookalikes $(ARGS)

releases: $(SETUP)
	@$(BIN)/python -m bench.northdesk_releases $(ARGS)

# What they found, drawn: docs/calibration.png and docs/survival.png.
figures: $(SETUP)
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[figures]'
	@$(BIN)/python -m bench.relocate_facts .stamps/facts.json
	@$(BIN)/python -m bench.generated_drift --out .stamps/generated.json || true
	@$(BIN)/python -m bench.figures .stamps/facts.json .stamps/generated.json

generated: $(SETUP)
	@$(BIN)/python -m bench.generated_drift $(ARGS)

drift: $(SETUP)
	@$(BIN)/python -m bench.drift_cases.environments
	@$(BIN)/python -m bench.drift $(ARGS)

zoo: $(SETUP) .stamps/zoo
	@$(BIN)/python -m bench.zoo $(ARGS)

fuzz: $(SETUP)
	@$(BIN)/python -m bench.fuzz $(ARGS)

cost: $(SETUP)
	@$(BIN)/python -m bench.capture_cost $(ARGS)

screens: $(SETUP)
	@$(BIN)/python -m bench.screens $(ARGS)

# Says 'it could not be found out' where those who know cannot be reached: that is no 'no fault is known'.
audit: .stamps/supply
	@$(BIN)/python -m supply.advisories

sbom: .stamps/supply
	@$(BIN)/python -m supply.sbom

bundle: .stamps/npm
	@$(NPM) run --silent build

clean:
	rm -rf .venv .stamps .demo build *.egg-info $(SCRIPTS)/node_modules $(ZOO)/node_modules
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Tried by running them: a version manager's shim may be there for a Python that is not.
.stamps/venv:
	@mkdir -p .stamps
	@if .venv/bin/python -m pip --version >/dev/null 2>&1; then touch $@; exit 0; fi; \
	for python in python3.13 python3.12 python3.11 python3 python; do \
	    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then lacking=$$python; continue; fi; \
	    echo "Making .venv with $$($$python --version)"; \
	    $$python -m venv --clear .venv && touch $@ && exit 0; \
	    echo "$$python could not make .venv."; exit 1; \
	done; \
	if [ -n "$$lacking" ]; then \
	    echo "$$lacking has no venv: on Debian/Ubuntu, as root, 'apt-get install python3-venv', then make again."; \
	else \
	    echo "No Python 3.11 or newer was found: install one (python.org, 'apt-get install python3 python3-venv')."; \
	fi; exit 1

# The stamp is made where pip ended well, since a pipe tells only how its last command ended.
.stamps/packages: .stamps/venv pyproject.toml constraints.txt
	@echo 'Installing the pinned packages into .venv (about 60; a minute or two the first time)'
	@rm -f $@; \
	{ $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[dev]' && touch $@; } \
	    | awk '/^(Collecting|Building|Installing)/ { sub(/ \(from.*/, ""); print "  " substr($$0, 1, 70); fflush() }'; \
	test -e $@ || { echo 'The packages could not be installed; pip says why above.'; exit 1; }

$(SETUP): .stamps/packages
	@$(BIN)/python -m browser ensure
	@touch $@

.stamps/supply: $(SETUP)
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[supply]'
	@touch $@

.stamps/npm: $(SCRIPTS)/package.json $(SCRIPTS)/package-lock.json
	@mkdir -p .stamps
	@command -v npm >/dev/null || { echo "The page scripts' checks need Node.js 20 or newer with npm:" \
	    "install it (nodejs.org, or 'apt-get install nodejs npm')."; exit 1; }
	@echo 'Installing the tools for the page scripts'
	@$(NPM) ci --ignore-scripts --no-audit --no-fund
	@touch $@

.stamps/zoo: $(ZOO)/package.json $(ZOO)/package-lock.json
	@mkdir -p .stamps
	@command -v npm >/dev/null || { echo "The zoo's widget libraries need Node.js 20 or newer with npm:" \
	    "install it (nodejs.org, or 'apt-get install nodejs npm')."; exit 1; }
	@echo 'Installing the widget libraries of the zoo'
	@npm --prefix $(ZOO) ci --ignore-scripts --no-audit --no-fund
	@touch $@
