"""What pages of staff say of a thing: what happened to it, by the hour, in which office, and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shangliang.access.roles import Role
from shangliang.accounts.queries import names
from shangliang.events.kinds import Subject
from shangliang.kit import clock
from shangliang.kit.clock import local_day
from shangliang.kit.punctuation import with_note
from shangliang.ledger.queries import Line, history, in_words
from shangliang.people.models import Unit


def history_of(kind: str, *subjects: Subject, units: Iterable[Unit] = ()) -> list[dict[str, Any]]:
    """All acts about a thing of that kind (and others on its page) for `kit/history.html`, newest first.

    For staff only: it names people. Two statements; one more where a unit has acted that is not among `units`.
    """
    lines = history(*subjects)
    return said(lines, in_words(lines, kind), units)


def said(
    lines: Sequence[Line], words: Iterable[dict[str, Any]], units: Iterable[Unit] = ()
) -> list[dict[str, Any]]:
    """Those words with the hour and who by name; the same said of the same hand several times in a row is one line."""
    people = names(_account(line) for line in lines if _account(line))
    called = _units(lines, units)
    shown = []
    for line, each in zip(lines, words, strict=True):
        office = called.get(_unit_code(line)) or each["who"]
        name = people.get(_account(line), "")
        shown.append({**each, "event": line.event, "when": _when(line), "who": _who(office, name)})
    return [_as_one(list(group)) for _same, group in groupby(shown, _sameness)]


def _account(line: Line) -> int:
    """Who did it, where it was somebody with an account; 0 for all others."""
    kind, _colon, number = line.person.partition(":")
    return int(number) if kind == "account" and number.isdecimal() else 0


def _unit_code(line: Line) -> str:
    """The unit in whose office something was done; "" for all other offices."""
    role, _at, place = line.office.partition("@")
    return place if role == Role.DOER else ""


def _units(lines: Iterable[Line], known: Iterable[Unit]) -> dict[str, str]:
    found = {unit.code: unit.name for unit in known}
    missing = {_unit_code(line) for line in lines} - {""} - found.keys()
    if missing:
        found |= dict(Unit.objects.filter(code__in=missing).values_list("code", "name"))
    return found


def _who(office: str, name: str) -> str:
    return f"{office} {name}" if name else office


def _when(line: Line) -> str:
    is_of_this_year = local_day(line.at).year == clock.today().year
    return date_format(
        timezone.localtime(line.at), _("n月j日 H:i") if is_of_this_year else _("Y年n月j日 H:i")
    )


def _sameness(line: dict[str, Any]) -> tuple[object, ...]:
    """Which lines that follow each other are one: those that say the same of the same hand."""
    return line["event"], line["who"], line["text"]


def _as_one(lines: list[dict[str, Any]]) -> dict[str, Any]:
    if len(lines) == 1:
        return lines[0]
    times = ngettext("共 %(n)s 次", "共 %(n)s 次", len(lines)) % {"n": len(lines)}
    text = lines[0]["text"]
    return {**lines[0], "text": with_note(text, times) if text else times}
