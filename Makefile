# make run    installs what is missing into .venv and scans the sample pictures
# make test   installs what developers need and runs everything that CI runs

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= scans
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run test
.DELETE_ON_ERROR:

run: $(VENV)/.installed
	@$(BIN)/cardlight scan resources/samples --out $(OUT) --overlay --overwrite
	@echo "Crops and overlays are in $(abspath $(OUT))"

test: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.installed

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Cardlight needs Python 3.11 or later; name it with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
		{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		  apt-get update -q && apt-get install -q -y --no-install-recommends python3-venv; } || \
		{ echo "Python's venv module is missing; install it with: sudo apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
