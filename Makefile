# Needs python3 (3.11 or newer), make, and the package registries.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed
STUDIO := src/tower_anime/studio/dist/index.html

# Compiled modules make every start twice as fast.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install serve demo studio page test test-studio test-browser check docs pictures bench profile requirements clean

help:            ## say what there is
	@sed -n 's/^\([a-z-]*\): .*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

install: $(INSTALLED) ## make .venv with everything pinned

$(INSTALLED): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Tower Anime needs Python 3.11 or newer; set PYTHON=..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

serve: install page ## run the service on 127.0.0.1:8321
	$(BIN)/tower-anime serve

demo: install page ## make the sample production into a film, and keep serving it
	$(BIN)/tower-anime demo --data-dir demo $(DEMO)

studio: install  ## build the web studio, which the service then shows at /
	$(BIN)/python -m scripts.studio build

# The studio, unless it is there; without npm's registry the service runs all the same.
page: install
	@test -f $(STUDIO) || $(BIN)/python -m scripts.studio build || \
		echo "The web studio was not built; the service runs without it. \`make studio\` tries again."

check: install   ## lint, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --cache-dir .import_linter_cache

test: check      ## lint, types, layers, and the service's tests with branch coverage
	$(BIN)/pytest -n 2 --dist worksteal --cov --cov-report=term:skip-covered $(TESTS)

test-studio: install ## the studio: its API types are current, its sources check, its tests pass
	$(BIN)/python -m scripts.studio check
	$(BIN)/python -m scripts.studio test

test-browser: studio ## people's journeys through the studio, in a real browser
	$(BIN)/pytest tests/browser $(TESTS)

docs: install    ## make the reference and the page of settings anew
	$(BIN)/python -m scripts.reference
	$(BIN)/tower-anime config --markdown > docs/settings.md

pictures: studio ## take the pictures of the studio that the guide shows anew
	$(BIN)/python -m scripts.pictures

bench: page      ## measure, side by side, and print a table with ratios; needs Chromium
	$(BIN)/python -m benchmarks $(BENCH)

profile: install ## write docs/profile.md: where the microseconds of a GET and a POST go
	$(BIN)/python -m benchmarks.layers --markdown docs/profile.md

requirements: install ## pin anew what pyproject.toml asks for
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra postgresql --group dev --universal \
		--python-version 3.11 --generate-hashes --no-header --no-annotate --no-strip-extras --quiet \
		--upgrade -o requirements/dev.txt

clean:           ## remove what make made, but no data
	rm -rf .venv web/node_modules src/tower_anime/studio/dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .coverage*
