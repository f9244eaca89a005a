"""The house keeps its plan: imports go down, no room is empty, names say what is inside, one door to the clock."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, ROOT, modules, shown, tree

GRAB_BAGS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "mixins",
    "misc",
    "functions",
    "tools",
    "managers",
    "services",
}

CLOCKS = {"now", "utcnow", "today", "time", "time_ns"}
CONVERSIONS = {"localtime", "gmtime", "localdate"}  # they read the clock when they are given nothing
CLOCK_OWNERS = {"datetime", "date", "timezone", "time"}
MAY_READ_THE_CLOCK = {
    "shangliang/kit/clock.py": "it is the clock",
}


def test_imports_go_down_the_house() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    ended = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout


def layers(name: str) -> list[list[str]]:
    """The layers of one contract, from the top, each with its folders or modules that may be missing or not."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (found,) = (contract["layers"] for contract in contracts if contract["name"].startswith(name))
    return [re.findall(r"\w+", layer) for layer in found]


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/decisions/0001-one-package-in-layers.md"])
def test_the_pages_name_the_folders_in_the_order_of_the_contract(page: str) -> None:
    wanted = [[app for app in layer if (PACKAGE / app).is_dir()] for layer in layers("Apps follow the flow")]
    line = " · ".join(f"`{' | '.join(layer)}`" for layer in wanted if layer)
    assert line in (ROOT / page).read_text("utf-8").splitlines()


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/decisions/0001-one-package-in-layers.md"])
def test_the_pages_name_the_modules_of_an_app_in_the_order_of_the_contract(page: str) -> None:
    wanted = [module for layer in layers("Inside an app") for module in layer]
    text = (ROOT / page).read_text("utf-8")
    named = re.findall(r"`(\w+)`", text[text.index("`urls`") : text.rindex("`states`") + 8])
    named = [word for word in dict.fromkeys(named) if word in wanted]
    assert named == [module for module in wanted if any(PACKAGE.glob(f"*/{module}*"))]


def test_no_app_imports_the_views_of_another() -> None:
    foreign = [
        f"{shown(path, line)} {name}"
        for path in modules()
        if (app := path.relative_to(PACKAGE).parts[0]) != "config"  # its addresses gather all
        for line, name in imported(tree(path))
        if re.match(rf"shangliang\.(?!{app}\.)\w+\.views\b", name)
    ]
    assert foreign == []


def imported(code: ast.Module) -> list[tuple[int, str]]:
    """Every module that is imported, by its full name; of `from a import b` both `a` and `a.b`."""
    found = []
    for node in ast.walk(code):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return found


@pytest.mark.parametrize(
    "code",
    [
        "import shangliang.topics.views.say",
        "from shangliang.topics.views import say",
        "from shangliang.topics import views",
    ],
)
def test_it_knows_views_when_it_sees_them(code: str) -> None:
    assert any(name.startswith("shangliang.topics.views") for _, name in imported(ast.parse(code)))


def test_no_app_folder_is_empty() -> None:
    empty = [
        shown(folder)
        for folder in sorted(PACKAGE.iterdir())
        if folder.is_dir()
        and folder.name != "__pycache__"
        and not any(path.name not in {"__init__.py", "apps.py"} for path in folder.rglob("*.py"))
    ]
    assert empty == []


def test_no_module_is_a_grab_bag() -> None:
    bags = [shown(path) for path in modules() if {path.stem, *path.parent.parts} & GRAB_BAGS]
    assert bags == []


def test_every_module_says_in_one_line_what_it_is() -> None:
    silent = [
        shown(path) for path in modules() if path.read_text().strip() and not ast.get_docstring(tree(path))
    ]
    assert silent == []


# What a module of that name never does, in whichever app it stands.
WRITES = {
    "save",
    "create",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "update",
}
READERS = {"queries", "permissions", "showing", "figures", "labels", "rules", "states"}
OF_THE_WEB = re.compile(
    r"django\.(http(?!\.Http404)|shortcuts|contrib\.messages|views)\b|shangliang\.access\.(request|desk_page)\b"
)
BELOW_THE_WEB = READERS | {"actions", "models", "reactions", "tasks"}


def kind_of(path: Path) -> str:
    """The word of the vocabulary under which a module stands: its own name, or its folder's."""
    app, *inside = path.relative_to(PACKAGE).with_suffix("").parts
    return "" if app in {"kit", "rulebook", "access", "config", "demo"} or not inside else inside[0]


def test_what_reads_writes_nothing() -> None:
    faults = [
        f"{shown(path, node.lineno)} {ast.unparse(node.func)}"
        for path in modules()
        if kind_of(path) in READERS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and not (node.func.attr == "update" and isinstance(node.func.value, ast.Name))  # a dict of its own
    ]
    assert faults == []


def test_what_stands_below_the_pages_knows_no_request() -> None:
    faults = [
        f"{shown(path, line)} {name}"
        for path in modules()
        if kind_of(path) in BELOW_THE_WEB
        for line, name in imported(tree(path))
        if OF_THE_WEB.match(name)
    ]
    assert faults == []


# A text, a day and an hour are read by one field each, which knows what people really type.
OWN_FIELDS = {"CharField": "Words", "DateField": "Day", "DateTimeField": "Moment"}
THEIR_HOME = {"shangliang/kit/forms.py", "shangliang/access/forms.py"}


def test_every_form_reads_texts_and_days_by_the_fields_of_the_house() -> None:
    found = {
        f"{shown(path)}: {OWN_FIELDS[node.attr]} instead of forms.{node.attr}"
        for path in modules()
        if shown(path) not in THEIR_HOME and "/tests/" not in shown(path)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "forms"
        and node.attr in OWN_FIELDS
    }
    assert found == set()


def test_only_the_clock_reads_the_clock() -> None:
    readings = [
        f"{shown(path, line)} {what}"
        for path in modules()
        if shown(path) not in MAY_READ_THE_CLOCK
        for line, what in clock_readings(tree(path))
    ]
    assert readings == []


def clock_readings(code: ast.Module) -> list[tuple[int, str]]:
    """`datetime.now`, `timezone.now`, `time.time` and their like, called or passed on."""
    found = []
    for node in ast.walk(code):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS and owner(node) in CLOCK_OWNERS:
            found.append((node.lineno, ast.unparse(node)))
        asked = node.func if isinstance(node, ast.Call) and not node.args else None
        if isinstance(asked, ast.Attribute) and asked.attr in CONVERSIONS and owner(asked) in CLOCK_OWNERS:
            found.append((asked.lineno, ast.unparse(node)))
    return found


def owner(node: ast.Attribute) -> str:
    """The last name before the dot."""
    return node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")


@pytest.mark.parametrize(
    "code", ["datetime.datetime.now()", "timezone.now", "time.time()", "date.today()", "timezone.localtime()"]
)
def test_it_knows_a_clock_when_it_sees_one(code: str) -> None:
    assert clock_readings(ast.parse(code)) != []


@pytest.mark.parametrize(
    "code", ["clock.now()", "clock.today()", "topic.time", "time.monotonic()", "timezone.localtime(at)"]
)
def test_it_takes_nothing_else_for_one(code: str) -> None:
    assert clock_readings(ast.parse(code)) == []
