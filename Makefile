# Everything a developer does here; `make` alone lists it. Needs Python 3.11 and Java 17, and sets up the rest itself.
.DEFAULT_GOAL := help
.PHONY: help setup demo run check build schema test lint lock bench clean
SHELL := /bin/bash

PYTHON ?= $(shell command -v python3.11 || command -v python3)
LAKE ?= lake
CONTRACT ?= pipeline.yaml
DAY ?= 1
SCALE ?= 1
BENCH_ROWS ?= 2000000
VENV := .venv
RUN := PYTHONPATH=glue:lambda:. $(VENV)/bin/python

help:  ## list what can be done
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 10

setup: $(VENV)/ready  ## check Python and Java, install the locked environment
	@$(RUN) glue/lakehouse/java.py

$(VENV)/ready: requirements.lock
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
	  { echo "Python 3.11 is needed and is not here: install it, or name it with PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) glue/lakehouse/java.py
	@echo "installing the locked environment into $(VENV) (some minutes, once)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

demo: setup  ## a sample org and a sample API to published gold; DAY=2 brings changes, SCALE=10 more rows
	@$(RUN) -m demo --lake $(LAKE) --contract $(CONTRACT) --day $(DAY) --scale $(SCALE)

run: setup  ## the pipeline on your own LAKE= folder (with raw/ in it) and CONTRACT=
	@$(RUN) -m lakehouse run --lake $(LAKE) --contract $(CONTRACT)

check: setup  ## compile the contract and print every problem of it
	@$(RUN) -m lakehouse check --contract $(CONTRACT)

build: setup  ## write the compiled contract to build/pipeline.json
	@$(RUN) -m lakehouse build --contract $(CONTRACT)

schema: setup  ## write the JSON Schema that editors use for pipeline.yaml
	@$(RUN) -m lakehouse schema --contract $(CONTRACT)

test: setup  ## all tests
	@$(VENV)/bin/python -m pytest -q

lint: setup  ## ruff and mypy
	@$(VENV)/bin/ruff format --check . && $(VENV)/bin/ruff check . && $(VENV)/bin/mypy glue/lakehouse lambda data_quality demo bench

lock: setup  ## resolve pyproject.toml anew into requirements.lock
	@$(VENV)/bin/uv pip compile pyproject.toml --group dev --python-version 3.11 --universal --generate-hashes \
	  --no-annotate --no-header --quiet -o requirements.lock

bench: setup  ## CPU and wall of raw_to_silver against a plain read-cast-write, as a ratio
	@$(RUN) -m bench --rows $(BENCH_ROWS)

clean:  ## remove the demo's lake and what was built; the environment stays
	rm -rf lake build .pytest_cache .mypy_cache .ruff_cache
