# cardwarden: "make demo" plays a story, "make test" runs the tests. Both set up what they need in this folder first.

PYTHON ?= python3
PREFIX ?= /opt/cardwarden
BINDIR ?= /usr/local/bin
SHAREDIR ?= /usr/local/share
WITH ?=
VENV := .venv
READY := $(VENV)/ready
STAGE := build/demo/ready
PEERS := build/bench/ready
BUILDER := build/env/ready
GUIDE := build/docs/ready
RELEASE := build/release/ready
PIP := -m pip --retries 5 --disable-pip-version-check --quiet
LOCK := $(VENV)/bin/pip-compile --quiet --strip-extras --allow-unsafe --generate-hashes --no-header \
	--no-emit-options --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

# As many workers as the machine has cores, or twice as many if tests often wait: for daemons, servers and what is killed.
# Where there is a folder in memory, tests for which a disk proves nothing use it: most of their time went into waiting for it.
PYTEST := $(VENV)/bin/python -m pytest -q --numprocesses logical --dist worksteal
WAITING := $(VENV)/bin/python -m pytest -q --numprocesses $(shell echo $$((2 * $$(nproc)))) --dist worksteal
SMALL := tests/architecture tests/unit
RECORDS := tests/unit/store tests/unit/actions $(addprefix tests/laws/test_,cycle.py still.py part.py evidence.py)
PIECES := $(SMALL) tests/catalogue
HERE := not servers and not system and not browser
IN_MEMORY := $(if $(wildcard /dev/shm/.),TMPDIR=/dev/shm)

APT := DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=5
NPM := $(if $(shell command -v npm),,npm)
BROWSER := chromium fonts-noto-core fonts-noto-cjk nginx $(NPM)
AXE := 4.14.1
ICAL_JS := test -d build/node/node_modules/ical.js || npm install --silent --no-save --prefix build/node ical.js@2.2
SERVERS := postgresql php-cli php-xml php-mbstring php-sqlite3 php-sabre-dav cyrus-caldav cyrus-imapd sasl2-bin mosquitto debian-archive-keyring $(NPM)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo docs packages wheel deb sbom test test-fast test-laws test-daemons test-tools test-servers test-converters test-browser pictures test-system soak coverage mutants bench bench-smoke check install sample lock clean suitable

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

demo: $(if $(wildcard $(READY)),$(READY),$(STAGE)) ## play a story of damage and rescue with made-up contacts
	@PYTHONPATH=daemon $(dir $<)bin/python -m cardwarden demo

test: $(READY) ## run the tests: what test-fast does, the whole catalogue, what starts a program or a server, every source and writer
	$(IN_MEMORY) $(WAITING) -m "not (large or searches) and $(HERE)" $(PIECES) tests/contract

test-fast: $(READY) ## run the tests after each edit: nothing is started or searched for, no whole catalogue, no large book
	$(IN_MEMORY) $(PYTEST) -m "not (starts or large or searches) and $(HERE)" $(SMALL)

test-laws: $(READY) ## run the searches for counterexamples to what is always true, and what is tried with large books and long lives
	$(IN_MEMORY) $(PYTEST) -m "(large or searches) and $(HERE)" $(PIECES) tests/laws

test-daemons: $(READY) ## run real daemons and commands while they are killed, disks are full and servers hang or lie
	$(WAITING) tests/system

# apt-get takes one lock: what tests need is installed before they run beside one another.
test-tools: ## install what test-servers, test-browser and test-system use (root, on Debian)
	@dpkg -s $(SERVERS) $(BROWSER) >/dev/null 2>&1 || \
	  { $(APT) update -qq && $(APT) install -y -qq --no-install-recommends $(SERVERS) $(BROWSER); }

test-servers: $(READY) test-tools ## run the tests against servers that Debian has; installs them (root)
	@$(ICAL_JS)
	@test -x build/ntfy/usr/bin/ntfy || tests/servers/fetch_ntfy build/ntfy
	@test -x build/vdirsyncer/bin/vdirsyncer || { $(PYTHON) -m venv build/vdirsyncer && build/vdirsyncer/bin/pip install -q vdirsyncer==0.21.0; }
	$(VENV)/bin/python -m pytest -q --numprocesses logical --dist loadfile -m servers tests/servers
	CARDWARDEN_TEST_POSTGRESQL=start $(PYTEST) $(RECORDS)

test-converters: $(READY) ## compare what Thunderbird's ical.js makes of the dialects; needs npm, and no root
	@$(ICAL_JS)
	$(VENV)/bin/python -m pytest -q -m servers -k ical.js tests/servers/test_converters.py

test-browser: $(READY) test-tools ## run the page's tests in a real Chromium, behind a real nginx; installs them (root)
	@mkdir -p build/axe && cd build/axe && { test -e package/axe.min.js \
	  || { npm pack --silent axe-core@$(AXE) && tar xzf axe-core-$(AXE).tgz package/axe.min.js; }; }
	$(VENV)/bin/python -m pytest -q -m browser tests/browser

