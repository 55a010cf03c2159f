# make run          installs what is missing into .venv and opens the window; where there is no display, it scans the
#                   sample pictures instead
# make test         installs what developers need and runs everything that CI runs
# make screenshots  renders every screen, in each theme and language, into SCREENSHOTS
# make translations collects the window's texts into resources/translations, and compiles what is translated there
# make measure      measures accuracy and speed into docs/measurements; needs BANK, BACKGROUNDS and REAL

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= scans
SCREENSHOTS ?= screenshots
MEASUREMENTS := docs/measurements
# What Qt needs of a bare Debian or Ubuntu to draw without a display, and to load its camera module.
QT_PACKAGES := libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0 libpulse0
QT_LIBRARIES := libEGL.so.1 libGL.so.1 libxkbcommon.so.0 libdbus-1.so.3 libfontconfig.so.1 libglib-2.0.so.0 libpulse.so.0
# What the test of the window on a display needs: a display without a screen, a window manager, hands, and what Qt needs
# to draw there. Without them, that test is skipped.
DISPLAY_PACKAGES := xvfb openbox xdotool libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 \
	libxcb-render-util0 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0 libx11-xcb1
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run test measure screenshots translations qt-libraries display-tools
.DELETE_ON_ERROR:

run: $(VENV)/.installed
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" != Linux ]; then \
		$(BIN)/cardlight; \
	else \
		$(BIN)/cardlight scan resources/samples --out $(OUT) --overlay --overwrite && \
		echo "There is no display for the window. Crops and overlays are in $(abspath $(OUT))"; \
	fi

screenshots: $(VENV)/.installed qt-libraries
	QT_QPA_PLATFORM=offscreen $(BIN)/python packaging/screenshots.py $(SCREENSHOTS)

translations: $(VENV)/.installed
	$(BIN)/python packaging/translations.py

# BANK: folder of the bank that weights were trained on; BACKGROUNDS: its photographs; REAL: annotated real photos.
measure: $(VENV)/.installed-dev
	$(BIN)/cardlight synth --bank $(BANK) --backgrounds $(BACKGROUNDS) --split validation --count 300 --size 1280 \
		--seed 7 --out $(BANK)/rendered
	$(BIN)/cardlight evaluate $(BANK)/rendered --json > $(MEASUREMENTS)/rendered.json
	$(BIN)/cardlight evaluate $(REAL) --json > $(MEASUREMENTS)/real.json
	$(BIN)/cardlight bench --json $(MEASUREMENTS)/speed.json > $(MEASUREMENTS)/speed.md

test: $(VENV)/.installed-dev qt-libraries display-tools
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q

qt-libraries:
	@[ "$$(uname)" != Linux ] || $(PYTHON) -c 'import ctypes, sys; [ctypes.CDLL(name) for name in sys.argv[1:]]' \
		$(QT_LIBRARIES) 2>/dev/null || \
		{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		  apt-get update -q && apt-get install -q -y --no-install-recommends $(QT_PACKAGES); } || \
		{ echo "Qt needs system libraries; install them with: sudo apt-get install $(QT_PACKAGES)" >&2; exit 1; }

display-tools:
	@[ "$$(uname)" != Linux ] || \
		{ command -v Xvfb && command -v openbox && command -v xdotool && \
		  $(PYTHON) -c 'import ctypes; ctypes.CDLL("libxcb-cursor.so.0")'; } >/dev/null 2>&1 || \
		{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		  apt-get update -q && apt-get install -q -y --no-install-recommends $(DISPLAY_PACKAGES); } || \
		echo "The window is not tested on a display; for that: sudo apt-get install $(DISPLAY_PACKAGES)" >&2

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
