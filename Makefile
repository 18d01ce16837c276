# The book's commands.  Plain `make` prints them.

VENV   := .venv
BIN    := $(VENV)/bin
PAGES  := _build/html/index.html
ZIP    := _build/rnn-song-ngu.zip
PEERS  := .venv-bench
TORCH  := https://download.pytorch.org/whl/cpu

# The book computes with its own packages: one on PYTHONPATH would go before them, and pip would
# take it for installed.
ifdef PYTHONPATH
$(info PYTHONPATH is left out: the book computes with the packages of $(VENV) alone)
endif
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help html preview archive pdf epub notebooks lab test check status ledger attack bench requirements clean distclean

help: ## print the targets with a line each
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

html: $(VENV)/.book ## train the models, build the pages: _build/html/index.html
	@$(BIN)/python -m bitext pages --execute
	@test -f $(PAGES) && echo "open $$PWD/$(PAGES)"

preview: export BITEXT_EXECUTE = off
preview: $(VENV)/.book ## build the pages from the committed outputs; executes nothing
	@$(BIN)/python -m bitext compose
	@$(BIN)/python -m bitext pages
	@test -f $(PAGES) && echo "open $$PWD/$(PAGES)"

archive: html ## put the pages into one file that opens from disk: _build/rnn-song-ngu.zip
	@rm -f $(ZIP) && $(BIN)/python -m zipfile -c $(ZIP).part _build/html && mv $(ZIP).part $(ZIP)
	@echo "unpack $$PWD/$(ZIP) anywhere and open html/index.html"

pdf: $(VENV)/.test html ## print the book by Chromium: _build/rnn-song-ngu.pdf, .vi.pdf, .en.pdf
	@$(BIN)/python -m bitext pdf

epub: html ## write the book for e-readers: _build/rnn-song-ngu.epub, .vi.epub, .en.epub
	@$(BIN)/python -m bitext epub

notebooks: $(VENV)/.book ## bring chapter_rnn/*.ipynb in step, executed; SHARD=2/5: a share of them
	@$(BIN)/python -m bitext notebooks $(if $(SHARD),--shard '$(SHARD)')

lab: $(VENV)/.book ## open the notebooks in JupyterLab
# Two notebooks that train at once on the same cores must not hold each other up.
	@GOMP_SPINCOUNT=$${GOMP_SPINCOUNT:-1000} $(BIN)/jupyter lab --notebook-dir=. chapter_rnn

test: $(VENV)/.test html ## run every test, and every notebook by nbval
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/pytest --numprocesses auto --dist loadfile -m "not alone"
	@$(BIN)/pytest -m alone tests
	@$(BIN)/pytest --nbval --numprocesses auto --dist loadfile chapter_rnn

check: $(VENV)/.book ## check sources, translations, terms, ledger; executes nothing
	@$(BIN)/python -m bitext check

status: $(VENV)/.book ## count pairs, translations and reviews in each section
	@$(BIN)/python -m bitext status

ledger: $(VENV)/.book ## record new and changed translations in translations/ledger
	@$(BIN)/python -m bitext record

attack: $(VENV)/.test ## try 100,000 hostile inputs and 100 kills: ATTACK="--seed 2" and the like
	@$(BIN)/python -m tests.attack $(ATTACK)

bench: $(VENV)/.book $(PEERS)/.ready ## measure beside D2L 0.17.6 and PyTorch: benchmarks/results.md
	@$(BIN)/python -m benchmarks --peers $(PEERS)/bin/python $(PARTS)

requirements: | $(VENV)/.python ## pin requirements*.txt anew from pyproject.toml, with hashes
	@$(BIN)/python -m pip install --quiet uv
	$(LOCK) pyproject.toml --output-file requirements.txt
	$(LOCK) pyproject.toml --extra test --constraint requirements.txt \
	    --output-file requirements-test.txt
	$(call below,gpu,$(LOCK) --no-deps --group gpu)
	$(call below,bench,$(LOCK) --group bench && $(LOCK) --no-deps --group peer)

BUILT = _build .pytest_cache .ruff_cache

clean: ## remove what was built, executed outputs included
	@$(call remove,$(BUILT))

distclean: ## remove the environments too
	@$(call remove,$(BUILT) $(VENV) $(PEERS) *.egg-info)