pictures: $(READY) ## make the README's pictures of the page anew, and build/messages to look at; needs what test-browser installs
	PYTHONPATH=daemon:tests $(VENV)/bin/python tests/browser/pictures.py
	PYTHONPATH=daemon:tests $(VENV)/bin/python tests/browser/messages.py build/messages

test-system: $(READY) test-tools ## boot real systemds, build and run the image; needs root on Debian and installs its tools
	tests/system/prepare $(VENV)/bin/python -m pytest -q -p no:randomly -m system tests/system

soak: $(READY) ## run the daemon through two simulated years of damage, kills and full disks, and a server that lies
	CARDWARDEN_SOAK_MONTHS=24 CARDWARDEN_SOAK_MINUTES=60 CARDWARDEN_SOAK_LIES=2000 CARDWARDEN_SOAK_EVERY=1 \
	  $(VENV)/bin/python -m pytest -q tests/system/test_soak.py tests/system/test_lies.py tests/system/test_killed_commands.py

coverage: $(READY) ## run the pure core's own tests; names each line and branch of it that they do not reach
	@mkdir -p build
	$(IN_MEMORY) $(VENV)/bin/python -m coverage run -m pytest -q -n0 tests/unit/vcard tests/unit/detect \
	  tests/laws/test_completeness.py tests/unit/actions/test_mirrors.py tests/unit/actions/test_unnamed_charset.py
	$(VENV)/bin/python -m coverage report

MODULES ?= detect/weigh
mutants: $(READY) ## change MODULES of the pure core (detect/weigh) in one place after another; names what no test sees
	PYTHONPATH=daemon:tests $(VENV)/bin/python -m mutants.run $(MODULES)

bench: $(READY) $(PEERS) ## measure against git and vdirsyncer, and write docs/explanation/speed.md; an hour, on an idle machine
	$(VENV)/bin/python bench/run.py

bench-smoke: $(READY) $(PEERS) ## try that everything that is measured still works, with small books
	$(VENV)/bin/python bench/run.py --smoke

check: $(READY) ## run the linters and the type checker
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-cache

# A folder that holds something else than a virtual environment is left alone, and so is a program of that name that
# is not ours. DESTDIR stands before every path while files are written and must not stay in them.
install: $(BUILDER) ## put the program into PREFIX (/opt/cardwarden), a link into BINDIR (/usr/local/bin); WITH=fleet: PostgreSQL, workers
	@test -e "$(DESTDIR)$(PREFIX)/pyvenv.cfg" || test -z "$$(ls -A "$(DESTDIR)$(PREFIX)" 2>/dev/null)" || \
	  { echo "$(DESTDIR)$(PREFIX) holds other files. Choose an empty or new folder: make install PREFIX=..."; exit 1; }
	rm -rf build/dist build/lib
	build/env/bin/python $(PIP) wheel --no-deps --no-build-isolation --wheel-dir build/dist .
	umask 022 && $(PYTHON) -m venv "$(DESTDIR)$(PREFIX)" \
	  && "$(DESTDIR)$(PREFIX)/bin/python" $(PIP) install --require-hashes -r requirements.lock \
	  $(if $(WITH),&& "$(DESTDIR)$(PREFIX)/bin/python" $(PIP) install --require-hashes -r "requirements-$(WITH).lock") \
	  && "$(DESTDIR)$(PREFIX)/bin/python" $(PIP) install --no-deps --force-reinstall build/dist/*.whl
	@test -z "$(DESTDIR)" || grep -rlIF "$(DESTDIR)$(PREFIX)" "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/pyvenv.cfg" \
	  | xargs sed -i 's|$(DESTDIR)$(PREFIX)|$(PREFIX)|g'
	@echo "Installed: $(DESTDIR)$(PREFIX)/bin/cardwarden"
	@link="$(DESTDIR)$(BINDIR)/cardwarden"; \
	if [ -e "$$link" ] && [ ! -L "$$link" ]; then echo "Left alone: $$link is a program of its own."; \
	elif mkdir -p "$(DESTDIR)$(BINDIR)" 2>/dev/null && ln -sfn "$(PREFIX)/bin/cardwarden" "$$link" 2>/dev/null; \
	then echo "Linked:    $$link"; \
	else echo "No link in $(DESTDIR)$(BINDIR), which you may not write. Add $(PREFIX)/bin to your PATH."; fi
	@if mkdir -p "$(DESTDIR)$(SHAREDIR)/man/man1" 2>/dev/null && [ -w "$(DESTDIR)$(SHAREDIR)/man/man1" ]; then \
	  cd daemon/cardwarden/share \
	  && install -Dm644 man/cardwarden.1 "$(DESTDIR)$(SHAREDIR)/man/man1/cardwarden.1" \
	  && install -Dm644 man/cardwarden.toml.5 "$(DESTDIR)$(SHAREDIR)/man/man5/cardwarden.toml.5" \
	  && install -Dm644 completions/cardwarden.bash "$(DESTDIR)$(SHAREDIR)/bash-completion/completions/cardwarden" \
	  && install -Dm644 completions/_cardwarden "$(DESTDIR)$(SHAREDIR)/zsh/site-functions/_cardwarden" \
	  && install -Dm644 completions/cardwarden.fish "$(DESTDIR)$(SHAREDIR)/fish/vendor_completions.d/cardwarden.fish" \
	  && echo "Manual and completion (bash, zsh, fish): $(DESTDIR)$(SHAREDIR)"; \
	else echo "No manual and no completion: you may not write $(DESTDIR)$(SHAREDIR) (SHAREDIR=...)."; fi
	@echo "Next:      cardwarden init"

sample: $(READY) ## write anew what is generated: the example configuration, the manual, completion, DETECTION.md
	$(VENV)/bin/cardwarden config sample > config/cardwarden.example.toml
	$(VENV)/bin/python -m cardwarden.cli.pages
	$(VENV)/bin/python docs/reference.py
	PYTHONPATH=daemon:tests $(VENV)/bin/python tests/architecture/test_detection_page.py

docs: $(GUIDE) ## build the guide into build/docs/html; a warning is an error
	build/docs/bin/sphinx-build --quiet --fail-on-warning --keep-going --nitpicky -b dirhtml docs build/docs/html
	@echo "The guide: build/docs/html/index.html"

packages: wheel deb sbom ## build what is handed out into dist: wheel, sdist, .deb, and the list of parts (SBOM)

wheel: $(BUILDER)
	build/env/bin/python -m hatchling build --directory dist

deb: $(BUILDER)
	systemd/debian/build

sbom: $(RELEASE)
	@mkdir -p dist
	sed "s/^dynamic = .*/$$(grep -o 'version__ = .*' daemon/cardwarden/__init__.py | tr -d _)/" pyproject.toml >build/sbom.toml
	build/release/bin/cyclonedx-py requirements --pyproject build/sbom.toml --output-reproducible \
	  --output-file dist/cardwarden.cdx.json requirements.lock

