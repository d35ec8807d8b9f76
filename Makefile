# Everything a newcomer or a contributor types. Needs Python 3.11 or later, make, and PyPI on the first run; the rest is made here.
.DEFAULT_GOAL := help
.PHONY: help serve test check sdl migration bench proof lock clean

# Looked up only when an environment is to be made.
find_python = for name in python3.11 python3 python3.12 python3.13 python3.14; do \
	"$$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done
python := .venv/bin/python

# The environment is stamped with what was installed into it: while a stamp fits, pip is not asked again.
app_stamp := .venv/.casegraph-app-$(shell cksum < requirements/app.txt | cut -d' ' -f1)
dev_stamp := .venv/.casegraph-dev-$(shell cksum < requirements/dev.txt | cut -d' ' -f1)
pip := $(python) -m pip --disable-pip-version-check --quiet install --require-hashes

serve: $(app_stamp) ## Set up what is missing and serve http://127.0.0.1:8000 with demo data; CASEGRAPH_… variables change it
	@exec $(python) casegraph serve

test: $(dev_stamp) ## Run every test, on SQLite and on a PostgreSQL that the run starts itself; TESTS=… for some of them
	@$(python) -m pytest -n 2 -m "not proof" $(TESTS)

check: $(dev_stamp) ## Look at the code without running it: form, types, who imports whom, and the printed schema
	$(python) -m ruff format --check --quiet .
	$(python) -m ruff check --quiet .
	$(python) -m mypy
	$(python) -c "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
	$(python) casegraph sdl --check

sdl: $(dev_stamp) ## Print the graph to schema.graphql
	$(python) casegraph sdl --write

migration: $(dev_stamp) ## Write the migration that takes the database to the models: make migration SAYS="Add the file number"
	@test -n "$(SAYS)" || { echo 'Say what it does: make migration SAYS="Add the file number"'; exit 2; }
	$(python) casegraph migrate --write "$(SAYS)"

bench: $(dev_stamp) ## Measure what benchmarks/ measures
	$(python) -m benchmarks

proof: $(dev_stamp) ## Run the long and heavy proofs as well, with the programs this machine has
	$(python) -m pytest -m proof $(TESTS)

lock: $(dev_stamp) ## Pin requirements/*.in into *.txt with hashes; UPGRADE=--upgrade takes newer versions
	CUSTOM_COMPILE_COMMAND="make lock" $(compile) --output-file=requirements/app.txt requirements/app.in
	CUSTOM_COMPILE_COMMAND="make lock" $(compile) --allow-unsafe --constraint=requirements/app.txt --output-file=requirements/dev.txt requirements/dev.in

# No host and no local path may enter the files: they install from wherever pip is told to look.
compile = $(python) -m piptools compile --quiet --generate-hashes --strip-extras \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links $(UPGRADE)

clean: ## Remove what the tools left (not var/, where your data is)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## Show this
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS='	' read -r name says; do printf '  make %-10s %s\n' "$$name" "$$says"; done

$(app_stamp): ; $(call set_up,app)
$(dev_stamp): ; $(call set_up,dev)

# The development environment holds the application's at the same versions, so it counts as both.
define set_up
	@$(python) -c 'import pip' 2>/dev/null || { \
		found=$$($(find_python)); \
		test -n "$$found" || { echo "Casegraph needs Python 3.11 or later with venv and pip: install it (Debian, Ubuntu: apt install python3 python3-venv), then try again."; exit 1; }; \
		echo "Making .venv with $$found"; rm -rf .venv; "$$found" -m venv .venv; }
	@echo "Installing requirements/$(1).txt into .venv (once, a minute or two)"
	@rm -f .venv/.casegraph-*
	@$(pip) -r requirements/$(1).txt
	@touch $(if $(filter dev,$(1)),$(dev_stamp)) $(app_stamp)
endef