# Any Python waits for the end of a build; where there is none, none builds.
define remove
echo "removing" $(1); \
for python in $(BIN)/python $(PYTHONS); do \
    if "$$python" -c 'import sys, fcntl; sys.exit(sys.version_info < (3, 8))' 2>/dev/null; then \
        exec "$$python" -I bitext/locks.py $(1); \
    fi; \
done; \
rm -rf $(1)
endef

LOCK = $(BIN)/uv pip compile --universal --fork-strategy fewest --python-version 3.10 \
	--no-annotate --no-header --quiet --upgrade --generate-hashes

# Write what commands print into a file of requirements, below the words at its head.
below = { sed '/^[^\#]/,$$d' requirements-$(1).txt && $(2); } > requirements-$(1).txt.part \
	&& mv requirements-$(1).txt.part requirements-$(1).txt

# ---- the environment: .venv, from fully pinned requirements -------------------------------------
#
# A stamp is written when an installation is complete; until then the next call goes on.

$(VENV)/.book: requirements.txt pyproject.toml | $(VENV)/.python
	@$(call install,requirements.txt)
	@$(BIN)/python -m pip install $(HERE) --quiet --no-deps --no-build-isolation --editable . \
	    || $(FAILED)
	@touch $@

$(VENV)/.test: requirements-test.txt $(VENV)/.book
	@$(call install,requirements-test.txt)
	@touch $@

# The peers have an environment of their own.
$(PEERS)/.ready: requirements-bench.txt | $(VENV)/.python
	@echo "installing D2L 0.17.6 and PyTorch into $(PEERS) (about 1 GB the first time)"
	@rm -rf $(PEERS) && $(BIN)/python -m venv $(PEERS) || $(FAILED)
	@$(PEERS)/bin/pip install $(THERE) --quiet $(LOCKED) --requirement requirements-bench.txt \
	    || $(FAILED)
	@$(PEERS)/bin/pip install $(THERE) --quiet --retries 1 --index-url $(TORCH) torch \
	    || $(PEERS)/bin/pip install $(THERE) --quiet torch \
	    || echo "PyTorch cannot be installed here: it is left out"
	@touch $@

define install
echo "installing $(1) into $(VENV) (about 500 MB the first time)"; \
$(BIN)/python -m pip install $(HERE) --disable-pip-version-check $(LOCKED) --requirement $(1) \
    || $(FAILED)
endef

# A file of requirements names every package that is needed, with the hashes of its files; pip would
# take d2l at its word, which asks for versions with known faults.
LOCKED = --require-hashes --no-deps

# Into this environment, whatever the user's variables and pip.conf say of places; what they say of
# indexes and proxies holds.
HERE  = --no-user --target= --root=/ --prefix="$$PWD/$(VENV)"
THERE = --no-user --target= --root=/ --prefix="$$PWD/$(PEERS)"

FAILED = { echo "The installation stopped; the lines above say why.  If a download failed, run the" \
	"same command again and it goes on; else correct what they name first ('$(BIN)/python -m pip" \
	"config list' shows the settings of pip).  Nothing is half-made." >&2; exit 1; }

# The right Python is the first of these that is 3.10 or 3.11 and has the venv module; uv gets one.
PYTHONS = $(PYTHON) python3.11 python3.10 python3 python
FITS    = import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 11))

$(VENV)/.python:
	@case "$$PWD" in *:*) echo "$$PWD: a folder with ':' in its path cannot hold an environment of" \
	    "Python: move the book to a folder without it" >&2; exit 1;; esac; \
	for python in $(PYTHONS); do \
	    if "$$python" -c '$(FITS)' 2>/dev/null; then \
	        echo "creating $(VENV) with $$("$$python" --version)"; \
	        rm -rf $(VENV) && "$$python" -m venv $(VENV) && touch $@ && exit 0; \
	        rm -rf $(VENV); \
	    fi; \
	done; \
	if command -v uv >/dev/null; then \
	    echo "no Python 3.10 or 3.11 here: getting one with uv"; \
	    uv venv --quiet --seed --python 3.11 $(VENV) && touch $@ && exit 0; \
	    rm -rf $(VENV); \
	fi; \
	found=$$(python3 --version 2>/dev/null || python --version 2>/dev/null || echo "no Python"); \
	echo "found $$found, but the book needs Python 3.10 or 3.11 with venv (MXNet 1.9.1 has no" \
	     "later one): install python3.11 and python3.11-venv, or uv (https://docs.astral.sh/uv)," \
	     "then run make again; PYTHON=/path/to/python3.11 names one" >&2; exit 1
