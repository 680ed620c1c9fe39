# What people and CI run. `make` alone lists it.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Go switches by itself to the release that go.mod asks for. scripts/setup.sh
# fetches one into bin/toolchain where the system's is too old to do that, and
# Python's packages into .venv.
export GOTOOLCHAIN ?= auto
export CGO_ENABLED ?= 0
export PATH := $(CURDIR)/bin/toolchain/bin:$(CURDIR)/bin/node/node_modules/.bin:$(CURDIR)/.venv/bin:$(PATH)

.PHONY: help
help: ## lists these targets
	@awk -F ': .*## ' '/^[a-z]+: .*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

.PHONY: demo
demo: ## invents a city, settles its year; then lives on the platform, loans and all, beside reference departments and a reference bank, and prints what to try
	@scripts/setup.sh demo
	@$(MAKE) build
	@scripts/demo.sh

.PHONY: stop
stop: ## stops the platform of `make demo`, its departments and its bank
	@STOP=1 scripts/demo.sh

.PHONY: test
test: ## runs all tests, those with goroutines under the race detector too, every fuzz target briefly, and the journeys in a browser
	@scripts/setup.sh test
	@if command -v npm >/dev/null; then $(MAKE) $(console); fi
	go vet ./...
	@go run ./scripts/testall

.PHONY: lint
lint: ## runs the linters, at the versions of tools/go.mod
	@scripts/setup.sh lint
	go tool -modfile=tools/go.mod golangci-lint run

.PHONY: check
check: lint test ## lints, and does what CI does

.PHONY: bench
bench: ## measures Changrong beside its peers on one input; see bench/README.md
	@scripts/setup.sh bench
	@$(MAKE) build
	@bench/run.sh

# The console as it was built last, and what it is built from.
console := web/dist/index.html
console-sources := $(shell find web/src web/public -type f ! -name schema.d.ts) $(addprefix web/,index.html m.html package.json package-lock.json vite.config.ts tsconfig.json) api/openapi.yaml

.PHONY: web
web: ## builds the console into web/dist, for the program to hold
	@scripts/setup.sh web
	@scripts/web.sh

$(console): $(console-sources)
	@scripts/web.sh

.PHONY: pictures
pictures: ## takes the pictures of docs/pictures anew, in a browser: a city that has lived for a year, a loan from the code to the settlement, a scorecard from its sample to its use
	@scripts/setup.sh test
	@$(MAKE) build
	cd web && CHANGRONG_PICTURES=docs/pictures npm run --silent journeys -- pages loan rating

.PHONY: build
build: $(if $(shell command -v npm),$(console)) ## builds bin/changrong, with the console where Node is there to build it
	go build -trimpath -o bin/changrong ./cmd/changrong
