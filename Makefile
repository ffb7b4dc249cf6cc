# Everything a developer does here; `make` alone lists it. Needs Python 3.11 and Java 17, and sets up the rest itself.
.DEFAULT_GOAL := help
.PHONY: help setup demo run diff migrate check check-api schema test chaos lint build init plan apply backfill destroy tf-test e2e airflow-test docs lock bench bench-rest clean
SHELL := /bin/bash

PYTHON_VERSION := $(shell sed -nE 's/^PYTHON = "(.*)"/\1/p' common/lakehouse_common/versions.py)
PYTHON ?= $(shell command -v python$(PYTHON_VERSION) || command -v python3)
LAKE ?= lake
CONTRACT ?= pipeline.yaml
SECRETS ?= secrets
DAY ?= 1
SCALE ?= 1
BENCH_ROWS ?= 2000000
ENV ?= dev
ENGINE ?= glue
EVERY ?= 1d
VENV := .venv
# Checkov pins libraries that the project pins otherwise, so it lives apart.
CHECKOV := .venv-checkov
# Airflow wants other versions of the same libraries.
AIRFLOW := .venv-airflow
# So does dlt, which is here to be measured beside.
DLT := .venv-dlt
RUN := $(VENV)/bin/python
LAKEHOUSE := $(VENV)/bin/lakehouse
# Before anything is installed.
CHECK_JAVA := -c 'import sys; sys.path[:0] = ["common", "glue"]; from lakehouse.spark.java import main; main()'
# Each environment has its own backend, and so its own folder of Terraform's.
TF_DATA = TF_DATA_DIR=$(CURDIR)/terraform/.terraform/$(ENV)
TF = $(TF_DATA) terraform -chdir=terraform
# boto3 knows no AWS_REGION.
IN_REGION = AWS_DEFAULT_REGION=$$(sed -nE 's/^region *= *"(.*)"/\1/p' terraform/environments/$(ENV).tfvars)
TF_VARS = -input=false -var-file=environments/$(ENV).tfvars

help:  ## list what can be done
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 14

setup: $(VENV)/ready  ## check Python and Java, install the locked environment
	@$(RUN) $(CHECK_JAVA)

# Clearing follows a link: it would empty the environment of another working copy.
$(VENV)/ready: requirements.lock
	@test ! -L $(VENV) || \
	  { echo "$(VENV) is a link to an environment older than requirements.lock: run make setup where it lies"; exit 1; }
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != "$(PYTHON_VERSION)")' || \
	  { echo "Python $(PYTHON_VERSION) is needed and is not here: install it, or name it with PYTHON=/path/to/python$(PYTHON_VERSION)"; exit 1; }
	@$(PYTHON) $(CHECK_JAVA)
	@echo "installing the locked environment into $(VENV) (some minutes, once)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup  ## a sample org and a sample API to published gold; DAY=2 brings changes, SCALE=10 more rows
	@$(RUN) -m demo --lake $(LAKE) --day $(DAY) --scale $(SCALE)

run: setup  ## the pipeline on your own LAKE= folder (with raw/ in it) and CONTRACT=
	@$(LAKEHOUSE) run --lake $(LAKE) --contract $(CONTRACT)

diff: setup  ## what a changed CONTRACT= would do to the rows of your LAKE=; writes nothing
	@$(LAKEHOUSE) diff --lake $(LAKE) --contract $(CONTRACT)

migrate: setup  ## bring the rows of your LAKE= to a changed CONTRACT=, all tables or none
	@$(LAKEHOUSE) migrate --lake $(LAKE) --contract $(CONTRACT)

check: setup  ## compile the contract and print every problem of it
	@$(LAKEHOUSE) check --contract $(CONTRACT)

check-api: setup  ## one page of RESOURCE=<api>.<name> beside the contract, without a value; SECRETS= is a folder
	@$(RUN) -m operate.check_api $(RESOURCE) --contract $(CONTRACT) --secrets $(SECRETS)

schema: setup  ## write the JSON Schema that editors use for pipeline.yaml
	@$(LAKEHOUSE) schema --contract $(CONTRACT)

# Each has a Spark session of its own.
TEST_PROCESSES ?= 2

test: setup  ## all tests
	@$(VENV)/bin/python -m pytest -q --numprocesses $(TEST_PROCESSES) --dist loadscope --no-loadscope-reorder

chaos: setup  ## many trials of runs that are killed, frozen and doubled
	@$(VENV)/bin/python -m pytest -q -m chaos

lint: setup  ## ruff and mypy
	@$(VENV)/bin/ruff format --check . && $(VENV)/bin/ruff check . && $(VENV)/bin/mypy common glue/lakehouse glue/job.py lambda data_quality bundle operate demo bench docs

build: setup  ## what a deployment is made of, in build/: contract, wheel, zips, job; ENV=dev, ENGINE=glue
	@$(RUN) -m bundle --environment $(ENV) --contract $(CONTRACT) --into build --engine $(ENGINE)

