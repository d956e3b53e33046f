# A thin front: each target is one or two commands that can be typed by hand.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
# Compiled once and kept: dozens of processes start in the tests, and each would compile all anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

.PHONY: setup
setup: $(STAMP) ## make .venv/ with everything the product and its tests need

# Hashes are required of the tools too: an altered wheel stops here.
$(STAMP): requirements.lock requirements-tools.lock
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-tools.lock
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

.PHONY: browser
browser: setup ## find or install the Chromium that the browser tests drive
	$(BIN)/python -m tests.e2e.browser

.PHONY: tryton
tryton: setup ## make the empty Tryton database that the tests and the demo copy
	$(BIN)/python -m sandbox.tryton

.PHONY: demo
demo: setup ## run the bot with a local Slack workspace, a simulated ERP and a mailbox
	@$(BIN)/python -m sandbox.demo

.PHONY: test
test: setup browser tryton ## run every test
	$(BIN)/python -m pytest -n 3 --dist loadgroup

.PHONY: soak
soak: setup ## the fault suite for longer: make soak SEEDS=2000
	$(BIN)/python -m tests.faults --soak $(or $(SEEDS),1000)

.PHONY: check
check: setup ## formatting, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: bench
bench: setup ## the benchmarks; prints a table, asserts nothing
	$(BIN)/python -m bench

.PHONY: screenshots
screenshots: setup browser ## make the pictures of README and docs in a real browser
	$(BIN)/python -m tests.e2e.screenshots

.PHONY: format
format: setup ## format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: lock
lock: setup ## compile the lock files anew, with hashes
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra build --constraint requirements.lock --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements-run.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate requirements-tools.in -o requirements-tools.lock

.PHONY: ci
ci: check test ## what .ci/run runs
