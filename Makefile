# Everything that a checkout can do. Needs python3 (3.11 or newer), Node (20 or newer) with npm, and
# make; all else is fetched into .venv and node_modules, pinned by hash in the lock files.

PYTHON ?= python3
BIN := .venv/bin
# Tests that keep a whole machine busy: a browser with a server, loads that are cut off.
ALONE := tests/browser tests/faults
# Tests that need proxies, which only the system has.
PROXIED := tests/deploy
WIDGET_SOURCES := $(shell find widget -type f -not -path '*/dist/*' 2>/dev/null)
LOCK := $(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --no-annotate \
	--universal --python-version 3.11 $(if $(UPGRADE),--upgrade)

# Where no bytecode is kept, each start of the program compiles its 1,300 modules anew: 5 s in place of 2.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help run test test-browsers test-deploy check format build bench lock clean browsers proxies wrk

help: ## print this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' Makefile

run: .venv/.run widget/dist/embed.js ## install what is needed and serve the demo on localhost:8000
	@$(BIN)/afterword demo

test: check ## everything: linters, types, unit tests, both databases, a real browser
	npm test -s
	@$(BIN)/python -m tests.support.chromium
	$(BIN)/python -m pytest -q -ra -n auto --maxprocesses 4 --dist worksteal $(ALONE:%=--ignore=%) $(PROXIED:%=--ignore=%)
	$(BIN)/python -m pytest -q -ra $(ALONE)

test-browsers: browsers .venv/.dev widget/dist/embed.js ## read, reply and edit in Firefox and WebKit, which apt installs
	$(BIN)/python -m pytest -q -ra tests/browsers/smoke.py

test-deploy: proxies .venv/.dev widget/dist/embed.js ## what deploy/ has: proxies before slow clients, units, the image's steps
	$(BIN)/python -m pytest -q -ra $(PROXIED)

check: .venv/.dev node_modules/.dev widget/dist/embed.js ## linters, formatting and types only
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	npm run -s lint
	npm run -s typecheck

format: .venv/.dev node_modules/.dev ## put all sources into shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	npm run -s format

build: .venv/.run widget/dist/embed.js ## make the sdist and the wheel in dist/
	$(BIN)/python -m hatchling build

bench: .venv/.dev node_modules/.dev widget/dist/embed.js .venv-bench/.made bench/waline/node_modules/.made wrk ## measure all, beside peers: hours, and bench/RESULTS.md
	$(BIN)/python -m bench --report

lock: .venv/.dev ## write the lock files from the ranges (UPGRADE=1: newest of all), and prove npm's
	$(LOCK) pyproject.toml --group run -o requirements.lock
	$(LOCK) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	$(LOCK) pyproject.toml --extra postgres -c requirements-dev.lock -o requirements-image.lock
	$(LOCK) --group pyproject.toml:build -c requirements-dev.lock -o requirements-build.lock
	$(LOCK) --group pyproject.toml:bench -o requirements-bench.lock
	npm $(if $(UPGRADE),update,install) --package-lock-only --ignore-scripts
	npm ci --ignore-scripts
	@touch node_modules/.run node_modules/.dev
	cd bench/waline && npm $(if $(UPGRADE),update,install) --package-lock-only --ignore-scripts

clean: ## remove all that make has made; data/ stays
	rm -rf .venv .venv-bench .browser node_modules bench/waline/node_modules widget/dist dist
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache

# --- what the targets above stand on; a stamp file says that a step is done ---------------------

# $(call install,python,lock file): uv is three times as fast as pip, but does not read pip's
# configuration. Where it cannot be had, or finds no index, pip does the same.
define install
	@sed '/^uv==/,/[^\\]$$/d' $(2) > .venv/wanted.txt
	@{ test -x $(BIN)/uv && $(BIN)/uv pip install -q --compile-bytecode --python $(1) --require-hashes -r .venv/wanted.txt; } \
		|| $(1) -m pip install -q --require-hashes -r .venv/wanted.txt
endef

.venv/.made: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo 'Afterword needs Python 3.11 or newer as "$(PYTHON)"; name another: make PYTHON=python3.12'; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo 'Python cannot make virtual environments here; on Debian and Ubuntu: apt install python3-venv'; exit 1; }
	@echo 'Installing the server into .venv'
	@$(PYTHON) -m venv .venv
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > .venv/uv.txt
	@$(BIN)/python -m pip install -q --require-hashes -r .venv/uv.txt || echo 'Going on without uv.'
	@touch $@

