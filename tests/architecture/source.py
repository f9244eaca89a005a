"""The files of the house as the architecture tests read them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "shangliang"


def modules() -> Iterator[Path]:
    """Every module of the package but migrations and tests."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if not {"migrations", "tests"} & set(path.relative_to(PACKAGE).parts):
            yield path


def templates() -> Iterator[Path]:
    """Every page and fragment."""
    return (
        path for path in sorted(PACKAGE.glob("*/templates/**/*")) if path.suffix in {".html", ".txt", ".svg"}
    )


def tree(path: Path) -> ast.Module:
    """The module's syntax tree."""
    return ast.parse(path.read_text(), str(path))


def shown(path: Path, line: int | None = None) -> str:
    """The path as a person would type it, with the line where there is one."""
    return str(path.relative_to(ROOT)) + (f":{line}" if line else "")
