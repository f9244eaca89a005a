"""What every page's template may use: the organiser, the reader's own settings, the navigation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import ANONYMOUS, Actor
from shangliang.access.desk_page import UNDO
from shangliang.access.things import house
from shangliang.desks.actions.undoing import last_pressed
from shangliang.kit import clock, crypto

# Pages by the names of their addresses: one that does not exist is an error on every page, never a missing link.
NAVIGATION = (
    ("topics", _("正在议")),
    ("results", _("办理结果")),
    ("calendar", _("日历")),
    ("slips", _("查回执")),
)
FOOTER = (
    ("feedback", _("意见建议")),
    ("accessibility", _("无障碍说明")),
    ("privacy", _("隐私说明")),
    ("rules", _("规则与出处")),
    ("verify", _("留痕核验")),
    ("desk", _("工作人员入口")),
)
LONGEST_WINDOW = timedelta(hours=1)  # of `access.undo_minutes`: afterwards nobody need ask
Rows = tuple[tuple[tuple[str, ...], Any], ...]  # the addresses that belong to an entry, and its label
KEY_LENGTH = 16  # hexadecimal digits: no two accounts of one house share them
HTML_LANGUAGES = {"zh-hans": "zh-Hans", "en": "en"}


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Costs no SQL but for what the menu of the desk counts, on pages that draw it."""
    name_plate = {
        "name": "有事好商量",  # not shown: the house has a name of its own in the settings
        "organiser": "",
        "phone": "",
        "icp": "",
        "site_code": "",
        "supervise_phone": "",
        **getattr(settings, "SITE", {}),
        "links": SimpleLazyObject(lambda: links(addresses(FOOTER), request.path)),
    }
    return {
        "site": name_plate,
        "house": name_plate,  # the sign-in pages of the library put a `site` of their own over ours
        "reader": reader(request),
        "nav": SimpleLazyObject(lambda: links(addresses(NAVIGATION), request.path)),
        "desk_key": SimpleLazyObject(lambda: desk_key(request)),
        "undo": SimpleLazyObject(lambda: undo(request)),
        "desk_nav": SimpleLazyObject(lambda: _counted(request, links(sections(request), request.path))),
    }


def addresses(rows: tuple[tuple[str, Any], ...]) -> Rows:
    """Names of pages as their addresses."""
    return tuple(((reverse(name),), label) for name, label in rows)


def sections(request: HttpRequest) -> Rows:
    """The sections of the desk that this actor may open."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return tuple(
        (item.inside, item.label)
        for item in house().sections
        if item.by is None or actor.can_somewhere(item.by)
    )


def desk_key(request: HttpRequest) -> str:
    """Under what a device keeps the unfinished forms of whoever is signed in: it says nothing of who that is."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return crypto.fingerprint(str(actor.account_id), "desk.draft")[:KEY_LENGTH] if actor.is_staff else ""


def undo(request: HttpRequest) -> dict[str, Any] | None:
    """What this person has just pressed and can still take back; no SQL unless they pressed something of the kind."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    pressed = request.session.get(UNDO) if actor.is_staff else None
    if not pressed or datetime.fromisoformat(pressed) + LONGEST_WINDOW < clock.now():
        return None
    found = last_pressed(actor, clock.now())
    if found is None:
        return None
    words = house().event_words(found.event.kind)
    return {"pk": found.pk, "what": words, "until": timezone.localtime(found.until)}


def _counted(request: HttpRequest, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sections with the number that some of them carry."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    counts = {reverse(item.page, args=item.args): item.count for item in house().sections if item.count}
    return [row | {"count": counts[row["url"]](actor)} if row["url"] in counts else row for row in rows]


def reader(request: HttpRequest) -> dict[str, str]:
    """How this reader wants pages: language, size of type, theme; all three work without JavaScript."""
    return {
        "language": HTML_LANGUAGES.get(get_language() or "", "zh-Hans"),
        "size": "large" if request.COOKIES.get("size") == "large" else "",
        "theme": next((name for name in ("light", "dark") if request.COOKIES.get("theme") == name), ""),
    }


def links(rows: Rows, here: str) -> list[dict[str, Any]]:
    """Each row leads to its first address; the one with the deepest that contains `here` is the current one."""
    above = [path for paths, _label in rows for path in paths if here == path or here.startswith(f"{path}/")]
    current = max(above, key=len, default=None)
    return [{"url": paths[0], "label": label, "current": current in paths} for paths, label in rows]
