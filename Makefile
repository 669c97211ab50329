# `make run` starts the service with demo data, `make test` tests all of it; both start from a fresh clone.
.DEFAULT_GOAL := help
.PHONY: help run test soak sure check bench clean format fonts catalogues pins
.NOTPARALLEL:

PYTHON ?= python3
WORKERS ?= 2
SOAK ?= 10
SOAKED := tests/races tests/editing tests/waiting tests/reservations tests/availability tests/occupancy tests/desk
export PYTHON
BIN := .venv/bin
UV_VERSION := 0.13.9
FONT := node_modules/@fontsource-variable/geologica/files

help:
	@echo "make run         the service with demo data on http://127.0.0.1:$${PORT:-8000}"
	@echo "make test        every test (one file: $(BIN)/python -m pytest tests/timetable/test_zone.py)"
	@echo "make soak        races and drawn examples, ten times as long as in make test (SOAK=10)"
	@echo "make sure        format, lint, types, layers, templates and every test"
	@echo "make bench       measurements, as a table and as JSON"
	@echo "make format      put code and templates in the house style"
	@echo "make catalogues  collect the texts to translate; make pins: pin the libraries of requirements*.in"
	@echo "make clean       remove what was built (not instance/, where the data is)"

# Each step is the shell's last word (exec), so that a signal sent to make reaches the program itself.
run:
	@exec .ci/need python catalogues
	@DEMO=1 exec $(BIN)/python -m booking.serve

# By worksteal neighbours stay in one worker, which share a town or a demonstration; at the end each helps the other
test: fonts
	@exec .ci/need python-dev chromium postgresql pango catalogues
	@exec $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

# The races and the tests that draw their examples, so many times as long and with new examples each time
soak: fonts
	@exec .ci/need python-dev chromium postgresql pango catalogues
	@SOAK=$(SOAK) exec $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --timeout 3600 $(SOAKED)

sure: check test

check:
	@exec .ci/need python-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --check --quiet
	$(BIN)/djlint templates --lint --quiet

bench:
	@exec .ci/need python-dev postgresql catalogues
	@exec $(BIN)/python -m tests.bench

format:
	@exec .ci/need python-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djlint templates --reformat --quiet

fonts:
	@exec .ci/need node
	@mkdir -p static/vendor
	@cp $(FONT)/geologica-latin-wght-normal.woff2 $(FONT)/geologica-latin-ext-wght-normal.woff2 static/vendor/

catalogues:
	@exec .ci/need python-dev
	@mkdir -p build booking/translations
	$(BIN)/pybabel --quiet extract --mapping-file babel.cfg --ignore-dirs ".* ._ node_modules build tests" \
	    --keywords "_l lazy_gettext lazy_ngettext:1,2" --sort-output --no-location --no-wrap \
	    --header-comment "# What the pages say, in another language." --project imatra-booking --version 1 \
	    --msgid-bugs-address "" --last-translator "" --output-file build/messages.pot .
	@for language in sv en; do \
	    $(BIN)/pybabel --quiet update --init-missing --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
	        --no-wrap --input-file build/messages.pot --output-dir booking/translations --locale $$language || exit 1; \
	done

# uv chooses the versions, pip installs them. Newer ones: make pins UPGRADE=--upgrade
pins:
	@test -x build/uv/bin/uv || $(PYTHON) -m venv build/uv
	@build/uv/bin/python -m pip --quiet install uv==$(UV_VERSION)
	build/uv/bin/uv pip compile $(UPGRADE) --quiet --generate-hashes --no-header --python-version 3.11 requirements.in --output-file requirements.txt
	build/uv/bin/uv pip compile $(UPGRADE) --quiet --generate-hashes --no-header --python-version 3.11 requirements-dev.in --output-file requirements-dev.txt

clean:
	rm -rf .venv node_modules static/vendor build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find booking tests migrations -name __pycache__ -prune -exec rm -rf {} +
	find booking -name '*.mo' -delete
