# `make demo` grades a class of bundled submissions, `make test` checks everything. Both set up what they need in .venv/.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test quick lint bench skeletons lock clean

VENV := .venv
RUN := $(VENV)/bin
PYTEST := $(RUN)/python -m pytest
# On all processors; what shares a fixture stays together.
SPREAD := -n auto --dist loadfile
# Tests of limits in real time, of processes and of memory; beside others they would measure those as well.
ALONE := tests/attacks tests/audit tests/doctor tests/jail tests/testing
# The interpreter that .venv is made with; empty means: the first of python3, python3.15 ... python3.11 that is 3.11 or newer.
PYTHON ?=

help:  ## Show these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.stamp  ## Put everything into .venv/ and install missing system packages where that is allowed
	@tools/setup command bwrap bubblewrap

$(VENV)/.requirements: requirements/dev.txt tools/setup
	@PYTHON="$(PYTHON)" tools/setup venv && touch $@

$(VENV)/.stamp: $(VENV)/.requirements pyproject.toml
	@tools/setup project && touch $@

demo: setup  ## Grade a class of bundled submissions; the reports are in build/demo-reports
	$(RUN)/python tests/submissions/assemble.py lecture21 build/demo-class
	$(RUN)/autograder grade build/demo-class --assignment lecture21 --output build/demo-reports

test: setup lint  ## Check everything: lint, types, import floors, all tests
	@tools/setup command chromium chromium
	@tools/setup command debootstrap debootstrap
	$(PYTEST) -rs $(SPREAD) $(addprefix --ignore=,$(ALONE))
	$(PYTEST) -rs $(ALONE)

quick: setup  ## The tests that together take less than two minutes
	$(PYTEST) -rs $(SPREAD) -m "not slow"

lint: setup  ## Style, format, types, import floors
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports

bench: setup  ## Measure speed and memory, as ratios against a floor taken in the same run
	$(PYTEST) tests/benchmarks -s --timeout=0

skeletons: setup  ## Write what students get from the reference solutions of every assignment again
	for each in solutions/*/; do $(RUN)/python -m autograder.release "$$each" "assignments/$$(basename "$$each")" || exit; done

lock: setup  ## Pin all requirements again, on purpose, to the newest versions that pyproject.toml allows
	$(RUN)/uv pip compile pyproject.toml --extra notebook --extra parquet --extra canvas --extra lti --group dev \
		--upgrade --universal --python-version 3.11 --generate-hashes --quiet --no-annotate --no-config \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		--output-file requirements/dev.txt
	$(RUN)/uv pip compile pyproject.toml --constraint requirements/dev.txt \
		--universal --python-version 3.11 --generate-hashes --quiet --no-annotate --no-config \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		--output-file requirements/grader.txt
	cp requirements/grader.txt autograder/gradescope/templates/requirements.txt

clean:  ## Remove what was made, .venv included
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find autograder tests -name __pycache__ -type d -prune -exec rm -rf {} +
