"""Writes docs/reference/ from the code, so that it cannot say anything else than the code does.

Usage: docs.py          write what changed
       docs.py --check  show what differs, and which model or setting nobody has explained; change nothing
"""

from __future__ import annotations

import ast
import difflib
import importlib
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from settings_words import SETTINGS

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "shangliang"
REFERENCE = ROOT / "docs" / "reference"
NOTE = "<!-- Written by `make docs` from the code. Change the code, not this page. -->\n"

sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangliang.config.settings_test")

import django  # noqa: E402
from django.apps import apps  # noqa: E402
from django.urls import URLPattern, URLResolver, get_resolver  # noqa: E402


def cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ").strip()


def table(heads: list[str], rows: list[list[object]]) -> str:
    lines: list[Sequence[object]] = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell(each) for each in line) + " |" for line in lines) + "\n"


def modules(name: str) -> Iterator[Any]:
    """`shangliang.<app>.<name>` of every app that has one."""
    for path in sorted(PACKAGE.glob(f"*/{name}.py")):
        yield importlib.import_module(f"shangliang.{path.parent.name}.{name}")


def label_of(state: StrEnum) -> str:
    """The Chinese word for a state, from the label tables of its app."""
    app = type(state).__module__.split(".")[1]
    try:
        labels = importlib.import_module(f"shangliang.{app}.{'publication' if app == 'access' else 'labels'}")
    except ModuleNotFoundError:
        return ""
    for name, words in vars(labels).items():
        if name.isupper() and isinstance(words, dict) and type(next(iter(words), None)) is type(state):
            return str(words.get(state, ""))
    return ""


def states() -> str:
    """A diagram and a table for every machine."""
    page = [
        "# States and moves\n",
        "What each kind of thing can be, and which act leads on. The tables stand in each app's `states.py`.\n",
    ]
    for module in modules("states"):
        for machine in getattr(module, "MACHINES", ()):
            page += [f"## {machine.name}\n", diagram(machine), moves(machine)]
    return "\n".join(page)


def diagram(machine: Any) -> str:
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    {state.value} : {label_of(state) or state.value}" for state in machine.states()]
    lines.append(f"    [*] --> {machine.initial.value}")
    for row in machine.transitions:
        if row.target is not None:  # what changes no state stands in the table alone
            lines += [f"    {source.value} --> {row.target.value} : {row.act}" for source in row.sources]
    lines += [f"    {state.value} --> [*]" for state in machine.finals]
    return "\n".join([*lines, "```\n"])


def moves(machine: Any) -> str:
    rows: list[list[object]] = [
        [
            f"`{row.act}`",
            ", ".join(f"{source.value} {label_of(source)}".strip() for source in row.sources),
            f"{row.target.value} {label_of(row.target)}".strip() if row.target else "stays",
            f"`{row.event}`" if row.event else "—",
            f"`{row.by}`" if row.by else "the system, a link, or what leads to it",
            (row.when.__doc__ or "").strip() if row.when else "",
            ", ".join(f"`{each}`" for each in row.also),
            "yes" if row.undo else "",
        ]
        for row in machine.transitions
    ]
    return table(["act", "from", "to", "leaves", "needs", "only where", "also", "taken back"], rows)


def acts() -> str:
    """Everything that can be done on a page of the desk, from the table of things."""
    from shangliang.access.things import house

    page = [
        "# Things and acts\n",
        "What work is about, and what can be done to it on its page. The tables stand in each app's `things.py`; "
        "who may, and when, stands in [states](states.md).\n",
    ]
    for thing in house().things:
        page.append(f"## {thing.kind} {thing.label}\n")
        tasks: list[list[object]] = [[f"`{rule}`", words] for rule, words in thing.tasks.items()]
        rows: list[list[object]] = [
            [
                f"`{act.name}`",
                act.title,
                ", ".join(f"`{each}`" for each in act.does),
                ", ".join(sorted({f"`{act.by or thing.machine_of(act).needs(each)}`" for each in act.does})),
                act.said or "",
            ]
            for act in thing.acts
        ]
        page += [table(["act", "words", "does", "needs", "says"], rows)] if rows else []
        page += [table(["clock", "what it asks for"], tasks)] if tasks else []
    return "\n".join(page)