lock: $(READY) ## pin the newest versions of all dependencies, with their hashes
	$(LOCK) --upgrade --extra metrics --extra mqtt --extra web --output-file requirements.lock pyproject.toml
	$(LOCK) --upgrade --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	$(LOCK) --upgrade --extra fleet --extra metrics --extra web --constraint requirements-dev.lock \
	  --output-file requirements-fleet.lock pyproject.toml
	$(LOCK) --upgrade --extra docs --constraint requirements-dev.lock --output-file requirements-docs.lock pyproject.toml
	$(LOCK) --upgrade --output-file requirements-release.lock container/release.in
	$(LOCK) --upgrade --only-build-deps --build-deps-for wheel --constraint requirements-dev.lock \
	  --output-file requirements-build.lock pyproject.toml
	$(LOCK) --upgrade --output-file bench/peers.lock bench/peers.in

clean: ## remove everything that was made here
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find daemon tests -name __pycache__ -prune -exec rm -rf {} +

$(BUILDER): requirements-build.lock | suitable
	$(PYTHON) -m venv --clear build/env
	build/env/bin/python $(PIP) install --require-hashes -r requirements-build.lock
	@touch $@

$(PEERS): bench/peers.lock | suitable
	$(PYTHON) -m venv --clear build/bench
	build/bench/bin/python $(PIP) install --require-hashes -r bench/peers.lock
	@touch $@

$(RELEASE): requirements-release.lock | suitable
	$(PYTHON) -m venv --clear build/release
	build/release/bin/python $(PIP) install --require-hashes -r requirements-release.lock
	@touch $@

$(GUIDE): requirements-docs.lock | suitable
	$(PYTHON) -m venv --clear build/docs
	build/docs/bin/python $(PIP) install --require-hashes -r requirements-docs.lock
	@touch $@

# What a demo needs is what runs, and nothing of what tests it.
$(STAGE): requirements.lock | suitable
	@echo "Setting up what the demo needs, in build/demo: a minute or two, once. Nothing outside this folder is changed."
	@$(PYTHON) -m venv --clear build/demo
	@build/demo/bin/python $(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(READY): requirements.lock requirements-dev.lock pyproject.toml | suitable
	@echo "Setting up what the tests need, in $(VENV): some minutes, once. Nothing outside this folder is changed."
	$(PYTHON) -m venv --clear $(VENV)
	$(VENV)/bin/python $(PIP) install --require-hashes -r requirements-dev.lock
	$(VENV)/bin/python $(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

suitable:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "cardwarden needs Python 3.11 or newer: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "Install venv first: apt-get install python3-venv"; exit 1; }
