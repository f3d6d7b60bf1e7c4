# Two commands matter: `make run` and `make test`. They bring what they need and stop with one sentence when they cannot.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test check bench map clean wheel browser mailserver node
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
# A uv of the machine is used as it is; otherwise one of our own is kept in .tools.
UV := $(or $(shell command -v uv 2>/dev/null),.tools/uv/bin/uv)
MANIFEST := okno/static/app/manifest.json
# The sprite holds the icons that pages, manifests and islands name.
ASSET_INPUTS := package.json package-lock.json vite.config.ts tsconfig.json \
	$(shell find okno -path okno/static -prune -o \
		\( -name '*.ts' -o -name '*.css' -o -name '*.html' -o -name '*.js' -o -name icons.txt -o -name manifest.py \) -print)

offline = Нет связи с реестром пакетов? Исправьте и повторите: начатое не пропадёт.

help:
	@echo 'make run     запустить «Окно»: база, веб, исполнитель заданий; адрес будет напечатан'
	@echo 'make test    все проверки поведения, и в браузере тоже (ARGS="-k deals" выбирает)'
	@echo 'make check   стиль, типы, импорты, правила, переводы, свежесть документов'
	@echo 'make bench   измерить скорость (JSON=файл запишет числа)'
	@echo 'make map     нарисовать карту этажей и словарь'
	@echo 'make wheel   собрать пакет, который ставится без Node'
	@echo 'make clean   убрать собранное; данные в var остаются'

# Node comes first: when it is missing, this is said before anything is fetched.
run: .tools/node .tools/base $(MANIFEST)
	@exec $(BIN)/okno run

# Each runner has a database of its own, one of them the office of the browser tests (conftest.py); the tests of a file
# follow one another. Files go in their order, those of `tests` first: by the number of tests the few long ones of a
# browser would begin last, and one runner wait.
SIDE_BY_SIDE = -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

test: .tools/node .tools/dev $(MANIFEST) browser mailserver
	@failed=0; npm run --silent test || failed=1; $(BIN)/pytest $(SIDE_BY_SIDE) $(ARGS) || failed=1; exit $$failed

check: .tools/dev .tools/node
	@$(BIN)/python -m tools.check

bench: .tools/dev $(MANIFEST)
	@$(BIN)/python -m tools.bench $(if $(JSON),--json $(JSON))

map: .tools/dev
	@$(BIN)/python -m tools.map
	@$(BIN)/python -m tools.glossary

wheel: $(MANIFEST)
	@$(UV) build --quiet --wheel --out-dir dist
	@ls dist/*.whl

clean:
	rm -rf .venv .tools node_modules okno/static/app dist test-results .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache .hypothesis .coverage
	find okno tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
	find okno/locale -name '*.mo' -delete

# Python: uv, the locked packages with their hashes, and this project beside them

.tools/uv/bin/uv:
	@command -v python3 >/dev/null || { echo 'Нужен Python 3.11 или новее: поставьте пакет python3.'; exit 1; }
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Нужен Python 3.11 или новее, а python3 здесь — $$(python3 -V)."; exit 1; }
	@echo 'Ставим uv в .tools/uv…'
	@mkdir -p .tools
	@if python3 -c 'import ensurepip, venv' 2>/dev/null; then \
		python3 -m venv .tools/uv >.tools/uv.log 2>&1 && pip='.tools/uv/bin/python -m pip'; \
	elif python3 -c 'import pip, venv' 2>/dev/null; then \
		python3 -m venv --without-pip .tools/uv && pip='python3 -m pip --python .tools/uv/bin/python'; \
	else \
		echo 'Этот Python не умеет ставить пакеты. Поставьте что-нибудь одно: uv, python3-venv или python3-pip.'; exit 1; \
	fi && $$pip install --quiet --disable-pip-version-check 'uv>=0.8,<1' >>.tools/uv.log 2>&1 || { \
		tail -n 3 .tools/uv.log; echo 'Не вышло поставить uv. $(offline)'; exit 1; }

.venv/bin/python: | $(UV)
	@$(UV) venv --quiet --allow-existing --python '>=3.11,<3.15' .venv

.tools/base: requirements.lock pyproject.toml | .venv/bin/python
	@echo 'Ставим пакеты Python…'
	@mkdir -p .tools
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock || { \
		echo 'Не вышло поставить пакеты Python. $(offline)'; exit 1; }
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	@rm -f .tools/dev
	@touch $@

.tools/dev: requirements-dev.lock .tools/base
	@echo 'Ставим пакеты для проверок…'
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.lock || { \
		echo 'Не вышло поставить пакеты Python. $(offline)'; exit 1; }
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

# Node: only to build the assets

node:
	@command -v npm >/dev/null && command -v node >/dev/null || { \
		echo 'Нужны node 20.19 или новее и npm: ими собирается интерфейс.'; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' || { \
		echo "Нужен node 20.19 или новее, а здесь $$(node --version)."; exit 1; }

.tools/node: package.json package-lock.json | node
	@echo 'Ставим пакеты интерфейса…'
	@mkdir -p .tools
	@npm ci --no-progress >.tools/npm.log 2>&1 || { \
		grep -v '^npm warn' .tools/npm.log | head -n 5; echo 'Не вышло поставить пакеты интерфейса. $(offline)'; exit 1; }
	@touch $@

$(MANIFEST): $(ASSET_INPUTS) .tools/node | .tools/base
	@echo 'Собираем интерфейс…'
	@npm run --silent build >.tools/build.log 2>&1 || { cat .tools/build.log; exit 1; }
	@$(BIN)/python -m whitenoise.compress --quiet okno/static/app
	@touch $@

# What the tests would like to find on the machine; without it they are skipped and say so

browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || $(call apt,chromium,проверки в браузере)

mailserver:
	@command -v dovecot >/dev/null || test -x /usr/sbin/dovecot || $(call apt,dovecot-imapd dovecot-lmtpd,проверки почтового ящика)

# $(call apt,package,what is skipped without it)
apt = { if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo 'Ставим $(1)…'; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1); } \
			</dev/null >.tools/apt.log 2>&1 || { tail -n 3 .tools/apt.log; echo 'Не вышло: $(2) будут пропущены.'; }; \
	else echo 'Нет $(1) (apt install $(1)): $(2) будут пропущены.'; fi; }