.venv/.run: .venv/.made requirements.lock pyproject.toml hatch_build.py
	$(call install,$(BIN)/python,requirements.lock)
	@$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.run requirements-dev.lock
	@echo 'Installing the tools for development into .venv'
	$(call install,$(BIN)/python,requirements-dev.lock)
	@touch $@

.venv-bench/.made: .venv/.dev requirements-bench.lock
	@$(PYTHON) -m venv .venv-bench
	$(call install,.venv-bench/bin/python,requirements-bench.lock)
	@touch $@

# Of all packages only that of SQLite is built here: what it would fetch ready-made is in no registry.
# The headers are those of the Node that runs.
bench/waline/node_modules/.made: bench/waline/package-lock.json
	$(need_node)
	@echo 'Installing Waline, to measure against it'
	@cd bench/waline && npm ci --loglevel=error --ignore-scripts
	@cd bench/waline && npm rebuild sqlite3 --loglevel=error --build-from-source \
		--nodedir="$$(dirname "$$(dirname "$$(node -p process.execPath)")")" >/dev/null || \
		{ echo 'It is built by g++ and make from the headers of Node; on Debian: apt install g++ libnode-dev'; exit 1; }
	@touch $@

# What asks a server again and again, as fast as it answers, and what counts its calls.
wrk:
	@{ command -v wrk && command -v strace; } >/dev/null || \
		{ echo 'Installing wrk and strace by apt'; apt-get update -qq && apt-get install -y -qq \
			--no-install-recommends wrk strace >/dev/null; } || \
		{ echo 'wrk or strace is missing; as root on Debian, this target installs them.'; exit 1; }

# No package index carries these, so the system has to: a Firefox, a WebKit, and a screen in memory.
browsers:
	@{ command -v firefox-esr || command -v firefox; } >/dev/null && \
		command -v WebKitWebDriver >/dev/null && command -v Xvfb >/dev/null || \
		{ echo 'Installing Firefox and WebKit by apt'; apt-get update -qq && apt-get install -y -qq \
			--no-install-recommends firefox-esr webkit2gtk-driver xvfb >/dev/null; } || \
		{ echo 'Firefox, WebKitWebDriver or Xvfb is missing; as root on Debian, this target installs them.'; exit 1; }

# Installed for its programs: the run level keeps Debian from starting what it installs, where init does it.
proxies:
	@{ PATH="$$PATH:/usr/sbin"; command -v nginx && command -v caddy && command -v strace && command -v systemd-analyze; } \
		>/dev/null || { echo 'Installing nginx, Caddy and strace by apt'; apt-get update -qq && \
		RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			nginx-light caddy strace systemd >/dev/null; } || \
		{ echo 'nginx, caddy, strace or systemd-analyze is missing; as root on Debian, this target installs them.'; exit 1; }

define need_node
	@node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null || \
		{ echo 'Afterword needs Node 20 or newer to build the widget; "node" is missing or older.'; exit 1; }
	@command -v npm >/dev/null || { echo 'Afterword needs npm, which comes with Node.'; exit 1; }
endef

node_modules/.run: package-lock.json .npmrc
	$(need_node)
	@npm ci --loglevel=error --omit=dev --ignore-scripts
	@touch $@

# The full install holds the small one, hence both stamps.
node_modules/.dev: package-lock.json .npmrc
	$(need_node)
	@npm ci --loglevel=error --ignore-scripts
	@touch node_modules/.run $@

widget/dist/embed.js: node_modules/.run $(WIDGET_SOURCES)
	@npm run -s build
	@touch $@
