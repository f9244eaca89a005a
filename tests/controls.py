"""What a page offers to press and to fill in, each as a screen reader calls it and with where it leads."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

FIELDS = {"input", "select", "textarea"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
VOID |= {"path", "rect", "circle", "polygon"}  # drawings of ours close themselves


@dataclass
class Element:
    """A piece of the page with what stands in it."""

    tag: str
    attrs: dict[str, str]
    parent: Element | None = None
    inside: list[Element | str] = field(default_factory=list)

    def walk(self) -> list[Element]:
        below = [child for child in self.inside if isinstance(child, Element)]
        return [self, *(found for child in below for found in child.walk())]

    def above(self) -> list[Element]:
        return [self.parent, *self.parent.above()] if self.parent else []

    @property
    def is_hidden(self) -> bool:
        chain = [self, *self.above()]
        return any("hidden" in one.attrs or one.attrs.get("aria-hidden") == "true" for one in chain)

    def text(self) -> str:
        """What is read of it: words, pictures by their names; controls within it are read on their own."""
        words = []
        for child in self.inside:
            if isinstance(child, str):
                words.append(child)
            elif "aria-label" in child.attrs:
                words.append(child.attrs["aria-label"])
            elif child.tag == "img":
                words.append(child.attrs.get("alt", ""))
            elif child.tag not in FIELDS and not child.is_hidden:
                words.append(child.text())
        return " ".join("".join(words).split())


@dataclass(frozen=True)
class Control:
    """One thing to press or to fill in."""

    name: str
    leads_to: object  # the same for two that do the same; a field and a fold lead nowhere


class _Reader(HTMLParser):
    """Builds the tree; the pages of the house close what they open."""

    def __init__(self) -> None:
        super().__init__()
        self.here = Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.inside.append(element)
        if tag not in VOID:
            self.here = element

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
            assert self.here.parent is not None
            self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.inside.append(data)


def read(page: str) -> Element:
    """The page as a tree."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.here


def controls(page: str, address: str) -> list[Control]:
    """Every link, button, field and fold of a page that stood at that address."""
    elements = read(page).walk()
    by_id = {one.attrs["id"]: one for one in elements if one.attrs.get("id")}
    labels = {one.attrs["for"]: one for one in elements if one.tag == "label" and "for" in one.attrs}
    found = []
    for number, one in enumerate(elements):
        if one.is_hidden or one.attrs.get("type") == "hidden":
            continue
        if one.tag == "a" and "href" in one.attrs:
            found.append(Control(_name(one, by_id), urljoin(address, one.attrs["href"])))
        elif one.tag == "button":
            found.append(Control(_name(one, by_id), _sent(one, address)))
        elif one.tag == "summary":
            found.append(Control(_name(one, by_id), number))
        elif one.tag in FIELDS:
            found.append(Control(_name(one, by_id, labels), number))
    return found


def _name(one: Element, by_id: dict[str, Element], labels: dict[str, Element] | None = None) -> str:
    """How it is called: by what it says itself, else by its label, after the question or group it belongs to."""
    if "aria-label" in one.attrs:
        return one.attrs["aria-label"]
    if "aria-labelledby" in one.attrs:
        return " ".join(by_id[name].text() for name in one.attrs["aria-labelledby"].split())
    if labels is None:
        return one.text()
    label = labels.get(one.attrs.get("id", "")) or next((up for up in one.above() if up.tag == "label"), None)
    words = label.text() if label else one.attrs.get("title", "")
    groups = [
        up for up in one.above() if up.tag == "fieldset"
    ]  # all of them are read out, the outermost first
    legends = [next((part.text() for part in up.walk() if part.tag == "legend"), "") for up in groups]
    question = " ".join(filter(None, reversed(legends)))
    return f"{question} {words}".strip()


def _sent(button: Element, address: str) -> object:
    """What a press sends where. A button without a form is for the page's script: it leads nowhere."""
    form = next((up for up in button.above() if up.tag == "form"), None)
    if form is None or button.attrs.get("type") in {"button", "reset"}:
        return id(button)
    hidden = [one.attrs for one in form.walk() if one.attrs.get("type") == "hidden"]
    sent = sorted((one.get("name", ""), one.get("value", "")) for one in hidden)
    words = tuple(pair for pair in sent if pair[0] != "csrfmiddlewaretoken")
    action = urljoin(address, button.attrs.get("formaction", form.attrs.get("action", "")))
    asks = any(one.tag in FIELDS and one.attrs.get("type") != "hidden" for one in form.walk())
    return (action, button.attrs.get("name"), button.attrs.get("value"), words, id(form) if asks else None)