init:  ## point Terraform at the state of ENV=dev
	@command -v terraform > /dev/null || { echo "Terraform 1.10 or newer is needed: https://developer.hashicorp.com/terraform/install"; exit 1; }
	@test -f terraform/environments/$(ENV).tfbackend || \
	  { echo "terraform/environments/$(ENV).tfbackend is missing: say there where the state lies, as in terraform/README.md"; exit 1; }
	@$(TF) init -input=false -reconfigure -lockfile=readonly -backend-config=environments/$(ENV).tfbackend > /dev/null

plan: build init  ## what apply would change in ENV=dev
	@$(TF) plan $(TF_VARS)

apply: build init  ## build, show the changes and make them in ENV=dev once you say yes
	@$(TF) apply $(TF_VARS)

backfill: setup  ## a run of the state machine for each date: FROM=2026-01-01 TO=2026-01-31, EVERY=1d, ENV=dev
	@$(IN_REGION) $(RUN) -m operate.backfill --from "$(FROM)" --to "$(TO)" --every "$(EVERY)" --environment "$(ENV)"

DELETABLE = $(shell grep -sE '^deletable *= *true' terraform/environments/$(ENV).tfvars)

destroy: $(if $(filter $(ENV),$(CONFIRM)),$(if $(DELETABLE),build init))  ## delete ENV=dev with all its data: asks to be told the environment again, CONFIRM=dev
	@test "$(CONFIRM)" = "$(ENV)" || { echo "this deletes the $(ENV) lake and its data: make destroy ENV=$(ENV) CONFIRM=$(ENV)"; exit 1; }
	@test -n "$(DELETABLE)" || \
	  { echo "$(ENV) is not deletable: its key would go, and with it all that lies in its buckets. Say deletable = true in its tfvars, apply, destroy"; exit 1; }
	@$(IN_REGION) $(RUN) -m operate.stop_flows
	@rm -rf build/destroy && cp -R terraform build/destroy && rm -rf build/destroy/.terraform
	@find build/destroy -name '*.tf' -exec sed -i.bak 's/prevent_destroy = true/prevent_destroy = false/' {} +
	@cd build/destroy && $(TF_DATA) terraform init -input=false -backend-config=environments/$(ENV).tfbackend > /dev/null && \
	  $(TF_DATA) terraform destroy $(TF_VARS) -var repository=../..

$(CHECKOV)/ready: terraform/checkov.lock
	@echo "installing checkov into $(CHECKOV) (a minute, once)"
	@$(PYTHON) -m venv --clear $(CHECKOV)
	@$(CHECKOV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

tf-test: setup $(CHECKOV)/ready  ## Terraform: format, every module's own tests, checkov, the emulated account itself
	@$(CHECKOV)/bin/checkov -d terraform --framework terraform --compact --quiet --skip-download
	@$(VENV)/bin/python -m pytest -q -m terraform --ignore tests/e2e

e2e: setup $(AIRFLOW)/ready  ## apply, run by Step Functions and by Airflow, change and destroy, in an emulated AWS account
	@$(VENV)/bin/python -m pytest -q -m terraform tests/e2e

$(AIRFLOW)/ready: airflow/requirements.lock
	@echo "installing Airflow into $(AIRFLOW) (a minute, once)"
	@$(PYTHON) -m venv --clear $(AIRFLOW)
	@$(AIRFLOW)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

airflow-test: setup $(AIRFLOW)/ready  ## the Airflow DAG: its shape, and whole runs in an emulated account
	@$(AIRFLOW)/bin/python -m pytest -q tests/airflow_dag

docs: setup  ## the inputs and outputs in the READMEs of the Terraform modules
	@$(RUN) docs/terraform_readmes.py

LOCK := $(VENV)/bin/uv pip compile --python-version $(PYTHON_VERSION) --generate-hashes --no-annotate --no-header --quiet

lock: setup  ## resolve pyproject.toml anew: for a laptop, for the job, for the functions
	@$(LOCK) pyproject.toml --group dev --universal -o requirements.lock
	@$(LOCK) pyproject.toml -c requirements.lock --no-emit-package pyspark --no-emit-package py4j \
	  --python-platform x86_64-manylinux_2_28 -o glue/requirements.lock
	@echo pytest | $(LOCK) airflow/requirements.txt - --no-config --universal -o airflow/requirements.lock
	@echo 'dlt[filesystem]==1.30.0' | $(LOCK) - --no-config --universal -o bench/dlt.lock
	@echo checkov | $(LOCK) - --no-config --universal -o terraform/checkov.lock
	@$(LOCK) --group lambda -c requirements.lock --python-platform x86_64-manylinux2014 -o lambda/requirements.lock

bench: setup  ## CPU and wall of raw_to_silver against a plain read-cast-write, as a ratio
	@$(RUN) -m bench --rows $(BENCH_ROWS)

$(DLT)/ready: bench/dlt.lock
	@echo "installing dlt into $(DLT) (a minute, once)"
	@$(PYTHON) -m venv --clear $(DLT)
	@$(DLT)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

bench-rest: setup $(DLT)/ready  ## CPU and memory of rest_to_raw against a plain loop and dlt, as ratios
	@$(RUN) -m bench.rest --dlt $(DLT)/bin/python

clean:  ## remove the demo's lake and what was built; the environment stays
	rm -rf lake build .pytest_cache .mypy_cache .ruff_cache
