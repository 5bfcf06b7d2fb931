# Two commands matter: `make serve` and `make test`. Everything else is for people who change the code.
PYTHON ?= python3
BIN = .venv/bin
export DATABASE_URL
# The tests' databases lie in memory where there is room: they then wait for no disk.
SCRATCH = $(shell df -k --output=avail /dev/shm 2>/dev/null | awk 'NR == 2 && $$1 > 4000000 {print "TMPDIR=/dev/shm"}')

.PHONY: serve test proof lint lock bench browser

serve: .venv/.run
	$(BIN)/horqin serve

test: .venv/.test browser
	$(SCRATCH) $(BIN)/pytest

proof: .venv/.test
	$(BIN)/pytest -m proof -s -o addopts=--import-mode=importlib -o timeout=0

lint: .venv/.test
	$(BIN)/ruff check && $(BIN)/ruff format --check && $(BIN)/mypy

bench: .venv/.test
	$(BIN)/python bench/run.py $(BENCH)

browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; } \
	  || echo "No chromium here: the browser tests will be SKIPPED."

.venv/bin/uv:
	$(PYTHON) -m venv .venv && $(BIN)/python -m pip install -q "uv~=0.13"

.venv/.run: .venv/bin/uv requirements.txt pyproject.toml
	$(BIN)/uv pip install -q --require-hashes -r requirements.txt && $(BIN)/uv pip install -q --no-deps -e . && touch $@

.venv/.test: .venv/.run requirements-test.txt
	$(BIN)/uv pip install -q --require-hashes -r requirements-test.txt && touch $@

lock: .venv/bin/uv
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 -c requirements.txt --group test pyproject.toml -o requirements-test.txt
