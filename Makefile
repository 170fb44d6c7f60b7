# `make run` starts the site, `make test` tries all of it, `make check` reads it critically. Needs Python 3.11+ and Node 20+.
# What is done is remembered in var/done/: a step runs again when what it was made from has changed.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
PORT ?= 8000
WORKERS ?= 2

BIN := .venv/bin
DONE := var/done
MANAGE := $(BIN)/python manage.py
# SQLite writes one at a time: a second thread would only wait. PostgreSQL answers several.
THREADS := $(if $(DATABASE_URL),4,1)
GRANIAN := $(BIN)/granian --interface wsgi --host 127.0.0.1 --port $(PORT) --workers $(WORKERS) \
	--blocking-threads $(THREADS) --backlog 4096 --backpressure 2048 --respawn-failed-workers \
	--no-access-log --log-level warning asn_belajar.wsgi:application

# Never `import site`: the folder is only a place on the import path (docs/decisions/0001).
export PYTHONPATH := site
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help run ready test test-sqlite test-postgresql test-browser check messages translations lock bench bench-sign-in screenshots clean

help:
	@echo "make run               the site on http://127.0.0.1:$(PORT), with sample people and modules"
	@echo "make test              everything: both databases, real browser (test-sqlite, test-postgresql, test-browser)"
	@echo "make check             style, types, imports, settings, migrations, translations"
	@echo "make messages          collect the sentences to translate"
	@echo "make screenshots       take the pictures of the documentation again"
	@echo "make bench             measure it, on both databases (bench-sign-in: the storm of a Thursday at nine)"
	@echo "make lock              pin the packages of pyproject.toml and package.json again"
	@echo "make clean             remove all that was made; DATABASE_URL and PORT are respected by run"

# --- Set-up -----------------------------------------------------------------------

$(DONE):
	@mkdir -p $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: PYTHON=python3.12 make …")'
	@echo "· Creating .venv"
	@$(PYTHON) -m venv .venv

$(DONE)/python: requirements.txt | $(BIN)/python $(DONE)
	@echo "· Installing the Python packages (a minute or two the first time)"
	@$(BIN)/pip install -qq --require-hashes -r requirements.txt
	@touch $@

$(DONE)/python-dev: requirements-dev.txt | $(BIN)/python $(DONE)
	@echo "· Installing the Python packages, with those for testing"
	@$(BIN)/pip install -qq --require-hashes -r requirements-dev.txt
	@touch $(DONE)/python $@

# The site itself needs Node only once a package is played (package.json, "dependencies").
$(DONE)/node: package-lock.json | $(DONE)
	@if grep -q '"dependencies"' package.json; then echo "· Installing the JavaScript packages"; \
		npm ci --ignore-scripts --omit=dev --no-audit --no-fund --loglevel=error; fi
	@touch $@

$(DONE)/node-dev: package-lock.json | $(DONE)
	@echo "· Installing the JavaScript packages, with those for testing"
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $(DONE)/node $@

CATALOGUES := $(shell find site content learning -name '*.po')

$(DONE)/translations: $(CATALOGUES) | $(DONE)/python
	@echo "· Compiling the translations"
	@for po in $(CATALOGUES); do $(BIN)/pybabel --quiet compile --input-file "$$po" --output-file "$${po%.po}.mo"; done
	@touch $@

translations: $(DONE)/translations

$(DONE)/static: $(shell find static content/static site/asn_belajar/static -type f 2>/dev/null) $(DONE)/node | $(DONE)/python
	@echo "· Collecting and compressing the static files"
	@$(MANAGE) collectstatic --noinput --clear --verbosity 0
	@touch $@

# A database file that was removed is made again.
ifeq ($(wildcard var/asn-belajar.sqlite3),)
.PHONY: $(DONE)/database $(DONE)/sample
endif

$(DONE)/database: $(shell find learning content -path '*/migrations/*.py') $(DONE)/python
	@echo "· Making the database"
	@$(MANAGE) migrate --verbosity 0
	@touch $@

$(DONE)/sample: | $(DONE)/database $(DONE)/translations $(DONE)/static
	@echo "· Loading the sample people, their study and the modules"
	@$(MANAGE) load_sample
	@touch $@

$(DONE)/sign-ins: learning/sample.py | $(DONE)/python
	@DJANGO_SETTINGS_MODULE=asn_belajar.settings.dev $(BIN)/python -c 'import django; django.setup(); from learning import sample; \
		print(*(f"  {role:<11} NIP {who.username}   password {who.password}   {path}" for role, who, path in [ \
			("learner", sample.LEARNER, "/belajar/"), ("editor", sample.EDITOR, "/redaksi/"), \
			("supervisor", sample.SUPERVISOR, "/tim/")]), sep="\n")' > $@

