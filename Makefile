# Needs python3 (3.11 or newer), make, and the package registries.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed

# Compiled modules make every start twice as fast.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install serve demo test check docs bench profile requirements clean

help:            ## say what there is
	@sed -n 's/^\([a-z]*\): .*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

install: $(INSTALLED) ## make .venv with everything pinned

$(INSTALLED): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Tower Anime needs Python 3.11 or newer; set PYTHON=..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

serve: install   ## run the service on 127.0.0.1:8321
	$(BIN)/tower-anime serve

demo: install    ## make the sample production into a film, and keep serving it
	$(BIN)/tower-anime demo --data-dir demo $(DEMO)

check: install   ## lint, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --cache-dir .import_linter_cache

test: check      ## lint, types, layers, and all tests with branch coverage
	$(BIN)/pytest -n 2 --dist worksteal --cov --cov-report=term:skip-covered $(TESTS)

docs: install    ## make the reference and the page of settings anew
	$(BIN)/python -m scripts.reference
	$(BIN)/tower-anime config --markdown > docs/settings.md

bench: install   ## measure, side by side, and print a table with ratios
	$(BIN)/python -m benchmarks $(BENCH)

profile: install ## write docs/profile.md: where the microseconds of a GET and a POST go
	$(BIN)/python -m benchmarks.layers --markdown docs/profile.md

requirements: install ## pin anew what pyproject.toml asks for
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra postgresql --group dev --universal \
		--python-version 3.11 --generate-hashes --no-header --no-annotate --no-strip-extras --quiet \
		--upgrade -o requirements/dev.txt

clean:           ## remove what make made, but no data
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .coverage*
