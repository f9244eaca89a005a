"""How long a text may be is said once, in its column: no form repeats the number."""

import ast
from pathlib import Path

from tests.architecture.source import PACKAGE, shown, tree


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
