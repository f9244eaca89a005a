"""Templates: readable, nothing that the content policy forbids, and no word outside a translation."""

import re
import tomllib
from html.parser import HTMLParser

import pytest

from tests.architecture.source import ROOT, shown, templates

LONGEST_LINE = 120
# Elements that stand on a line of their own: two beginnings in one line hide how they nest.
ON_THEIR_OWN = re.compile(
    r"<(article|aside|blockquote|body|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|head"
    r"|header|html|legend|li|main|nav|ol|p|section|summary|table|tbody|td|tfoot|th|thead|tr|ul)\b"
)
# Pages that still wait to be written anew, one list for this test and for the formatter. It must end empty.
STILL_TO_DO: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["djangofmt"][
    "extend-exclude"
]

FORBIDDEN = {
    r"\sstyle\s*=": "style attribute",
    r"<style\b": "style element",
    r"<script(?![^>]*\bsrc=)[^>]*>": "inline script",
    r"\son[a-z]+\s*=\s*[\"']": "event handler attribute",
    r"javascript:": "script address",
    r"\|safe\b": "unescaped text",
}
# Words that stand in a page as they are, in both languages.
AS_THEY_ARE = {
    "有事好商量",
    "中文",
    "English",
    "Shangliang",
    "A4",
    "QR",
    "Word",
    "PDF",
    "SVG",
    "CSV",
    "https",
    "AGPL",
}
SHOWN_ATTRIBUTES = {"alt", "title", "placeholder", "aria-label", "label"}

COMMENT = re.compile(r"{#.*?#}|{% comment.*?%}.*?{% endcomment %}", re.DOTALL)
TRANSLATED = re.compile(
    r"{% (?:blocktranslate|blocktrans)\b.*?{% end(?:blocktranslate|blocktrans) %}", re.DOTALL
)
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
CLASS_NAME = re.compile(r"{% block \w+_class %}.*?{% endblock(?: \w+)? %}", re.DOTALL)  # fills an attribute
CALLED = re.compile(r"\b_\((\"[^\"]*\"|'[^']*')\)|{% (?:translate|trans)\b.*?%}")
CJK = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uff65]")  # with its punctuation: 、。，：（）
WORD = re.compile(rf"{CJK.pattern}+|[A-Za-z]{{2,}}")


class Reader(HTMLParser):
    """Gathers what a person would see: text, and the attributes that are shown or read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[int, str]] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"script", "style"}
        shown = {name: value or "" for name, value in attrs}
        names = SHOWN_ATTRIBUTES | (
            {"value"} if shown.get("type") in {"submit", "button", "reset"} else set()
        )
        self.seen += [(self.getpos()[0], shown[name]) for name in names & set(shown)]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.seen.append((self.getpos()[0], data))


def blank(found: re.Match[str]) -> str:
    """Nothing, but the line breaks: the numbers of the lines that follow stay true."""
    return "\n" * found[0].count("\n")


def untranslated(source: str) -> list[tuple[int, str]]:
    """Line and words of what would be read the same in both languages."""
    for pattern in (COMMENT, TRANSLATED, CLASS_NAME):
        source = pattern.sub(blank, source)
    found = []
    for tag in TAG.finditer(source):
        if CJK.search(without_names(CALLED.sub("", tag[0]))):
            found.append((source.count("\n", 0, tag.start()) + 1, tag[0]))
    reader = Reader()
    reader.feed(TAG.sub(blank, source))
    reader.close()
    found += [(line, text.strip()) for line, text in reader.seen if WORD.search(without_names(text))]
    return found


def without_names(text: str) -> str:
    for name in AS_THEY_ARE:
        text = text.replace(name, "")
    return text


def unreadable(source: str) -> list[tuple[int, str]]:
    """Line and fault of what no diff can show and nobody can review."""
    faults = []
    drawn = COMMENT.sub(blank, source).split("\n")
    for number, (line, drawing) in enumerate(zip(source.split("\n"), drawn, strict=True), 1):
        begun = [match[1] for match in ON_THEIR_OWN.finditer(drawing)]
        if len(line) > LONGEST_LINE:
            faults.append((number, f"{len(line)} characters"))
        if len(begun) > 1:
            faults.append((number, f"<{'> and <'.join(begun)}> begin in one line"))
    return faults


def test_a_person_can_read_every_template() -> None:
    faults = {
        shown(path): [f"{line}: {fault}" for line, fault in unreadable(path.read_text())]
        for path in templates()
    }
    assert {name: found for name, found in faults.items() if found and name not in STILL_TO_DO} == {}
    assert sorted(name for name in STILL_TO_DO if not faults.get(name)) == [], "take these from the list"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        (f"<p>\n{'x' * 120}\n</p>", []),
        (f"<p>\n{'x' * 121}\n</p>", [2]),
        ("<ul>\n  <li><p>x</p></li>\n</ul>", [2]),
        ("<ul>\n  <li><b>x</b> <a>y</a></li>\n</ul>", []),
        ("{% comment %}<ul><li>{% endcomment %}\n<p>x</p><p>y</p>", [2]),
    ],
)
def test_it_finds_lines_that_hide_how_things_nest(source: str, lines: list[int]) -> None:
    assert [line for line, _ in unreadable(source)] == lines


def test_no_template_breaks_the_content_policy() -> None:
    faults = [
        f"{shown(path, source.count(chr(10), 0, match.start()) + 1)} {what}"
        for path in templates()
        for source in [COMMENT.sub(blank, path.read_text())]
        for pattern, what in FORBIDDEN.items()
        for match in re.finditer(pattern, source, re.IGNORECASE)
    ]
    assert faults == []


def test_every_word_of_a_page_can_be_translated() -> None:
    faults = [
        f"{shown(path, line)} {text}" for path in templates() for line, text in untranslated(path.read_text())
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>有事</p>", ["有事"]),
        ("<p>Hello</p>", ["Hello"]),
        ('<img alt="门口">', ["门口"]),
        ('<input type="submit" value="提交">', ["提交"]),
        ('{% include "kit/x.html" with title="标题" %}', ['{% include "kit/x.html" with title="标题" %}']),
        ('{% translate "有事" %}{{ x|default:_("没有") }}', []),
        ("{% blocktranslate %}有事 {{ x }}{% endblocktranslate %}", []),
        ("{# 说明 #}{% comment %}说明{% endcomment %}", []),
        ('<input name="where" type="text" value="x">', []),
        ("<p>有事好商量 · 3</p>", []),
    ],
)
def test_it_finds_words_outside_a_translation(source: str, words: list[str]) -> None:
    assert [text for _, text in untranslated(source)] == words
