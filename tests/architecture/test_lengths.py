"""How long a text may be is said once, in its column: no form repeats the number, and nothing is cut off in silence."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, modules, shown, tree


def columns(app: Path) -> set[str]:
    """The text columns of an app's tables."""
    return {name for name, _ in lengths(tree(app / "models.py"))} if (app / "models.py").exists() else set()


def lengths(code: ast.Module) -> list[tuple[str, int]]:
    """`name = …(max_length=80)` and `"name": …(max_length=80)`: the names, with their lines."""
    found = []
    for node in ast.walk(code):
        pairs: list[tuple[ast.expr | None, ast.expr | None]] = []
        if isinstance(node, ast.Assign):
            pairs = [(node.targets[0], node.value)]
        elif isinstance(node, ast.Dict):
            pairs = list(zip(node.keys, node.values, strict=True))
        for target, value in pairs:
            name = target.id if isinstance(target, ast.Name) else getattr(target, "value", None)
            if isinstance(value, ast.Call) and isinstance(name, str):
                found += [
                    (name, value.lineno)
                    for keyword in value.keywords
                    if keyword.arg == "max_length" and isinstance(keyword.value, ast.Constant)
                ]
    return found


def test_a_form_takes_the_length_from_the_column() -> None:
    repeated = [
        f"{shown(forms, line)} {name}"
        for forms in sorted(PACKAGE.glob("*/forms.py"))
        for name, line in lengths(tree(forms))
        if name in columns(forms.parent)
    ]
    assert repeated == []


def test_it_knows_a_length_when_it_sees_one() -> None:
    code = 'place = forms.CharField(max_length=80)\nfields = {"what": Words(max_length=120)}'
    assert {name for name, _ in lengths(ast.parse(code))} == {"place", "what"}


# Where texts go into columns, messages and pages. What does not fit is refused by the form or ends in "…"
# (`kit.text.shortened`, `kit.columns.fitted`).
WRITERS = {"actions", "tasks", "reactions", "things", "figures", "showing", "forms", "rules", "labels"}
# No texts, each with what it is.
NO_TEXTS = {
    "shangliang/events/tasks.py name_of": "the name of a reaction, a key",
    "shangliang/feedback/actions.py key_for": "bytes of a key",
    "shangliang/feedback/rules.py page_of": "an address of a page, whose beginning tells the page",
    "shangliang/figures/frozen.py _cells_of": "the uppermost tiers of areas",
    "shangliang/opinions/showing.py grouped": "the first group of a code, of which the others follow",
    "shangliang/outcomes/actions/topic_state.py _way": "the first of several acts",
    "shangliang/places/actions.py next_number": "the code of a district within the code of a place",
    "shangliang/places/rules.py upto": "the first codes of a path",
    "shangliang/sortition/rules.py _from_table": "the first cells of a row",
    "shangliang/topics/actions/intake.py key_for": "bytes of a key",
    "shangliang/topics/things.py _merge_given": "a search, whose box holds no more",
}


def cuts(code: ast.Module) -> list[str]:
    """The functions around `text[:40]` and `text[:LONGEST]`; rows of a query are none."""
    inside = [node for node in ast.walk(code) if isinstance(node, ast.FunctionDef)]
    above = [node for node in code.body if isinstance(node, ast.Assign)]
    return [
        getattr(around, "name", "above")
        for around in [*inside, *above]
        for node in ast.walk(around)
        if is_cut(node)
    ]


def is_cut(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)):
        return False
    upper, is_from_start = node.slice.upper, node.slice.lower is None or ast.unparse(node.slice.lower) == "0"
    is_number = isinstance(upper, ast.Constant) or any(
        isinstance(part, ast.Name) and part.id.isupper() for part in ast.walk(upper or ast.Pass())
    )
    return is_from_start and is_number and not is_query(node.value)


def is_query(node: ast.expr) -> bool:
    """`rows.order_by(…)`, or rows by their name."""
    asked = ast.unparse(node)
    return ".order_by(" in asked or asked.endswith(("rows", "due"))


def test_no_text_is_cut_off_in_silence() -> None:
    found = {
        f"{shown(path)} {name}"
        for path in modules()
        if WRITERS & {path.stem, path.parent.name}
        and path.parent.name != "engine"
        and path.relative_to(PACKAGE).parts[0] not in {"demo", "kit"}
        for name in cuts(tree(path))
    }
    assert found - set(NO_TEXTS) == set()
    assert set(NO_TEXTS) - found == set(), "no longer there"


@pytest.mark.parametrize(
    "code", ["x = name[:40]", "def f():\n  return row.text.strip()[:LONGEST]", "x = a[0 : 2 * MOST]"]
)
def test_it_knows_a_cut_when_it_sees_one(code: str) -> None:
    assert cuts(ast.parse(code)) != []


@pytest.mark.parametrize("code", ["x = rows.order_by('pk')[:40]", "x = text[3:]", "x = text[:end]"])
def test_it_takes_nothing_else_for_a_cut(code: str) -> None:
    assert cuts(ast.parse(code)) == []