def roles() -> str:
    """Who there is and what each may do."""
    from shangliang.access import roles as module

    who: list[list[object]] = [[f"`{role}`", module.NAMES[role], module.DUTIES[role]] for role in module.Role]
    what: list[list[object]] = [
        [
            f"`{permission}`",
            "、".join(
                str(module.NAMES[role]) for role in module.Role if permission in module.PERMISSIONS[role]
            )
            or "—",
        ]
        for permission in module.Permission
    ]
    return "\n".join(
        [
            "# Roles and permissions\n",
            "A role is granted over an area, a room or a unit, with dates. A resident needs no role and no account.\n",
            table(["role", "name", "what it is for"], who),
            "## Who may do what\n",
            table(["permission", "roles"], what),
        ]
    )


def events() -> str:
    """Every event, what it means where the code says so, and what follows it."""
    from django.conf import settings

    from shangliang.events.kinds import Kind

    where, name = settings.REACTIONS.rsplit(".", 1)
    followers: dict[Any, Any] = getattr(importlib.import_module(where), name)
    comments = dict(
        re.findall(r"(?m)^    (\w+) = \"[^\"]+\"  # (.+)$", (PACKAGE / "events" / "kinds.py").read_text())
    )
    rows: list[list[object]] = [
        [
            f"`{kind}`",
            comments.get(kind.name, ""),
            ", ".join(f"`{reaction_name(each)}`" for each in followers.get(kind, ())) or "—",
        ]
        for kind in Kind
    ]
    return "\n".join(
        [
            "# Events\n",
            "Each act leaves one event and one ledger row. What follows is done by the worker, each pair of event and reaction once.\n",
            table(["event", "note", "what follows"], rows),
        ]
    )


def reaction_name(reaction: Any) -> str:
    if isinstance(reaction, str):
        return reaction.removeprefix("shangliang.")
    return f"{reaction.__module__}.{reaction.__name__}".removeprefix("shangliang.")


def pages() -> str:
    """Every address of ours and the function behind it."""
    rows: list[list[object]] = [
        [f"`/{address}`", f"`{name}`" if name else "", view]
        for address, name, view in sorted(addresses(get_resolver().url_patterns, ""))
    ]
    return "\n".join(
        [
            "# Pages\n",
            "Every address of the product itself.\n",
            table(["address", "name", "what it is"], rows),
        ]
    )


def addresses(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, str, str]]:
    for pattern in patterns:
        address = before + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, address)
        elif getattr(pattern.callback, "__module__", "").startswith("shangliang."):
            said = (pattern.callback.__doc__ or "").strip().splitlines()
            # A docstring may begin with the address itself, which stands in the first column already.
            yield address, pattern.name or "", re.sub(r"^`/[^`]*`[:.]\s*", "", said[0]) if said else ""


def rules() -> str:
    """Every number of the rulebook with its source."""
    from shangliang.rulebook import book, showing

    page = [
        "# The rulebook\n",
        "Every number stands in a dated rule with its source, in `shangliang/rulebook/standards/`. "
        "A default of this system is never an official rule.\n",
    ]
    for chapter in book().chapters():
        page.append(f"## {chapter.title} · {chapter.title_en}\n")
        rows: list[list[object]] = [
            [
                f"`{rule.id}`",
                rule.meaning,
                rule.meaning_en,
                rule_value(rule),
                f"{'' if rule.is_sourced else '本系统默认 '}{showing.sources(rule)}".strip(),
            ]
            for rule in chapter.parameters
        ]
        page.append(table(["id", "规则", "rule", "value", "basis"], rows))
    return "\n".join(page)


