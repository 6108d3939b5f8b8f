# The book in two commands: `make book` builds it, `make test` proves it. `make help` lists the rest.
# Needed: make and Python 3.11 or later with its venv module. All else comes from requirements.lock.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
PY := $(VENV)/bin/python
# Each is written last, so that an interrupted installation is begun again.
LIBRARIES := $(VENV)/libraries-ready
READY := $(VENV)/ready
# The chapters run one a processor; nothing in make itself is worth running side by side.
.NOTPARALLEL:

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.PHONY: help edition book boxes epub pdf offline chapter bench-pages bench verify serve refresh test lint types arrows check tests lock lab clean distclean linkcheck metadata

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

book: $(READY) ## build the book into _build/html
	@$(PY) -m corridors book

boxes: book ## run each chapter from its own archive in an empty folder, and compare
	@$(PY) -m corridors boxes

epub: $(READY) ## write the book for e-readers to _build/epub
	@$(PY) -m corridors epub

offline: $(READY) ## pack site, PDF, EPUB, data and project into one archive in _build/offline
	@$(PY) -m corridors offline

chapter: $(READY) ## build one chapter alone: make chapter NAME=railway
	@$(PY) -m corridors book --chapter "$(NAME)"

pdf: $(READY) ## set the book and each chapter as PDF, into _build/pdf
	@$(PY) -m corridors pdf

bench: $(READY) ## time the build beside stock Jupyter Book (many minutes, an idle machine)
	@$(PY) -m corridors bench

bench-pages: book ## weight and Lighthouse of five kinds of page beside a stock Jupyter Book
	@$(PY) -m corridors bench-pages

verify: $(READY) ## build the book twice in two places and compare every byte (some minutes)
	@$(PY) -m corridors verify

serve: $(READY) ## show the finished book at a local address
	@$(PY) -m corridors serve

refresh: $(READY) ## ask the live sources for fresh data and report; nothing is changed: accept or drop afterwards
	@$(PY) -m corridors refresh

test: lint types arrows check tests ## all checks: style, types, arrows between modules, data, tests

lint: $(READY)
	@echo "Style"
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

types: $(READY)
	@echo "Types"
	@$(PY) -m mypy

arrows: $(READY)
	@echo "Arrows between modules"
	@$(VENV)/bin/lint-imports --no-logo --no-cache

check: $(READY) ## check the data package
	@echo "Data"
	@$(PY) -m corridors check

tests: book offline
	@echo "Tests"
	@$(PY) -m pytest -n auto --dist worksteal --cov --cov-report=term:skip-covered --ignore=tests/pages
	@echo "Pages in a browser"
	@$(PY) -m pytest -n auto --dist worksteal tests/pages

edition: $(READY) ## publish the book as editions/<version>, for good
	@$(PY) -m corridors edition

linkcheck: $(READY) ## try every address that the book names (needs a network)
	@$(PY) -m corridors linkcheck

metadata: $(READY) ## write the descriptions for archives anew
	@$(PY) -m corridors metadata

lab: $(VENV)/lab-ready ## open the chapters as notebooks in JupyterLab
	@mkdir -p _build/lab
	@JUPYTER_CONFIG_DIR="$(CURDIR)/_build/lab" $(VENV)/bin/jupytext-config set-default-viewer markdown
	@JUPYTER_CONFIG_DIR="$(CURDIR)/_build/lab" $(VENV)/bin/jupyter lab --notebook-dir=.

lock: ## renew the locks from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --extra test pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header -c requirements.lock --group lab -o requirements-lab.lock

clean: ## delete everything built
	rm -rf _build

distclean: clean ## delete the environment as well
	rm -rf "$(VENV)" ./*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage

# JupyterLab on top of the environment; what both locks name has one version in them.
$(VENV)/lab-ready: $(READY) requirements-lab.lock
	@$(PY) -m pip install --quiet --require-hashes --no-deps -r requirements-lab.lock
	@touch "$@"

# The environment. --require-hashes admits only the very files that the lock names; the package itself
# is put in afterwards, editable, so that it finds the data beside it.
$(READY): $(LIBRARIES) pyproject.toml setup.py CITATION.cff
	@$(PY) -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch "$@"

$(LIBRARIES): requirements.lock
	@set -e; \
	python=""; \
	for name in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	  if command -v "$$name" >/dev/null 2>&1 \
	    && "$$name" -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 13)))' 2>/dev/null; \
	  then python="$$name"; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "The book needs Python 3.11, 3.12 or 3.13; found: $$(python3 --version 2>&1 || true)." >&2; \
	  echo "Install one of them, or name one you have: make book PYTHON=/path/to/python3.12" >&2; exit 1; fi; \
	if ! "$$python" -c 'import venv, ensurepip' 2>/dev/null; then \
	  echo "$$("$$python" --version) lacks its venv module (Debian, Ubuntu: apt install python3-venv)." >&2; exit 1; fi; \
	echo "Environment: $$("$$python" --version), packages of requirements.lock (a minute or two) ..."; \
	rm -rf "$(VENV)"; \
	"$$python" -m venv "$(VENV)"; \
	$(PY) -m pip install --quiet --require-hashes --no-deps -r requirements.lock; \
	touch "$@"
