# `make` alone says what there is. Needed beforehand: make, and Python 3.11 or newer.

.POSIX:

PYTHON = .venv/bin/python
PIP = $(PYTHON) -m pip --quiet --disable-pip-version-check --no-input install
PYTHONS = python3.11 python3.12 python3.13 python3
COMPILE = $(PYTHON) -m uv --quiet pip compile --generate-hashes --no-emit-index-url \
	--no-annotate --no-header --universal --python-version 3.11
FRONT_END = $(PYTHON) -m handover.web.front_end
TEMPLATES = find handover -name '*.html' | grep -q .
SOURCES = $$(ls -d handover tests bench manage.py conftest.py 2>/dev/null)
WORKERS = 2
REAL_LIMIT =
UPGRADE =
# Where the environment forbids it, every Python started here would compile all its libraries anew.
PYTHONDONTWRITEBYTECODE =

help:
	@echo 'make demo     move a demo practice out of a simulated Cliniko, from nothing to the report'
	@echo '              (REAL_LIMIT=1: at the pace that the real one allows)'
	@echo 'make setup    install what is needed to run .venv/bin/handover'
	@echo 'make test     set up, then everything that `make check` does'
	@echo 'make check    format, lint, types, imports, templates, tests'
	@echo 'make format   format the code and mend what can be mended by rule'
	@echo 'make docs     write docs/mapping.md, docs/permissions.md and the sentences of imports anew'
	@echo 'make pictures go through the pages in Chromium and write docs/pictures/ anew'
	@echo 'make lock     pin the requirements anew (UPGRADE=--upgrade: to the newest)'
	@echo 'make clean    remove everything that is not in the repository, .venv included'

setup: .venv/run-ready
	@$(FRONT_END)
	@echo 'Ready: .venv/bin/handover --help'

demo: .venv/run-ready
	@$(FRONT_END)
	@REAL_LIMIT='$(REAL_LIMIT)' $(PYTHON) -m handover.demo

test: check

check: .venv/dev-ready
	@echo 'front end'; $(FRONT_END)
	@echo 'format';    $(PYTHON) -m ruff format --quiet --check .
	@echo 'lint';      $(PYTHON) -m ruff check --quiet .
	@echo 'types';     $(PYTHON) -m mypy --no-error-summary $(SOURCES)
	@echo 'imports';   found=$$(.venv/bin/lint-imports --no-logo) || { echo "$$found"; exit 1; }
	@echo 'templates'; $(TEMPLATES) || exit 0; $(PYTHON) -m djlint --quiet --check --lint handover
	@echo 'tests';     $(PYTHON) -m pytest --numprocesses $(WORKERS) --dist loadfile \
		--no-loadscope-reorder

format: .venv/dev-ready
	@$(PYTHON) -m ruff check --quiet --fix-only .
	@$(PYTHON) -m ruff format .

docs: .venv/dev-ready
	@$(PYTHON) -m handover.importing.describe docs/mapping.md
	@$(PYTHON) -m handover.accounts.describe docs/permissions.md
	@$(PYTHON) -m handover.importing.collecting

pictures: .venv/dev-ready
	@$(FRONT_END)
	@mkdir -p docs/pictures
	@PICTURES=docs/pictures $(PYTHON) -m pytest --quiet -p no:randomly tests/test_journeys.py

lock: .venv/dev-ready
	@$(COMPILE) $(UPGRADE) requirements/dev.in -o requirements/dev.txt
	@$(COMPILE) $(UPGRADE) -c requirements/dev.txt requirements/run.in -o requirements/run.txt
	@$(COMPILE) $(UPGRADE) requirements/node.in -o requirements/node.txt

clean:
	@rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache node_modules handover/web/static/vendor handover/web/collected
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help setup demo test check format docs pictures lock clean

# The marks in .venv say what is installed: nothing is asked of the network while they are newer
# than the requirements.

.venv/made:
	@for python in $(PYTHONS); do \
		if "$$python" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' \
			2>/dev/null; then \
			echo "Setting up with $$("$$python" --version) (once; it takes a minute) ..."; \
			"$$python" -m venv .venv && touch .venv/made; \
			exit; \
		fi; \
	done; \
	echo 'Python 3.11 or newer with its venv module is needed. Install it (on Debian and Ubuntu:' \
		'apt install python3 python3-venv), then try again.' >&2; \
	exit 1

.venv/run-ready: .venv/made requirements/run.txt pyproject.toml
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch .venv/run-ready

.venv/dev-ready: .venv/made requirements/dev.txt pyproject.toml
	@$(PIP) --require-hashes -r requirements/dev.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch .venv/dev-ready .venv/run-ready