ifdef DATABASE_URL
# Somebody else may have changed that database: ask it each time.
ready: $(DONE)/python $(DONE)/translations $(DONE)/static $(DONE)/sign-ins
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_sample
else
ready: $(DONE)/database $(DONE)/translations $(DONE)/static $(DONE)/sample $(DONE)/sign-ins
endif

# --- The site ---------------------------------------------------------------------

run: ready
	@if (exec 3<>/dev/tcp/127.0.0.1/$(PORT)) 2>/dev/null; then \
		echo "Port $(PORT) is taken. Try another: make run PORT=8001" >&2; exit 1; fi; \
	server= worker= timers=; \
	stop() { trap - EXIT; kill $$server $$worker $$timers 2>/dev/null || true; wait || true; exit 0; }; \
	trap stop INT TERM EXIT; \
	$(GRANIAN) & server=$$!; \
	until $(ANSWERS) 2>/dev/null; do kill -0 $$server; sleep 0.1; done; \
	$(MANAGE) db_worker > var/worker.log 2>&1 & worker=$$!; \
	$(MANAGE) scheduler > var/scheduler.log 2>&1 & timers=$$!; \
	echo; echo "  ASN Belajar: http://127.0.0.1:$(PORT)"; echo; cat $(DONE)/sign-ins; echo; echo "  Ctrl-C stops it."; \
	wait $$server

# The site has said something over HTTP (bash's own sockets: curl may be missing).
ANSWERS = (exec 3<>/dev/tcp/127.0.0.1/$(PORT); printf 'GET /healthz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' >&3; read -r line <&3; [[ $$line == HTTP* ]])

# --- Trying it --------------------------------------------------------------------

PYTEST := $(BIN)/pytest --numprocesses 2 --quiet
TESTING := $(DONE)/python-dev $(DONE)/translations

# A failure in one part does not hide what the next would say.
test:
	@$(MAKE) --no-print-directory --keep-going test-sqlite test-postgresql test-browser

test-sqlite: $(TESTING)
	@echo "· Tests on SQLite"
	@TEST_DATABASE_URL= $(PYTEST) -m "not browser"

test-postgresql: $(TESTING)
	@echo "· Tests on PostgreSQL"
	@$(BIN)/python -m tests.postgresql $(PYTEST) -m "not browser"

test-browser: $(TESTING) $(DONE)/node-dev
	@echo "· Journeys in the browser"
	@TEST_DATABASE_URL= $(PYTEST) -m browser

check: $(TESTING)
	@echo "· Style"; $(BIN)/ruff check . ; $(BIN)/ruff format --check .
	@echo "· Types"; PYTHONPATH=site:. $(BIN)/mypy manage.py site learning content
	@echo "· Imports"; PYTHONPATH=site:. $(BIN)/lint-imports
	@echo "· Settings of production"
	@DJANGO_SETTINGS_MODULE=asn_belajar.settings.production DATABASE_URL=sqlite://:memory: ALLOWED_HOSTS=belajar.example \
		SECRET_KEY=$$($(PYTHON) -c 'import secrets; print(secrets.token_hex(32))') $(MANAGE) check --deploy --fail-level WARNING
	@echo "· Migrations"; DJANGO_SETTINGS_MODULE=asn_belajar.settings.test $(MANAGE) makemigrations --check --dry-run
	@echo "· Translations"; $(BIN)/pytest --quiet tests/test_translations.py
	@echo "· Lock file"; ! grep --line-number '"resolved"' package-lock.json

messages: $(DONE)/python-dev
	@for domain in django djangojs; do $(MANAGE) makemessages --locale id --domain $$domain --no-wrap --add-location file \
		--ignore var --ignore node_modules --ignore tests --ignore bench; done

screenshots: $(TESTING) $(DONE)/node-dev
	@TEST_DATABASE_URL= $(BIN)/pytest --quiet -m browser -k "no_barrier and my-week"
	@mkdir -p docs/images; cp var/screenshots/pages/my-week-1280.png docs/images/my-week.png

bench: $(TESTING)
	@$(BIN)/python -m bench.run $(PARTS)

bench-sign-in: $(TESTING)
	@$(BIN)/python -m bench.sign_in

# --- Upkeep -----------------------------------------------------------------------

UV := $(BIN)/uv pip compile pyproject.toml --quiet --generate-hashes --universal --python-version 3.11 --no-header --no-emit-index-url

lock: $(DONE)/python-dev
	@$(UV) --extra sample --output-file requirements.txt
	@$(UV) --extra sample --extra test --output-file requirements-dev.txt
	@npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund

clean:
	@rm -rf var .venv node_modules .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find site content learning -name '*.mo' -delete
