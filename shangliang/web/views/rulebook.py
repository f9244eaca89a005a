"""`/rules`: what each number rules, how much it is and where it comes from; by chapter, by search, all of it in print."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from shangliang.kit import clock
from shangliang.kit.text import folded, plain
from shangliang.rulebook import Chapter, book, showing
from shangliang.rulebook.showing import Entry

LONGEST_SEARCH = 40
BASES = ("sourced", "default")


@dataclass(frozen=True)
class Shown:
    """A chapter with the rules of it that are asked for."""

    app: str
    title: str
    rules: tuple[Entry, ...]

    @property
    def sourced(self) -> int:
        """How many stand in public documents."""
        return sum(rule.is_sourced for rule in self.rules)


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """The index of chapters; one chapter; what a few words are found in; or everything, for the printer."""
    asked, today, english = request.GET, clock.today(), translation.get_language() == "en"
    typed = plain(asked.get("q", "")).strip()[:LONGEST_SEARCH]
    basis = asked.get("basis", "") if asked.get("basis") in BASES else ""
    whole = [_chapter(chapter, english) for chapter in book().chapters()]
    chosen = [chapter for chapter in whole if chapter.app == asked.get("chapter")]
    is_whole = bool(asked.get("print"))
    is_index = not (chosen or typed or basis or is_whole)
    context = {
        "index": whole if is_index else [],
        "count": sum(len(chapter.rules) for chapter in whole),
        "chapters": [] if is_index else _found(chosen or whole, typed, basis),
        "chapter": chosen[0] if chosen else None,
        "q": typed,
        "basis": basis,
        "is_index": is_index,
        "is_whole": is_whole,
        "version": book().at(today).version,
    }
    return render(request, "web/rules.html", context)


def _chapter(chapter: Chapter, english: bool) -> Shown:
    entries = (showing.entry(book(), rule, clock.today(), english=english) for rule in chapter.parameters)
    return Shown(chapter.app, chapter.title_en if english else chapter.title, tuple(entries))


def _found(chapters: list[Shown], typed: str, basis: str) -> list[Shown]:
    """Of each chapter what holds every word; chapters without any are left out."""
    words = folded(typed).casefold().split()
    found = [
        Shown(chapter.app, chapter.title, tuple(rule for rule in chapter.rules if _fits(rule, words, basis)))
        for chapter in chapters
    ]
    return [chapter for chapter in found if chapter.rules]


def _fits(rule: Entry, words: list[str], basis: str) -> bool:
    if basis and rule.is_sourced != (basis == "sourced"):
        return False
    text = folded(" ".join((rule.meaning, rule.clause, rule.source, rule.id, *rule.value))).casefold()
    return all(word in text for word in words)
