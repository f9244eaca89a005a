"""The forms of a page as a browser would send them: where to, and every field with what stands in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.urls import resolve

# "low-{2}": the second field whose name begins so, where names hold keys of rows
NTH = re.compile(r"{(\d+)}$")
# A day has three boxes and a moment four (`kit.days`), the first under the name of the field.
BOXES = re.compile(r"_(month|day|hour)$")
WHOLE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d))?")
# Made anew for every page: a token, a kept file's seal.
MADE_ANEW = frozenset({"csrfmiddlewaretoken", "held", "opened", "seen", "ticket", "token"})


class Label(str):
    """A choice by the words that stand in the list, where its value is not known beforehand."""

    __slots__ = ()


@dataclass
class Sheet:
    """One form: its address, what its fields hold, and which of them take a file."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    secrets: set[str] = field(default_factory=set)  # passwords: no page ever gives them back
    buttons: set[str] = field(default_factory=set)  # sent by the one that is pressed
    wrong: set[str] = field(default_factory=set)  # fields beside which an error stands
    asked: set[str] = field(default_factory=set)  # fields that the reader sees
    # of all that can be filled in, also where nothing is chosen yet
    names: set[str] = field(default_factory=set)
    lists: dict[str, dict[str, str]] = field(default_factory=dict)  # of each to choose from: value by words

    def filled(self, **changes: object) -> dict[str, object]:
        """All of it with something else in some fields; a name that the form lacks is an error."""
        typed = dict(pair for name, value in changes.items() for pair in self._boxes(self.named(name), value))
        strange = set(typed) - self.names
        assert strange == set(), f"{self.action} has no field {strange}"
        return {**self.fields, **{name: self._typed(name, value) for name, value in typed.items()}}

    def named(self, name: str) -> str:
        """The field of that name; see `NTH`."""
        found = NTH.search(name)
        if found is None:
            return name
        alike = [each for each in self.fields if each.startswith(name[: found.start()])]
        return [each for each in alike if not BOXES.search(each)][int(found[1]) - 1]

    @property
    def marked(self) -> set[str]:
        """The fields beside which an error stands, those of several boxes once."""
        return {BOXES.sub("", name) for name in self.wrong}

    def _boxes(self, name: str, value: object) -> list[tuple[str, object]]:
        """A day or a moment as it is typed into its boxes; anything else stays where it was meant to stand."""
        if f"{name}_month" not in self.names or not isinstance(value, str):
            return [(name, value)]
        found = WHOLE.fullmatch(value)
        parts = [part or "" for part in found.groups()] if found else [value, "", "", ""]
        boxes = [
            (name + ending, part) for ending, part in zip(("", "_month", "_day", "_hour"), parts, strict=True)
        ]
        return [(box, part) for box, part in boxes if box in self.names]

    def note(self, name: str, tag: str, kind: str, *, is_wrong: bool) -> None:
        """Something of that name stands in it."""
        groups = (
            (self.names, tag in {"input", "select", "textarea", "button"}),
            (self.asked, tag in {"input", "select", "textarea"} and kind != "hidden"),
            (self.wrong, is_wrong),
            (self.buttons, tag == "button"),
            (self.secrets, kind == "password"),
        )
        for group, belongs in groups:
            if belongs:
                group.add(name)

    def _typed(self, name: str, value: object) -> object:
        """What is typed or chosen; some of it can only be known at that moment, as a code on a telephone."""
        value = value() if callable(value) else value
        return self.lists[name][value] if isinstance(value, Label) else value


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[Sheet] = []
        self.here: Sheet | None = None
        self.select, self.choices, self.is_multiple = "", list[tuple[str, bool]](), False
        self.area: list[str] | None = None
        self.option: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and found.get("method") == "post":
            self.here = Sheet(found.get("action", ""))
            self.sheets.append(self.here)
        elif self.here is not None:
            self._field(self.here, tag, found)

    def _field(self, sheet: Sheet, tag: str, found: dict[str, str]) -> None:
        name, kind = found.get("name", ""), found.get("type", "text")
        if name:
            sheet.note(name, tag, kind, is_wrong=found.get("aria-invalid") == "true")
        if tag == "select":
            self.select, self.choices, self.is_multiple = name, [], "multiple" in found
        elif tag == "option":
            self.choices.append((found.get("value", ""), "selected" in found))
            self.option = ""
        elif tag == "textarea":
            self.area = sheet.fields.setdefault(name, [])
            self.area.append("")
        elif tag == "input" and kind == "file":
            sheet.files.add(name)
        elif tag == "input" and name and (kind not in {"radio", "checkbox"} or "checked" in found):
            sheet.fields.setdefault(name, []).append(found.get("value", "on" if kind == "checkbox" else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.here = None
        elif tag == "textarea" and self.area is not None:
            self.area[-1] = self.area[-1].removeprefix("\r").removeprefix("\n")
            self.area = None
        elif tag == "option" and self.here is not None and self.option is not None:
            options = self.here.lists.setdefault(self.select, {})
            options[self.option.strip()], self.option = self.choices[-1][0], None
        elif tag == "select" and self.here is not None:
            chosen = [value for value, is_chosen in self.choices if is_chosen]
            if not chosen and not self.is_multiple:
                chosen = [value for value, _ in self.choices[:1]]
            if chosen:
                self.here.fields[self.select] = chosen
            self.select = ""

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area[-1] += data
        elif self.option is not None:
            self.option += data


def sheets(page: Any) -> dict[str, Sheet]:
    """The forms of a page (the answer of a test client) by their address.

    Of several with one address that in which there is something to fill in, else the first.
    """
    reader = _Reader()
    reader.feed(page.content.decode())
    reader.close()
    found: dict[str, Sheet] = {}
    for sheet in reader.sheets:
        if sheet.action not in found or (sheet.asked and not found[sheet.action].asked):
            found[sheet.action] = sheet
    return found


def beside(page: Any, field: str) -> str:
    """The error that hangs on that field of a page; empty where none does."""
    place = rf'<p class="wrong-why" id="(?:[^"]*_)?{re.escape(field)}_error">(.*?)</p>'
    found = re.search(place, page.content.decode(), re.DOTALL)
    return found[1].strip() if found else ""


def press_wrong_then_right(
    client: Client, page: str, action: str, wrong: Mapping[str, object], right: Mapping[str, object]
) -> tuple[Any, Any]:
    """Fill in a form of `page` wrongly and send it; put it right on the page that comes back, and send that.

    Both answers. What was typed has to stand on the page that comes back; its form leads to the same address.
    """
    sent = sheets(client.get(page))[action].filled(**wrong)
    first = client.post(action or page, sent)
    assert first.status_code in {200, 400}, "it is shown again"
    again = sheets(first)[action]
    for name, value in sent.items():
        if name not in again.files | again.secrets | again.buttons | MADE_ANEW:
            typed = value if isinstance(value, list) else [value]
            kept = again.fields.get(name, [""])
            assert sorted(kept) == sorted(map(str, typed)), (
                f"{name} was not kept"
            )  # ticks stand in the order of the page
    second = client.post(action or page, again.filled(**right))
    return first, second


def form_of(address: str) -> str:
    """By what name a form is known: that of its address and, where one address takes several acts, the act."""
    found = resolve(urlsplit(address).path)
    act = found.kwargs.get("what") or found.kwargs.get("name") or ""
    return f"{found.url_name} {act}".strip()


@dataclass(frozen=True)
class Case:
    """One form: in whose browser it stands on which page, what is wrong at first and what puts it right, what is said.

    The error stands beside fields that `right` mends, and beside no others.
    """

    form: str  # see `form_of`
    stands: Callable[[], tuple[Client, str, str]]  # browser, page, address of the form there
    wrong: dict[str, object]
    right: dict[str, object]
    said: str
    is_beside: bool = True  # False: it is about the form as a whole, and stands at its head

    def __str__(self) -> str:
        return self.form


def put_right(case: Case) -> Any:
    """Press it wrong, see what is said and where, put it right; the answer to the second press."""
    client, page, action = case.stands()
    assert form_of(action or page) == case.form
    first, second = press_wrong_then_right(client, page, action, case.wrong, case.right)
    sheet = sheets(first)[action]
    marked = sheet.marked
    assert bool(marked) == case.is_beside
    assert marked <= {sheet.named(name) for name in case.right}, "an error stands beside what was right"
    where = " ".join(beside(first, field) for field in marked) if marked else first.content.decode()
    assert case.said in where
    return second
