"""What the house has written to me."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from shangliang.access.request import Request
from shangliang.inbox import actions, queries
from shangliang.inbox.models import Message
from shangliang.kit import clock
from shangliang.kit.paging import page_of


@require_safe
def inbox(request: Request) -> HttpResponse:
    """Unread ones, or all; the newest first."""
    is_all = request.GET.get("show") == "all"
    rows = queries.mine(request.actor) if is_all else queries.unread(request.actor)
    page = page_of(rows, request.GET.get("page"))
    about = queries.abouts(request.actor, page.rows)
    shown = [_heap(heap, about) for heap in queries.alike(page.rows)]
    context = {
        "page": page,
        "rows": shown,
        "is_all": is_all,
        "has_unread": any(row["unread"] for row in shown),
    }
    return render(request, "inbox/inbox.html", context)


def _heap(heap: queries.Alike, about: Mapping[int, str]) -> dict[str, object]:
    """One line: a message, or the first of several that are alike with the others folded under it."""
    unread = [row.pk for row in heap.unread]
    return {
        **_shown(heap.first, about),
        "unread": ",".join(str(pk) for pk in unread),
        "unread_count": len(unread),
        "others": [_shown(row, about) for row in heap.rows[1:]],
        "count": len(heap.rows),
    }


def _shown(row: Message, about: Mapping[int, str]) -> dict[str, object]:
    title, body = queries.words(row)
    return {
        "title": title,
        "about": about.get(row.pk, ""),
        "body": body,
        "link": row.link,
        "at": row.created_at,
        "is_urgent": row.is_urgent,
    }


@require_POST
def mark_read(request: Request) -> HttpResponse:
    """Mark the one that was pressed as read, or everything."""
    now = clock.now()
    if "all" in request.POST:
        count = actions.mark_all_read(actor=request.actor, at=now)
    else:
        typed = ",".join(request.POST.getlist("message")).split(",")
        chosen = [int(raw) for raw in typed if raw.isdecimal() and len(raw) <= 18]
        count = actions.mark_read(actor=request.actor, message_ids=chosen, at=now)
    if count:
        messages.success(
            request,
            ngettext("%(count)s 条已标为已读。", "%(count)s 条已标为已读。", count) % {"count": count},
        )
    return redirect("inbox")
