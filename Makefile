# Dateline's tasks. `make demo` shows it, `make test` proves it; `make help` lists the rest.
#
# Everything is installed into .venv from pyproject.toml at the versions of constraints.txt. A stamp
# file per kind of installation says what is there, so that a second run installs nothing again.

PYTHON ?= python3
# cpu: PyTorch's small CPU build. cuda: the plain package, with several GB of CUDA libraries.
DEVICE ?= cpu
TORCH_CPU_INDEX ?= https://download.pytorch.org/whl/cpu

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
RUNTIME := $(VENV)/.installed-runtime-$(DEVICE)
DEV := $(VENV)/.installed-dev-$(DEVICE)

.DEFAULT_GOAL := help
.PHONY: help demo install test quick soak lint types layers format docs bench clean

help: ## list the tasks
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

demo: $(RUNTIME) ## install what is missing, load the seed articles, ask them three questions, chat
	@$(BIN)/python -m bot.demo

install: $(RUNTIME) ## install Dateline into .venv
	@echo "Installed. Try: $(BIN)/dateline --help"

test: quick ## all that CI runs: lint, types, layers, every test
	@echo "==> pytest: the tests that load the model or start the program"
	@$(BIN)/python -m pytest -q -n auto --dist worksteal -m "model or slow"

quick: $(DEV) lint types layers ## the part of `make test` that takes less than three minutes
	@echo "==> pytest: the quick tests"
	@$(BIN)/python -m pytest -q -n auto --dist worksteal -m "not model and not slow"

soak: $(DEV) ## what is too long for `make test`: loads and briefs, killed at random moments
	@$(BIN)/python -m tests.soak.kill_loop --kills 100 --seed 1
	@$(BIN)/python -m tests.delivery.simulate --runs 10000 --seed 1
	@$(BIN)/python -m tests.soak.kill_briefs --kills 50 --seed 1

lint: $(DEV)
	@echo "==> ruff"
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .

types: $(DEV)
	@echo "==> mypy --strict"
	@$(BIN)/mypy

layers: $(DEV)
	@echo "==> import-linter"
	@$(BIN)/lint-imports --no-cache

format: $(DEV) ## format the code and mend what the linter can
	@$(BIN)/ruff check --fix-only --quiet . && $(BIN)/ruff format .

docs: $(DEV) ## write docs/commands.md and docs/slack-manifest.yaml from the program
	@$(BIN)/typer bot.cli utils docs --name dateline --title "The commands" --output docs/commands.md
	@$(BIN)/python -c 'from adapters.slack.manifest import written; print(written(), end="")' > docs/slack-manifest.yaml

bench: $(DEV) ## measure speed and memory, as ratios, and against the previous release
	@$(BIN)/python benchmarks/everything.py

clean: ## remove everything that make has made
	@rm -rf $(VENV) .demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Dateline needs Python 3.11 or newer; name one: make PYTHON=python3.11"; exit 1; }
	@echo "==> a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }

# The CPU index is only an extra one: where it answers, its "+cpu" build counts as the newer version
# and wins; where it cannot be reached within five seconds, the plain package is taken without it.
$(RUNTIME): pyproject.toml constraints.txt | $(BIN)/python
	@echo "==> installing Dateline (PyTorch for $(DEVICE), the model and the rest; once, about a minute)"
	@extra=""; \
	if [ "$(DEVICE)" = cpu ] && $(BIN)/python -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1] + "/torch/", timeout=5)' "$(TORCH_CPU_INDEX)" 2>/dev/null; \
	then extra="--extra-index-url $(TORCH_CPU_INDEX)"; fi; \
	$(PIP) install -c constraints.txt $$extra torch && $(PIP) install -c constraints.txt -e .
	@echo "==> preparing the model (once, some seconds)"
	@$(BIN)/python -m bot.preparing || echo "It is tried again when the model is needed; dateline check says more."
	@rm -f $(VENV)/.installed-*; touch $@

$(DEV): $(RUNTIME)
	@echo "==> installing the development tools"
	@$(PIP) install -c constraints.txt $$($(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["dev"])')
	@touch $@
