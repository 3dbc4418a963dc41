# Two commands for users: `make serve` opens the chat page, `make test` runs every test.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 7860

.PHONY: install serve test check format lock

install: .venv/.installed

.venv/.installed: pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is %d.%d: set PYTHON=python3.11" % sys.version_info[:2])'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[test]'
	touch $@

serve: install
	$(BIN)/policy-assistant serve --open --port $(PORT)

test: install check
	$(BIN)/pytest -n 2 --dist loadfile

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/policy-assistant check

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Pins what is installed now; run it after changing a dependency.
lock: install
	$(BIN)/pip freeze --exclude-editable | sed 's/+cpu$$//' > requirements.lock
