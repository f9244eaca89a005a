# What a person types: `make run` to see it, `make test` to try it, `make check` before handing it in.
# Each target calls a small script in tools/. A first start needs git, make and Python 3.11 or newer, nothing else.
# Settings can stand behind the target: `make run PORT=8001 LAN=1 DATABASE_URL=postgres://…`.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup assets run test test-all check fix bench mutants docs lock messages screenshots clean runtime dev

DIST := shangliang/kit/static/dist/manifest.json
PY := .venv/bin/python
WITH_NODE := PATH="$(CURDIR)/.venv/bin:$$PATH"

help:  ## 这张表 · this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

run: runtime  ## 装好、填好示范市并启动 · install, fill the demo city and serve it (PORT=8001, LAN=1)
	@$(PY) tools/port.py
	@$(MAKE) --no-print-directory assets
	@$(PY) tools/messages.py --compile
	@.venv/bin/shangliang demo --if-empty
	@exec .venv/bin/shangliang serve --demo $(if $(LAN),--lan)

setup: dev assets  ## 装好开发所需的一切 · everything that development needs
	@$(PY) tools/messages.py --compile

test: setup  ## 快的测试加一次浏览器全程，两种数据库 · fast tests and one browser journey, on both databases
	@$(PY) tools/testing.py

test-all: setup  ## 全部测试，两种数据库 · every test, on both databases
	@$(PY) tools/testing.py --all

check: setup  ## 全部检查，什么也不改 · every check; changes nothing
	@$(PY) tools/check.py

fix: setup  ## 能自动改好的都改好 · mends what can be mended by itself
	@$(PY) tools/check.py --fix

bench: setup  ## 测速度 · measures speed
	@$(PY) tools/bench.py
	@$(PY) tools/bench_search.py
	@$(PY) tools/bench_opinions.py
	@$(PY) tools/bench_draw.py

mutants: setup  ## 改动代码，看测试能不能发现 · changes the code and looks whether a test notices (COUNT=200, SEED=8, ONLY=, AGAIN=1)
	@python=$$(tools/find_python) && "$$python" tools/environment.py runtime dev mutants
	@$(PY) -m pytest -q tests/tools/test_mutants.py
	@$(PY) tools/mutants.py $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY)) $(if $(AGAIN),--again)

docs: setup  ## 由代码生成 docs/reference · writes docs/reference from the code
	@$(PY) tools/docs.py

messages: setup  ## 收集界面文字，供翻译 · collects the texts of the interface for translation
	@$(PY) tools/messages.py

screenshots: setup  ## 拍下页面图 · takes the pictures of the pages
	@$(PY) tools/screenshots.py

assets: $(DIST)  ## 合并样式和脚本 · joins styles and scripts (only when a source changed)

lock:  ## 重新锁定依赖 · locks the requirements anew
	@python=$$(tools/find_python) && "$$python" tools/environment.py runtime lock
	@$(PY) tools/lock.py

clean:  ## 删掉装好的和生成的东西，数据（var/）留着 · removes what was installed and built, keeps the data in var/
	rm -rf .venv node_modules shangliang/kit/static/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf .import_linter_cache build *.egg-info
	find shangliang tests tools -name __pycache__ -prune -exec rm -rf {} +
	find shangliang -name '*.mo' -delete

# The steps that others stand on. Each notices by itself whether there is anything to do.

runtime:
	@python=$$(tools/find_python) && "$$python" tools/environment.py runtime

dev:
	@python=$$(tools/find_python) && "$$python" tools/environment.py runtime dev
	@$(PY) tools/node.py

# Folders stand in the list too, so that a source that was taken away counts as a change.
$(DIST): $(shell find shangliang/kit/static/src) package-lock.json tools/assets.py
	@$(MAKE) --no-print-directory runtime
	@$(PY) tools/node.py
	@$(WITH_NODE) $(PY) tools/assets.py
	@touch $@
