# What people do with this project. `make` alone lists it.
# Needs only make, git and a Python of 3.11 or later; deploy/setup.sh does the rest, and is quick when nothing changed.
# Variables given to make reach the commands: make test REQUIRE_ALL=1, make setup PYTHON=python3.12.

BIN := .venv/bin
ARGS ?=
# One more test at a time than there are cores, up to four: many wait. ARGS="-n 0" has them one after the other.
ABREAST := -n auto --maxprocesses 4 --dist worksteal

.PHONY: help setup setup-dev try test postgres check format bench load faults lock licences sbom audit node-tools clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'

setup: ## make .venv, fit to run the project
	@sh deploy/setup.sh

setup-dev:
	@sh deploy/setup.sh --dev

try: setup ## open the browser chat on this machine (ARGS="--port 8100" for another port)
	@$(BIN)/protocol-bot try $(ARGS)

# Whatever the tests send to Slack and to Teams is written down, and afterwards held to Slack's own types, and read by
# Microsoft's own reader of cards.
SENT := .pytest_cache/sent-to

test: export SLACK_SENT := $(CURDIR)/$(SENT)-slack
test: export TEAMS_SENT := $(CURDIR)/$(SENT)-teams
test: check node-tools ## check, then every test (REQUIRE_ALL=1: a test whose tool is absent fails; ARGS for pytest)
	@rm -rf $(SENT)-slack $(SENT)-teams && mkdir -p $(SENT)-slack $(SENT)-teams
	$(BIN)/python -m pytest $(ABREAST) $(ARGS)
	$(BIN)/python -m tests.slack.typed $(SENT)-slack
	$(BIN)/python -m tests.teams.drawn $(SENT)-teams
	@$(MAKE) --no-print-directory postgres

# 5: none of the tests that were asked for has to do with a database.
postgres: setup-dev ## the tests that have to do with a database, on a PostgreSQL of their own (ARGS for pytest)
	@echo "The same on PostgreSQL:"
	$(BIN)/python -m pytest --postgres $(ABREAST) $(ARGS) || [ $$? -eq 5 ]

check: setup-dev ## format, lint, types, directions of import, and what bandit finds
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/bandit -q -c pyproject.toml -r bot adapters content storage deploy

format: setup-dev ## put the layout right, and what the linter can mend
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: setup-dev ## how well, how fast, in how much memory, beside its peers: three quarters of an hour: build/bench.md
	$(BIN)/python -m tests.bench $(ARGS)

load: setup-dev ## half an hour of mixed traffic, 50 turns a second: build/load.md (ARGS="5" for minutes)
	$(BIN)/python -m tests.bench.load $(ARGS)

faults: setup-dev ## broken on purpose, a quarter of an hour: killed at every point, full disks, lost databases: build/faults.md
	$(BIN)/python -m tests.faults $(ARGS)

# One resolution serves Python 3.11 and later on Linux, macOS and Windows. What is pinned stays so unless it no longer
# fits pyproject.toml; ARGS=--upgrade takes the newest of everything. The dev lock agrees with the run lock (-c).
COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --no-config --universal --python-version 3.11 \
  --generate-hashes --no-annotate --custom-compile-command "make lock" $(ARGS)

lock: setup-dev ## write deploy/requirements*.lock anew from pyproject.toml
	$(BIN)/python -m pip --quiet --disable-pip-version-check install "uv>=0.9"
	$(COMPILE) --group build --extra import --extra slack --extra teams --extra postgres -o deploy/requirements.lock
	$(COMPILE) --group test --group check --extra import --extra slack --extra teams --extra postgres -c deploy/requirements.lock \
	  -o deploy/requirements-dev.lock

licences: setup-dev ## write deploy/answering/licences.md anew from the run lock; refuses a licence that nobody has allowed
	$(BIN)/python -m tests.supply.licences

sbom: setup-dev ## write dist/sbom.cdx.json: what the project runs on, by version, hash and licence (CycloneDX)
	$(BIN)/python -m tests.supply.sbom dist/sbom.cdx.json

# Needs the network, so no test waits for it. In an environment of its own: what it needs must not move what is pinned.
audit: setup-dev ## ask whether a weakness is known in anything pinned (SECURITY.md says what to do then)
	@$(BIN)/python -m venv build/audit && build/audit/bin/pip --quiet --disable-pip-version-check install "pip-audit>=2.9"
	build/audit/bin/pip-audit --strict --require-hashes --disable-pip -r deploy/requirements.lock $(ARGS)

# What some tests borrow from npm, where npm is. Without it those tests say so and are skipped.
NODE := $(patsubst %/package-lock.json,%,$(wildcard tests/browser/package-lock.json tests/slack/*/package-lock.json \
  tests/teams/*/package-lock.json))

node-tools:
	@command -v npm >/dev/null 2>&1 || exit 0; for folder in $(NODE); do \
	  cmp -s $$folder/package-lock.json $$folder/node_modules/.laid || { \
	    (cd $$folder && npm ci --no-audit --no-fund) && cp $$folder/package-lock.json $$folder/node_modules/.laid \
	      || echo "npm could not install $$folder: the tests that need it will say so."; \
	  }; \
	done

clean: ## remove all that these commands made; the data of `make try` stays
	rm -rf .venv dist build tests/browser/node_modules tests/slack/*/node_modules tests/teams/*/node_modules .mypy_cache \
	  .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