def figures() -> str:
    """Every figure with its definition in both languages, what it can be split by, and who may read it."""
    from django.utils import translation

    from shangliang.access.roles import NAMES, PERMISSIONS
    from shangliang.figures.declaration import Derived
    from shangliang.figures.queries import declared

    def said(text: Any) -> str:
        with translation.override("en"):
            return str(text)

    rows: list[list[object]] = []
    for figure in declared().values():
        readers = "、".join(str(NAMES[role]) for role in NAMES if figure.read_by in PERMISSIONS[role])
        cuts = (figure.of[0] if isinstance(figure, Derived) else figure).source.cuts
        rows.append(
            [
                f"`{figure.name}`",
                f"{figure.label}（{figure.unit}）",
                figure.definition,
                f"{said(figure.label)}: {said(figure.definition)}",
                ", ".join(cut.name for cut in cuts if figure.can_be_cut([cut])),
                f"everybody; {readers}" if figure.is_public else readers,
            ]
        )
    return "\n".join(
        [
            "# Figures\n",
            "Every number that pages show or reports hold, as the apps declare it in their `figures.py`. Nothing under embargo "
            "is in any of them. How they work: [Figures](../explanation/figures.md).\n",
            table(["name", "数字", "口径", "in English", "split by", "read by"], rows),
        ]
    )


def rule_value(rule: Any) -> str:
    """`15 个工作日`, or `10, from 2027-01-01: 15`; long tables are told by their length."""
    from shangliang.rulebook import showing

    said = []
    for number, dated in enumerate(rule.values):
        lines = showing.lines(rule, dated.value)
        text = f"{len(lines)} 条" if len(lines) > 3 else "；".join(lines)
        said.append(text if number == 0 else f"from {dated.since}: {text}")
    return ", ".join(said)


def settings_page() -> str:
    """What a deployment may change by environment variables."""
    rows: list[list[object]] = [
        [f"`{name}`", f"`{default}`" if default else "", SETTINGS.get(name, "")]
        for name, default in read_settings()
    ]
    return "\n".join(
        [
            "# Settings\n",
            "Environment variables, read at the start; a mistyped value stops the start with a sentence.\n",
            table(["name", "default", "meaning"], rows),
        ]
    )


def read_settings() -> list[tuple[str, str]]:
    """Name and default of each `env.<reader>("NAME", default)` in settings.py."""
    found: dict[str, str] = {}
    for node in ast.walk(ast.parse((PACKAGE / "config" / "settings.py").read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        first = node.args[0]
        if getattr(node.func.value, "id", "") == "env" and isinstance(first, ast.Constant):
            given = node.args[1:2] + [word.value for word in node.keywords if word.arg == "default"]
            found.setdefault(str(first.value), shown_default(given[0]) if given else "")
    return sorted(found.items())


def shown_default(node: ast.expr) -> str:
    """The default as a person would type it."""
    if isinstance(node, ast.Constant):
        return (
            {True: "1", False: "0"}.get(node.value, str(node.value))
            if isinstance(node.value, bool)
            else str(node.value)
        )
    return ast.unparse(node)


PAGES: dict[str, Callable[[], str]] = {
    "acts.md": acts,
    "states.md": states,
    "roles.md": roles,
    "events.md": events,
    "pages.md": pages,
    "rulebook.md": rules,
    "figures.md": figures,
    "settings.md": settings_page,
}


def unexplained() -> Iterator[str]:
    """Models that the glossary does not name, settings without a meaning, meanings without a setting."""
    glossary = REFERENCE / "glossary.md"
    words = set(re.findall(r"`(\w+)`", glossary.read_text())) if glossary.exists() else set()
    for model in apps.get_models():
        if model.__module__.startswith("shangliang.") and model.__name__ not in words:
            yield f"docs/reference/glossary.md does not explain `{model.__name__}` ({model.__module__})"
    names = {name for name, _ in read_settings()}
    yield from (f"tools/settings_words.py does not explain {name}" for name in sorted(names - set(SETTINGS)))
    yield from (
        f"tools/settings_words.py explains {name}, which is not read"
        for name in sorted(set(SETTINGS) - names)
    )


def main() -> int:
    django.setup()
    checking, code = "--check" in sys.argv, 0
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        path, text = REFERENCE / name, NOTE + page()
        before = path.read_text() if path.exists() else ""
        if before == text:
            continue
        if checking:
            code = 1
            difference = difflib.unified_diff(
                before.splitlines(), text.splitlines(), f"docs/reference/{name}", "the code", lineterm="", n=1
            )
            print("\n".join(difference))
        else:
            path.write_text(text)
    for line in unexplained():
        code = 1
        print(line)
    return code


if __name__ == "__main__":
    sys.exit(main())
