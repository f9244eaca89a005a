"""What the documents say is there: links, pictures, commands, addresses, files; and both languages say the same."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from shangliang import commands

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
DECISIONS = DOCS / "decisions"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
LONGEST_DECISION = 39  # lines

FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
MADE = re.compile(r"(?:^|[\s`(（“])make ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)*)")
COMMAND = re.compile(r"(?:^|[\s/])shangliang ([a-z]+)((?: \S+)*)")
ADDRESS = re.compile(r"/(?:[a-z-]+(?:/[a-z-]+)*)?")
MODULE = re.compile(r"[\w./-]*\w+\.(?:py|toml|css|js)")
STREAMED = ("/live",)  # not a page of Django's


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def prose(page: Path) -> str:
    """The page without its blocks of code, in which a # is a comment and a bracket is data."""
    return FENCE.sub("", page.read_text("utf-8"))


def spans(page: Path) -> list[str]:
    return SPAN.findall(prose(page))


def code(page: Path) -> Iterator[str]:
    """Every line of code on the page: spans, and the lines of its blocks."""
    yield from spans(page)
    for block in FENCE.findall(page.read_text("utf-8")):
        yield from block.splitlines()[1:-1]


def anchors(page: Path) -> set[str]:
    """The headings as the code host names them in addresses."""
    titles = [re.sub(r"[^\w\- ]", "", title.replace("`", "")) for _, title in HEADING.findall(prose(page))]
    return {title.strip().lower().replace(" ", "-") for title in titles}


def broken(page: Path, root: Path = ROOT) -> list[str]:
    """Relative links that lead nowhere; pictures have a test of their own."""
    found = []
    pictures = set(PICTURE.findall(prose(page)))
    for link in LINK.findall(prose(page)):
        path, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", link) or link in pictures:
            continue
        target = (page.parent / path).resolve() if path else page
        missing = not target.exists() or not target.is_relative_to(root)
        if missing or (anchor and anchor not in anchors(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken(page) == []


def test_a_broken_link_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One thing\n[a](#one-thing) [b](#another) [c](gone.md) [d](https://example.org/x)\n")
    assert broken(page, tmp_path) == ["#another", "gone.md"]


def pictures() -> list[Path]:
    return sorted({(page.parent / link).resolve() for page in PAGES for link in PICTURE.findall(prose(page))})


def test_every_picture_is_one_that_the_tool_takes() -> None:
    rows = tomllib.loads((ROOT / "tools" / "screenshots.toml").read_text("utf-8"))["page"]
    taken = {DOCS / "images" / f"{row['name']}.png" for row in rows if row.get("docs")}
    assert pictures() != []
    assert set(pictures()) <= taken


def test_every_picture_is_there() -> None:
    assert [name(picture) for picture in pictures() if not picture.exists()] == []


def test_every_page_can_be_reached_from_the_index() -> None:
    reached, waiting = {DOCS / "index.md"}, [DOCS / "index.md"]
    while waiting:
        page = waiting.pop()
        for link in LINK.findall(prose(page)):
            target = (page.parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.exists() and target not in reached:
                reached.add(target)
                waiting.append(target)
    assert [name(page) for page in PAGES if page not in reached] == []


def decisions() -> list[Path]:
    return sorted(page for page in DECISIONS.glob("*.md") if page.name != "README.md")


@pytest.mark.parametrize("page", decisions(), ids=name)
def test_a_decision_is_short_and_says_why_what_and_what_for(page: Path) -> None:
    assert len(page.read_text("utf-8").splitlines()) <= LONGEST_DECISION
    assert [title for _, title in HEADING.findall(prose(page))][1:] == ["Context", "Decision", "Consequences"]


def test_every_decision_is_listed_by_its_number_and_title() -> None:
    rows = re.findall(
        r"^\| (\d{4}) \| \[(.+)\]\((.+)\) \|$", (DECISIONS / "README.md").read_text("utf-8"), re.M
    )
    listed = [(file, f"{number}. {title}") for number, title, file in rows]
    assert listed == [
        (page.name, page.read_text("utf-8").splitlines()[0].removeprefix("# ")) for page in decisions()
    ]
    assert [number for number, _, _ in rows] == [f"{place:04d}" for place in range(1, len(rows) + 1)]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_make_target_exists(page: Path) -> None:
    asked = {target for line in code(page) for names in MADE.findall(line) for target in names.split()}
    assert asked - targets() == set()


def unknown_in(line: str) -> list[str]:
    """Commands, and options of them, that a line of code names and the product does not have."""
    found = []
    for command, rest in COMMAND.findall(line):
        if command not in commands.names():
            found.append(command)
            continue
        words = rest.split()
        if command == "manage":
            found += [word for word in words[:1] if word not in get_commands()]
            continue
        options = commands.parser_for(command)._option_string_actions
        found += [word for word in words if word.startswith("--") and word not in options]
    return found


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_exists_with_its_options(page: Path) -> None:
    assert [word for line in code(page) for word in unknown_in(line)] == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("shangliang undo", ["undo"]),
        (".venv/bin/shangliang serve --fast", ["--fast"]),
        ("shangliang manage fly", ["fly"]),
        ("shangliang appoint a --role clerk --room 1", []),
        ("shangliang/access/roles.py", []),
    ],
)
def test_an_unknown_command_would_be_found(line: str, wrong: list[str]) -> None:
    assert unknown_in(line) == wrong


def is_page(address: str) -> bool:
    try:
        resolve(address)
    except Resolver404:
        return False
    return True


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_address_exists(page: Path) -> None:
    named = {span for span in spans(page) if ADDRESS.fullmatch(span) and not span.startswith(STREAMED)}
    assert sorted(address for address in named if not is_page(address)) == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_file_of_the_house_exists(page: Path) -> None:
    named = {span for span in spans(page) if MODULE.fullmatch(span) and "/" in span}
    assert [
        file
        for file in sorted(named)
        if not (ROOT / file).exists() and not (ROOT / "shangliang" / file).exists()
    ] == []


ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh-Hans.md"


def test_both_readmes_have_the_same_headings() -> None:
    english, chinese = (
        [len(marks) for marks, _ in HEADING.findall(prose(page))] for page in (ENGLISH, CHINESE)
    )
    assert english == chinese


def test_both_readmes_have_the_same_blocks_of_code() -> None:
    assert FENCE.findall(ENGLISH.read_text("utf-8")) == FENCE.findall(CHINESE.read_text("utf-8"))


def test_both_readmes_lead_to_the_same_places() -> None:
    english, chinese = (LINK.findall(prose(page))[1:] for page in (ENGLISH, CHINESE))
    assert english == chinese


def test_both_readmes_list_as_many_points() -> None:
    english, chinese = (
        len(re.findall(r"^(?:- |\| )", page.read_text("utf-8"), re.MULTILINE)) for page in (ENGLISH, CHINESE)
    )
    assert english == chinese


def test_the_places_named_as_keeping_a_promise_of_safety_exist() -> None:
    places = re.findall(
        r"`([a-z_]+(?:\.[a-z_]+)*)`", (ROOT / "SECURITY.md").read_text("utf-8").partition("| --- ")[2]
    )
    assert places
    assert [place for place in places if place != "actor" and not is_there(place)] == []


def is_there(place: str) -> bool:
    """A module of ours, or a name in one."""
    path = ROOT / "shangliang" / place.replace(".", "/")
    if path.is_dir() or path.with_suffix(".py").exists():
        return True
    module = path.parent.with_suffix(".py")
    return (
        module.exists()
        and re.search(rf"(?m)^(?:def|class) {path.name}\b|^{path.name}\b", module.read_text()) is not None
    )
