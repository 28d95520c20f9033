# `make` lists the targets. CI (.ci/run, .github/workflows/ci.yml) calls these and nothing else.

GO          ?= go
# Linters are run and not required: in go.mod their requirements would raise versions in every consumer's build.
STATICCHECK ?= honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK ?= golang.org/x/vuln/cmd/govulncheck@v1.9.0
GOLANGCI    ?= github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
FUZZ_TIME   ?= 6
FUZZ_TOTAL  ?= 120
BENCH       ?= .
SOAK        ?= 2m
COVER       ?= cover.out

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-20s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: build
build: ## Build everything; the commands go to bin/
	$(GO) build ./...
	$(GO) build -o bin/ ./cmd/...

.PHONY: test
test: ## All tests, with the race detector (needs a C compiler)
	$(GO) test -race -timeout 20m ./...

.PHONY: test-fast
test-fast: ## All tests, without it
	$(GO) test ./...

.PHONY: generate
generate: ## Rebuild gen/ from schema/
	$(GO) generate ./...

.PHONY: check-generate
check-generate: generate ## Fail when gen/ or the name lock is not what the schema gives
	@changed="$$(git status --porcelain -- gen schema)"; \
	if [ -n "$$changed" ]; then \
		echo "'go generate ./...' changed these; commit them:"; echo "$$changed"; git --no-pager diff --stat -- gen schema; exit 1; \
	fi

.PHONY: fmt
fmt: ## Format the code
	git ls-files -co --exclude-standard '*.go' | xargs gofmt -w

.PHONY: fmt-check
fmt-check: ## Fail when gofmt would change a file
	@unformatted="$$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l)"; \
	if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi

.PHONY: vet
vet: ## go vet
	$(GO) vet ./...

.PHONY: staticcheck
staticcheck: ## staticcheck
	$(GO) run $(STATICCHECK) ./...

.PHONY: tools
tools: ## Build staticcheck into bin/; VBEM_STATICCHECK=bin/staticcheck lets tests run it on generated code
	GOBIN="$(CURDIR)/bin" $(GO) install $(STATICCHECK)

.PHONY: lint
lint: fmt-check vet staticcheck ## gofmt, go vet and staticcheck: what CI demands

.PHONY: golangci
golangci: ## Every linter of .golangci.yml (slow the first time: it is built from source)
	$(GO) run $(GOLANGCI) run ./...

.PHONY: vulncheck
vulncheck: ## Known vulnerabilities in what is used (asks the Go vulnerability database)
	$(GO) run $(GOVULNCHECK) ./...

.PHONY: modules
modules: ## Fail when the modules are not what go.sum says
	$(GO) mod verify

.PHONY: imports
imports: ## Check which way imports go
	$(GO) test -count=1 ./internal/imports

.PHONY: fuzz
fuzz: ## Each fuzz target for FUZZ_TIME seconds, FUZZ_TOTAL seconds in all
	@bash .ci/fuzz $(FUZZ_TIME) $(FUZZ_TOTAL)

.PHONY: soak
soak: ## Failovers while everything goes wrong (SOAK=10m for the full run); the last line has the figures
	$(GO) run ./internal/soak/cmd -for $(SOAK)

.PHONY: cover
cover: ## Test coverage of the hand-written code, by function
	$(GO) test -coverprofile=$(COVER) ./...
	@grep -v '/gen/' $(COVER) > $(COVER).tmp && mv $(COVER).tmp $(COVER)
	$(GO) tool cover -func=$(COVER) | tail -n 40

.PHONY: bench
bench: ## The table of bench/README.md, beside encoding/xml; takes some minutes
	$(GO) run ./bench

.PHONY: size
size: ## What building the API takes, and what the client adds to a program
	$(GO) run ./bench -only size

.PHONY: bench-go
bench-go: ## Go benchmarks (BENCH=regexp)
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem ./...

.PHONY: demo
demo: ## A vApp fails over to its CDP replica, with no server anywhere near
	$(GO) run ./cmd/vbem demo

.PHONY: conformance
conformance: ## The documented exchanges, over codecs, client and simulator
	$(GO) run ./cmd/vbem conformance

.PHONY: conformance-corpus
conformance-corpus: ## The message checks over the folder in VBEM_CORPUS
	@[ -n "$$VBEM_CORPUS" ] || { echo "VBEM_CORPUS is not set"; exit 1; }
	$(GO) run ./cmd/vbem conformance --corpus "$$VBEM_CORPUS"

.PHONY: xmllint
xmllint: ## What we send is valid by xmllint and schema/RestAPI.xsd
	@tool="$$(command -v xmllint)" || { echo "xmllint is missing (Debian: libxml2-utils)"; exit 1; }; \
	VBEM_XMLLINT="$$tool" $(GO) test -count=1 -run 'XMLLint|Valid' ./client ./conformance ./schema

.PHONY: ci
ci: ## All that CI runs
	bash .ci/run
