"""The forms of a page as a browser would send them: where to, and every field with what stands in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client


@dataclass
class Sheet:
    """One form: its address, what its fields hold, and which of them take a file."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    names: set[str] = field(
        default_factory=set
    )  # of all that can be filled in, also where nothing is chosen yet

    def filled(self, **changes: object) -> dict[str, object]:
        """All of it with something else in some fields; a name that the form lacks is an error."""
        strange = set(changes) - self.names
        assert strange == set(), f"{self.action} has no field {strange}"
        return {**self.fields, **changes}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[Sheet] = []
        self.here: Sheet | None = None
        self.select, self.choices, self.is_multiple = "", list[tuple[str, bool]](), False
        self.area: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and found.get("method") == "post":
            self.here = Sheet(found.get("action", ""))
            self.sheets.append(self.here)
        elif self.here is not None:
            self._field(self.here, tag, found)

    def _field(self, sheet: Sheet, tag: str, found: dict[str, str]) -> None:
        name, kind = found.get("name", ""), found.get("type", "text")
        if tag in {"input", "select", "textarea"} and name:
            sheet.names.add(name)
        if tag == "select":
            self.select, self.choices, self.is_multiple = name, [], "multiple" in found
        elif tag == "option":
            self.choices.append((found.get("value", ""), "selected" in found))
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


def sheets(page: Any) -> dict[str, Sheet]:
    """The forms of a page (the answer of a test client) by their address; of several with one address the first."""
    reader = _Reader()
    reader.feed(page.content.decode())
    reader.close()
    found: dict[str, Sheet] = {}
    for sheet in reader.sheets:
        found.setdefault(sheet.action, sheet)
    return found


def press_wrong_then_right(
    client: Client, page: str, action: str, wrong: dict[str, object], right: dict[str, object]
) -> tuple[Any, Any]:
    """Fill in a form of `page` wrongly and send it; put it right on the page that comes back, and send that.

    Both answers. What was typed has to stand on the page that comes back; its form leads to the same address.
    """
    sent = sheets(client.get(page))[action].filled(**wrong)
    first = client.post(action or page, sent)
    assert first.status_code in {200, 400}, "it is shown again"
    again = sheets(first)[action]
    for name, value in sent.items():
        if name not in again.files and name not in {"csrfmiddlewaretoken", "held"}:  # a token made anew
            typed = value if isinstance(value, list) else [value]
            kept = again.fields.get(name, [""])
            assert kept == [str(each) for each in typed], f"{name} was not kept"
    second = client.post(action or page, again.filled(**right))
    return first, second
