# make run          installs what is missing into .venv and opens the window; where there is no display, it scans the
#                   sample pictures instead
# make test         installs what developers need and runs everything that CI runs
# make screenshots  renders every screen, in each theme and language, into SCREENSHOTS
# make translations collects the window's texts into resources/translations, and compiles what is translated there
# make bundle       builds the program that runs without Python, for the CPU, into dist/cpu/cardlight; bundle-cuda: with torch
# make wheels       builds what that has of its sources instead of published wheels, on Linux; make bundle does it too
# make smoke        tries that program as a user's machine would run it; make deb: packs it for Debian and Ubuntu
# make lock         brings the exact versions in requirements/ up to date with pyproject.toml; UPGRADE=1 takes newer ones
# make audit        asks a database of known faults about those versions; needs the network
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
# What building wheels needs: a compiler, binutils, and the headers of a Python that is the system's own.
WHEEL_PACKAGES := build-essential python3-dev
# What packing for Debian needs: its tools, and the libraries that the bundle uses, whose packages it looks up.
DEB_PACKAGES := dpkg-dev $(QT_PACKAGES) $(DISPLAY_PACKAGES) libwayland-cursor0 libwayland-egl1
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run test wheels bundle bundle-cuda smoke deb lock audit measure screenshots translations qt-libraries \
	display-tools wheel-tools deb-tools
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

# BANK: folder of the bank that weights were trained on; BACKGROUNDS: its photographs; REAL: annotated real photos;
# PEERS: any ONNX files to time as well.
measure: $(VENV)/.installed-dev
	$(BIN)/cardlight synth --bank $(BANK) --backgrounds $(BACKGROUNDS) --split validation --count 300 --size 1280 \
		--seed 7 --out $(BANK)/rendered --overwrite
	$(BIN)/cardlight evaluate $(BANK)/rendered --json > $(MEASUREMENTS)/rendered.json
	$(BIN)/cardlight evaluate $(REAL) --json > $(MEASUREMENTS)/real.json
	$(BIN)/cardlight bench --all --accuracy $(REAL) $(PEERS:%=--peer %) --json $(MEASUREMENTS)/speed.json \
		--plot $(MEASUREMENTS)/speed.png --overwrite > $(MEASUREMENTS)/speed.md
	$(BIN)/cardlight bench --rules --json $(MEASUREMENTS)/rules.json --plot $(MEASUREMENTS)/rules.png \
		--overwrite > $(MEASUREMENTS)/rules.md
	QT_QPA_PLATFORM=offscreen $(BIN)/cardlight bench --live 600 > $(MEASUREMENTS)/live.txt
	$(BIN)/cardlight bench --batch 300 > $(MEASUREMENTS)/batch.txt
	$(BIN)/cardlight bench --start 7 > $(MEASUREMENTS)/start.txt

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

# The versions that this was tested with, and after them torch and the project itself. The lock is for the Pythons below.
$(VENV)/.installed-dev: pyproject.toml requirements/dev.lock | $(BIN)/python
	@if $(BIN)/python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))'; then \
		echo "Installing the locked versions of requirements/dev.lock" && \
		$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/dev.lock; \
	else \
		echo "requirements/dev.lock is for Python 3.11 to 3.14: installing what fits the ranges of pyproject.toml"; \
	fi
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.installed

wheels: $(BIN)/python wheel-tools
	@[ "$$(uname)" != Linux ] || $(BIN)/python packaging/opencv_wheel.py

wheel-tools: $(BIN)/python
	@[ "$$(uname)" != Linux ] || \
		{ command -v c++ && command -v strip && $(BIN)/python -c 'import pathlib, sys, sysconfig; \
		  sys.exit(not (pathlib.Path(sysconfig.get_path("include")) / "Python.h").is_file())'; } >/dev/null || \
		{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		  apt-get update -q && apt-get install -q -y --no-install-recommends $(WHEEL_PACKAGES); } || \
		{ echo "Building OpenCV needs: sudo apt-get install $(WHEEL_PACKAGES)" >&2; exit 1; }

# The bundle is built from an environment of its own, so that nothing else gets into it. Elsewhere than on Linux, all of
# that is published wheels.
build/bundle-%/.installed: pyproject.toml requirements/bundle.lock requirements/bundle-cuda.lock \
		packaging/opencv_wheel.py $(wildcard packaging/opencv/*) | $(BIN)/python wheels
	rm -rf build/bundle-$*/venv
	$(BIN)/python -m venv build/bundle-$*/venv
	build/bundle-$*/venv/bin/python -m pip install --quiet --require-hashes \
		--requirement requirements/bundle$(if $(filter cuda,$*),-cuda).lock
	[ "$$(uname)" != Linux ] || \
		build/bundle-$*/venv/bin/python -m pip install --quiet --no-deps --force-reinstall $$($(BIN)/python packaging/opencv_wheel.py)
	build/bundle-$*/venv/bin/python -m pip install --quiet --no-deps --editable .
	@touch $@

bundle: build/bundle-cpu/.installed qt-libraries
	build/bundle-cpu/venv/bin/python packaging/bundle.py cpu $(if $(ARCHIVE),--archive)

bundle-cuda: build/bundle-cuda/.installed qt-libraries
	build/bundle-cuda/venv/bin/python packaging/bundle.py cuda $(if $(ARCHIVE),--archive)

smoke: $(BIN)/python display-tools
	$(BIN)/python packaging/smoke_test.py dist/cpu/cardlight

deb: build/bundle-cpu/.installed deb-tools
	build/bundle-cpu/venv/bin/python packaging/deb.py dist/cpu/cardlight

deb-tools:
	@command -v dpkg-shlibdeps >/dev/null && $(PYTHON) -c 'import ctypes, sys; [ctypes.CDLL(name) for name in sys.argv[1:]]' \
		libwayland-cursor.so.0 libwayland-egl.so.1 libxcb-cursor.so.0 2>/dev/null || \
		{ [ "$$(id -u)" = 0 ] && apt-get update -q && apt-get install -q -y --no-install-recommends $(DEB_PACKAGES); } || \
		{ echo "Packing needs: sudo apt-get install $(DEB_PACKAGES)" >&2; exit 1; }

audit: $(BIN)/python
	$(BIN)/python -m venv build/audit
	build/audit/bin/python -m pip install --quiet 'pip-audit>=2.10,<3'
	build/audit/bin/pip-audit --requirement requirements/dev.lock --require-hashes --disable-pip
	build/audit/bin/pip-audit --requirement requirements/bundle.lock --require-hashes --disable-pip

lock: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet 'uv>=0.9,<1'
	$(BIN)/python packaging/lock.py $(if $(UPGRADE),--upgrade)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Cardlight needs Python 3.11 or later; name it with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
		{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		  apt-get update -q && apt-get install -q -y --no-install-recommends python3-venv; } || \
		{ echo "Python's venv module is missing; install it with: sudo apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
