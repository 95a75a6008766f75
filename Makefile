# Two commands do everything on a fresh machine: `make reports` and `make test`.
# Needed: git, make, Python 3.11 or newer. `make help` lists the rest.

PYTHON := $(or $(PYTHON),$(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done))
BIN := .venv/bin
READY := .venv/ready
SANITISER := tests/nbval_sanitiser.cfg
UV := uv==0.13.9
ATHERIS := atheris==3.0.0
EXTRAS := cluster pdf deals test bench build
SPARK := pyspark==4.0.5 py4j==0.10.9.9

.PHONY: help reports test lab dictionary bench fuzz spark lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

reports: $(READY) ## set up what is missing, render the default edition, print where it is
	@$(BIN)/vcgap render

test: $(READY) ## set up what is missing, run everything: unit, data, notebooks, nbval, reports, docs
	@$(BIN)/ruff check -q . && $(BIN)/ruff format -q --check .
	@$(BIN)/pytest -q -n logical --dist loadfile --nbval --nbval-current-env --nbval-cell-timeout 60 --nbval-sanitize-with $(SANITISER)

lab: $(READY) ## open the notebooks in JupyterLab
	@$(BIN)/jupyter lab notebooks/00_overview.ipynb

dictionary: $(READY) ## write the data dictionary into data/README.md
	@$(BIN)/python -m vcgap.dictionary

bench: $(READY) ## measure the speed beside other ways (half an hour, 10 GB of disk); WRITE=README.md puts the table there
	@set -e; for file in tests/bench/*.py; do $(BIN)/python $$file $(if $(WRITE),--write $(WRITE)); done

fuzz: $(READY) ## look for files that no command answers, one minute for each kind (SECONDS=600 for more of them)
	@set -e; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --only-binary :all: --target $$folder $(ATHERIS); \
	for name in $$($(BIN)/python tests/fuzz.py); do \
		PYTHONPATH=$$folder $(BIN)/python tests/fuzz.py $$name -timeout=60 -max_total_time=$(or $(SECONDS),60); done

spark: $(READY) ## compare deals on Spark (a master and two workers, on this machine) with DuckDB; needs Java 17 or newer
	@set -e; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --target $$folder $(SPARK); \
	PYTHONPATH=$$folder $(BIN)/pytest -q tests/test_deals_spark.py

lock: ## remake requirements.txt, every version pinned with hashes
	@$(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip install -q --disable-pip-version-check $(UV)
	@.venv-lock/bin/uv pip compile -q --universal --python-version 3.11 $(EXTRAS:%=--extra %) --generate-hashes \
		--no-header --no-annotate --upgrade -o requirements.txt pyproject.toml
	@rm -rf .venv-lock

clean: ## remove what set-up and tests made; reports stay
	@rm -rf .venv .venv-lock .hypothesis .ruff_cache out
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found." \
		"Install it (Debian, Ubuntu: apt-get install python3 python3-venv), or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than Python 3.11." \
		"Name a newer one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) lacks the venv module." \
		"Install it (Debian, Ubuntu: apt-get install python3-venv), or name another Python: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Setting up .venv (once; about a minute) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -c 'import vcgap.charts'
	@touch $(READY)
