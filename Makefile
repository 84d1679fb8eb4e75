# Everything is a `make` word away; the tests' own needs come from the system's packages (bin/system-packages).
.DEFAULT_GOAL := help
.PHONY: help run test check screens messages bench faults clean system
SHELL := /bin/bash

PY := .venv/bin/python
# what type checking holds strictly: the pure part, on which every other promise stands
STRICT = $(wildcard webapp/canonical.py webapp/errors.py webapp/workdays.py webapp/*/rules.py webapp/*/fold.py \
  webapp/forms/expressions.py webapp/forms/evaluate.py webapp/forms/live.py webapp/forms/rows.py \
  webapp/forms/checking.py webapp/forms/writing.py webapp/forms/compare.py webapp/forms/conditions.py \
  webapp/forms/blank.py)
CATALOGUES = $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/messages.po))
JS_TESTS = $(sort $(wildcard tests/js/*.test.js tests/js/*.test.mjs))

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

run: .venv/.run $(CATALOGUES) ## install, migrate, load the demo when empty, serve (HOST, PORT, YIDANG_DATA)
	@exec .venv/bin/flask --app wsgi serve

test: check system ## what CI runs: linters, types, JavaScript tests, Python and browser tests
	$(if $(JS_TESTS),node --test $(JS_TESTS))
	$(PY) -m pytest -n 2

check: .venv/.test $(CATALOGUES) ## format, lint and types only
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy $(STRICT)

screens: .venv/.test $(CATALOGUES) system ## a picture of every screen into docs/screens; docs/first-inspection.md counted anew
	$(PY) -m pytest tests/browser/screens.py tests/browser/first_inspection.py

messages: .venv/.run ## collect the sentences of Python, templates and JavaScript into the English catalogue
	@mkdir -p translations
	PYTHONPATH=. .venv/bin/pybabel -q extract -F babel.cfg -k _l --add-location=file --sort-by-file -o translations/messages.pot .
	.venv/bin/pybabel -q update -i translations/messages.pot -d translations -l en --init-missing \
	  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	rm translations/messages.pot

bench: .venv/.test $(CATALOGUES) system ## a million subjects measured into bench/results.md (an hour); N=20000 is quick and only shown; PARTS="forms draw import library photos postgresql oversight public"
	$(PY) -m bench $(N) $(PARTS)

faults: .venv/.test $(CATALOGUES) ## N schedules of faults (1000; SEED=1 is the first), each replayed by its seed: tests/faults/results.md
	$(PY) -m tests.faults --seed $(or $(SEED),1) -n $(or $(N),1000) -j $$(nproc)

clean: ## remove what make made, but never the data in instance/
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
	find translations -name '*.mo' -delete 2>/dev/null || true

system: .venv/.test
	@bin/system-packages

.venv/.run: requirements.txt
	@bin/make-venv requirements.txt
	@touch $@

.venv/.test: requirements-test.txt requirements.txt
	@bin/make-venv requirements-test.txt
	@touch $@ .venv/.run

%.mo: %.po | .venv/.run
	@.venv/bin/pybabel -q compile -i $< -o $@
