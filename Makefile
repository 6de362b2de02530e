# Every target is a script or a line of the toolchain; `make help` lists them. Runs from any folder with `make -C`.

ROOT := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup setup-tests build demo test test-full bench bench-micro bench-gates compare format lint clean

say = @printf '\n== %s\n' "$(1)"

# Whose concurrency the thread sanitizer watches.
RACY_SUITES := EngineTests|SchedulerTests|StoreSQLiteTests
# Those that start databases and servers or keep all cores busy: after the others, which measure time.
HEAVY_SUITES := DocsTests|StateSizeTests|SimulationTests|SQLConnectorsTests|FaultKitTests|EndToEndTests|StorePostgresTests
# Those that run over the store on PostgreSQL once more.
STORE_SUITES := EngineTests|SchedulerTests|HTTPAPITests
# How many requests the fuzzer makes up for each operation of the API, beside its examples and edges.
API_CASES ?= 5
API_CASES_FULL ?= 150
# `make test` makes up the same ones each time.
API_SEED ?= 20261124
RUN_TESTS := $(ROOT)scripts/run-tests
SWIFT_FILES := Sources Benchmarks Tests Package.swift
# Recorded runs of manifests, where they are at hand.
LOWCODE := $(ROOT)../shared/lowcode

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(ROOT)Makefile | while IFS=$$'\t' read -r name text; do \
	    printf '  make %-11s %s\n' "$$name" "$$text"; done

setup: ## install what is missing of Debian's packages and check the toolchain
	@$(ROOT)scripts/setup

setup-tests:
	@$(ROOT)scripts/setup tests

build: setup ## release binary at .build/release/tributary
	$(call say,build (release))
	@cd $(ROOT) && swift build -c release --product tributary

demo: setup ## sync real data of this machine and read its change feed (KEEP=1 leaves the server running)
	@$(ROOT)scripts/demo

test: setup-tests lint ## lint, one debug build, every test with its everyday figures, the API against its description
	$(call say,build (debug$(comma) with tests))
	@cd $(ROOT) && swift build --build-tests
	$(call say,test)
	@$(RUN_TESTS) --skip '$(HEAVY_SUITES)'
	@$(RUN_TESTS) --filter '$(HEAVY_SUITES)'
	$(call say,test over PostgreSQL)
	@TRIBUTARY_TEST_STORE=postgres $(RUN_TESTS) --filter '$(STORE_SUITES)'
	$(call say,check the API against its description)
	@$(ROOT)scripts/check-api $(API_CASES) $(API_SEED)
	@if [ -d $(LOWCODE)/cases ]; then printf '\n== %s\n' 'compare manifests with their recorded runs'; \
	    python3 $(LOWCODE)/tools/conform.py --binary $(ROOT).build/debug/tributary --jobs 2 | tail -n 20; fi

test-full: test build ## also large figures, the thread sanitizer, and instruction counts of hot paths
	$(call say,check the API with many requests)
	@$(ROOT)scripts/check-api $(API_CASES_FULL)
	$(call say,test with large figures)
	@TRIBUTARY_TEST_LARGE=1 $(RUN_TESTS) --skip '$(HEAVY_SUITES)'
	@TRIBUTARY_TEST_LARGE=1 $(RUN_TESTS) --filter '$(HEAVY_SUITES)'
	$(call say,build the samples of the client$(apostrophe)s page)
	@$(ROOT)scripts/check-client-page
	$(call say,test under the thread sanitizer)
	@cd $(ROOT) && TSAN_OPTIONS=suppressions=$(ROOT)scripts/tsan-suppressions.txt \
	    swift test --sanitize=thread --scratch-path .build-tsan --disable-xctest --filter '$(RACY_SUITES)'
	$(call say,count the instructions of hot paths)
	@$(ROOT)scripts/bench-gates

bench: setup-tests ## figures of the release binary: a million rows, small runs, start, memory
	@$(ROOT)scripts/bench

bench-micro: setup-tests ## time of single steps: parse, commit, feed, request (NAMES='…' for some)
	@$(ROOT)scripts/bench-micro $(NAMES)

bench-gates: setup-tests ## count instructions of three hot paths and fail where they grew
	@$(ROOT)scripts/bench-gates

compare: setup-tests ## beside other tools on the same work (docs/performance.md; ROWS=20000 for a quick look)
	@$(ROOT)scripts/compare

format: ## rewrite the Swift files in the project's format
	@cd $(ROOT) && swift format --in-place --recursive --parallel $(SWIFT_FILES)

lint: ## check format and the rules of .swift-format
	$(call say,lint)
	@cd $(ROOT) && swift format lint --strict --recursive --parallel $(SWIFT_FILES)

clean: ## remove everything that was built
	@rm -rf $(ROOT).build $(ROOT).build-tsan

comma := ,
apostrophe := '
