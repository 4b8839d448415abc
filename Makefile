# make demo and make test do all the set-up that a fresh machine needs, then the work. See python/docs/install.md.
.DEFAULT_GOAL := help
.PHONY: help demo test bench wheel setup reference constructs clean

help:
	@echo "make demo       set up, run the bundled experiment, write results/demo with report.html"
	@echo "make test       set up, run all tests"
	@echo "make bench      set up, run the benchmarks, write python/docs/performance.md; ARGS=\"--only kernel\" for a part"
	@echo "make wheel      set up, build a wheel into dist/"
	@echo "make setup      set up only: system packages, .venv, release build, Python package"
	@echo "make reference  bring the schema and the generated parts of python/docs up to date"
	@echo "make constructs measure what every construct does, for python/docs/constructs.md; takes a minute"
	@echo "make clean      remove what was built (.build, .venv, dist); results stay"

setup:
	@bash .make/setup build

demo: setup
	@.venv/bin/hybridcare run hybrid_vs_human_vs_ai --out results/demo --overwrite

test:
	@bash .make/setup test
	@bash .make/test

bench:
	@bash .make/setup bench
	@bash .make/bench $(ARGS)

wheel: setup
	@rm -rf dist
	@CXX=$${CXX:-g++} .venv/bin/python -m pip wheel -q --disable-pip-version-check --no-build-isolation --no-deps --wheel-dir dist .
	@ls dist/*.whl

reference: setup  # the schema and the parts of python/docs that are made from the program
	@.venv/bin/python .make/reference.py

constructs: setup  # the table of effects, from runs that are the same on every machine
	@cd tests/validation && ../../.venv/bin/python -m constructs.page

clean:
	rm -rf .build .venv dist
