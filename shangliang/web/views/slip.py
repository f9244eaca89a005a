"""`/s/…`: what became of a matter. The number shows where it stands; the long key, or the phone's last digits, the rest."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shangliang.access.actor import ANONYMOUS
from shangliang.access.request import Request
from shangliang.access.roles import NAMES, Role
from shangliang.kit import clock, ids, limits, phones
from shangliang.kit.guards import Blocked, sentences
from shangliang.kit.states import IllegalMove
from shangliang.kit.text import plain
from shangliang.outcomes import queries as outcomes
from shangliang.outcomes import rating_page, reply_files
from shangliang.outcomes.models import Commitment, Reply, ReplyFile
from shangliang.outcomes.showing import (
    UNSCORED,
    ShownReply,
    is_past,
    public_replies,
    shown_reply,
    shown_results,
    turn_of,
)
from shangliang.rulebook import Rules, book
from shangliang.topics import queries, showing, slip_cookie
from shangliang.topics.actions import slip as acts
from shangliang.topics.labels import EXCLUSIONS, UNMET
from shangliang.topics.models import Submission, key_hash, tail_hash
from shangliang.topics.showing import Turn
from shangliang.topics.states import Exclusion, SubmissionState, TopicState
from shangliang.web.slip_story import Story, story

log = logging.getLogger("shangliang.alarm")
SECONDS = 60
HOUR = 3600


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: Request) -> HttpResponse:
    """`/s`: type a number. It goes by POST, so that it stands in nobody's history."""
    typed, wrong = request.POST.get("no", ""), ""
    if request.method == "POST":
        slip = ids.read_slip(typed)
        if slip:
            return redirect("slip", slip=slip)
        wrong = _("这个号不对，回执号是 12 位数字，请再核对一遍。")
    return render(request, "web/slip_find.html", {"typed": typed, "wrong": wrong})


@never_cache
@require_safe
def slip(request: Request, slip: str) -> HttpResponse:
    """`/s/<slip>`: where it stands."""
    digits = ids.read_slip(slip)
    if digits is None:
        return _nothing(request)
    if digits != slip:
        return redirect("slip", slip=digits)
    found = _looked_up(request, digits)
    return _page(request, digits, found) if isinstance(found, Submission) else found


def _looked_up(request: Request, digits: str) -> Submission | HttpResponse:
    """The submission, or the one answer for all that is not there; too many look-ups wait a while."""
    now, day = clock.now(), book().at(clock.today())
    window = day.integer("topics.slip_lookups_minutes") * SECONDS
    found = queries.by_slip(digits)
    if found is not None and slip_cookie.is_holder(request, found):
        return found
    network = limits.client_network(request)
    verdict = limits.hit(f"slip:{network}", day.integer("topics.slip_lookups_count"), window, now)
    if not verdict.allowed:
        return render(request, "web/slip_wait.html", {"minutes": window // SECONDS}, status=429)
    if found is None:
        _missed(day, window)
        return _nothing(request)
    return found


def _missed(day: Rules, window: int) -> None:
    """Many misses from everywhere together look like somebody trying numbers."""
    most = day.integer("topics.slip_lookups_all_count")
    if limits.hit("slip:missed", most, window, clock.now()).count == most:
        log.error("slips: %s look-ups in vain within the window", most)


def _nothing(request: Request) -> HttpResponse:
    """One answer for unknown, erased and mistyped."""
    return render(request, "web/slip_unknown.html", status=404)


def _page(request: Request, digits: str, found: Submission, **more: Any) -> HttpResponse:
    now, holds = clock.now(), slip_cookie.is_holder(request, found)
    discreet = found.is_embargoed and not holds
    promises = _promises(found.topic.pk, holds) if found.topic and not discreet else []
    units = outcomes.at_work(promises)
    turn = _turn(found, promises) if found.topic else None
    context: dict[str, Any] = {
        "slip": digits,
        "address": "",
        "typed": "",
        "text_wrong": "",
        "tail": "",
        "submission": found,
        "holds": holds,
        "own": slip_cookie.form_token(request) if holds else "",
        "is_staff_here": slip_cookie.is_staffs(request),
        "discreet": discreet,
        "above": showing.above(found) if holds else "",
        "standing": showing.of_slip(
            found, queries.clocks_of(found), now, discreet=discreet, units=units, turn=turn
        ),
        "topic": found.topic if found.topic and found.topic.is_public else None,
        "story": Story([], []),
        "is_new": False,
        "reason": _reason(found),
        "place": "" if discreet else found.room.name,
    }
    replies = partial(_replies, digits, holds)
    context["results"] = shown_results(promises, now, replies) if promises else []
    if holds:
        context |= _held(request, digits, found)
        context["story"] = story(found, promises, context["asked"])
        context["is_new"] = slip_cookie.is_first_visit(request)
    context |= more
    response = render(request, "web/slip.html", context)
    if holds and context["is_new"]:
        slip_cookie.mark_visited(response, digits)
    return response


def _promises(topic_id: int, holds: bool) -> list[Commitment]:
    """What was agreed: as far as it is public; the one who raised it reads all of it."""
    if not holds:
        return outcomes.commitments_of_topic(topic_id, ANONYMOUS)
    rows = Commitment.objects.filter(topic_id=topic_id).select_related("lead", "topic", "room")
    return list(rows.prefetch_related(outcomes.with_replies()).order_by("pk"))


def _turn(found: Submission, shown: list[Commitment]) -> Turn | None:
    """Whose turn it is; true also for whoever has the number only, and may not see yet what was promised: they are not
    asked for an answer while it lies with an office."""
    if found.topic is None:
        return None
    rows = shown
    if not rows and found.topic.state == TopicState.ASKING:
        rows = list(Commitment.objects.filter(topic=found.topic).select_related("topic", "room", "lead"))
    return turn_of(found.topic, rows, has_phone=found.has_phone)


def _replies(slip: str, holds: bool, commitment: Commitment) -> list[ShownReply]:
    """The holder reads every answer at once, and opens its files under the slip; others what is public."""
    if not holds:
        return public_replies(commitment)
    rows = sorted(commitment.replies.all(), key=lambda row: (row.at, row.pk))
    return [
        shown_reply(row, partial(_file_at, slip), is_asked=True, is_past=is_past(row, rows, commitment))
        for row in rows
    ]


def _file_at(slip: str, reply: Reply, row: ReplyFile) -> str:
    return reverse("slip_file", args=[slip, row.pk])


def _reason(found: Submission) -> str:
    if found.state in {SubmissionState.HANDED_OVER, SubmissionState.ENDED} and found.exclusion:
        return str(EXCLUSIONS[Exclusion(found.exclusion)])
    return ""


def _held(request: Request, digits: str, found: Submission) -> dict[str, Any]:
    """What only the holder reads."""
    key = slip_cookie.long_key(request, found)
    address = reverse("slip_key", args=[digits, key]) if key else ""
    return {
        "address": f"{settings.BASE_URL}{address}" if address else "",
        "handover": _handover(found),
        "notes": found.notes.order_by("at", "pk"),
        "reveals": [_reveal(row.reason, row.office, row.at) for row in found.reveals.order_by("at")],
        "photos_count": found.photos.count(),
        "asked": outcomes.asked_of(found),
        "unscored": UNSCORED,
        "answer": found.topic.answer if found.topic else "",
        "most": book().at(clock.today()).integer("topics.message_characters"),
    }


def _handover(found: Submission) -> dict[str, Any] | None:
    """Address and telephone of where it went."""
    if found.state != SubmissionState.HANDED_OVER:
        return None
    tail = "_en" if get_language() == "en" else ""
    for row in book().at(clock.today()).table("topics.handover_table", found.desk_path):
        if row["code"] == found.destination:
            return {
                "name": found.destination_name or row[f"name{tail}"],
                "phone": row.get("phone", ""),
                "url": row.get("url", ""),
                "note": "" if found.destination_name else row.get(f"note{tail}", ""),
            }
    return None


def _reveal(reason: str, office: str, at: Any) -> dict[str, Any]:
    tail = "_en" if get_language() == "en" else ""
    rows = book().at(clock.today()).table("topics.reveal_reasons_table")
    why = next((row[f"title{tail}"] for row in rows if row["code"] == reason), reason)
    who = str(NAMES[Role(office)]) if office in {role.value for role in Role} else office
    return {"at": at, "who": who, "why": why}


@never_cache
@require_safe
def key(request: Request, slip: str, key: str) -> HttpResponse:
    """`/s/<slip>/<key>`, what the square on the slip opens: keep the key, leave it out of the address."""
    found = _looked_up(request, slip) if ids.read_slip(slip) == slip else _nothing(request)
    if not isinstance(found, Submission):
        return found
    response = redirect("slip", slip=slip)
    if key_hash(key) == found.key_hash:
        slip_cookie.give(response, slip, key)
    return response


@never_cache
@require_safe
def sheet(request: Request, slip: str) -> HttpResponse:
    """`/s/<slip>/print`: the slip on paper."""
    found = _of_holder(request, slip)
    if found is None:
        return redirect("slip", slip=slip)
    key = slip_cookie.long_key(request, found)
    promises = _promises(found.topic.pk, holds=True) if found.topic else []
    context = showing.printed(
        found,
        slip,
        key,
        queries.clocks_of(found),
        clock.now(),
        units=outcomes.at_work(promises),
        turn=_turn(found, promises),
    )
    context["back"] = reverse("slip", args=[slip])
    return render(request, "topics/printed_slip.html", context)


def _of_holder(request: Request, slip: str) -> Submission | None:
    found = queries.by_slip(slip) if ids.read_slip(slip) == slip else None
    return found if found is not None and slip_cookie.is_holder(request, found) else None


# Pages under a slip or a token send no referrer, so browsers send "Origin: null" and Django's check would refuse
# them. The authority is the key in the cookie, and the form carries what only a page shown to its holder has
# (decision 0018).
@csrf_exempt
@never_cache
@require_POST
def do(request: Request, slip: str, what: str) -> HttpResponse:
    """What the holder does: answer, write, erase; and the last four digits that make somebody the holder."""
    if what == "tail":
        return _tail(request, slip)
    found = _of_holder(request, slip)
    if found is None or not slip_cookie.is_own_form(request):
        return redirect("slip", slip=slip)
    text = plain(request.POST.get("text", ""))
    most = book().at(clock.today()).integer("topics.message_characters")
    if len(text) > most:
        too_long = _("最多写 %(most)s 个字，现在有 %(now)s 个，请删短一些。") % {
            "most": most,
            "now": len(text),
        }
        return _page(request, slip, found, typed=text, text_wrong=too_long)
    who, now = acts.holder_of(found), clock.now()
    try:
        if what == "supplement":
            acts.give_supplement(submission=found, text=text, actor=who, at=now)
        elif what == "note":
            acts.send_note(submission=found, text=text, actor=who, at=now)
        elif what == "erase":
            return _erase(request, slip, found)
        else:
            return _nothing(request)
    except Blocked as blocked:
        wrong = " ".join(str(line["sentence"]) for line in sentences(blocked.unmet, UNMET))
        return _page(request, slip, found, typed=text, text_wrong=wrong)
    except IllegalMove:  # the days to add something ran out while it was typed
        late = _("补充的时间已经过了。您写的还在，按“送出”就能留给工作人员。")
        return _page(request, slip, found, typed=text, text_wrong=late)
    else:
        messages.success(request, _("已经送到。有了回话会出现在这里。"))
    return redirect("slip", slip=slip)


def _erase(request: Request, slip: str, found: Submission) -> HttpResponse:
    """Whoever means it types the slip's last digits: a press is not enough for what cannot be found again."""
    typed, wrong = request.POST.get("digits", ""), ""
    if request.POST.get("sure"):
        if phones.digits_of(typed) == slip[-phones.TAIL :]:
            acts.erase(submission=found, actor=acts.holder_of(found), at=clock.now())
            response = render(request, "web/slip_erased.html")
            slip_cookie.take(response, slip)
            return response
        wrong = _("对不上，请再输入一遍回执号的后四位。")
    context = {
        "action": reverse("slip_do", args=[slip, "erase"]),
        "tail": slip[-phones.TAIL :],
        "typed": typed,
        "wrong": wrong,
        "own": slip_cookie.form_token(request),
        "back": reverse("slip", args=[slip]),
    }
    return render(request, "web/slip_erase.html", context)


def _tail(request: Request, slip: str) -> HttpResponse:
    """Five tries, then a day. The same answer whether no phone was left or the digits are wrong."""
    digits = ids.read_slip(slip)
    found = _looked_up(request, slip) if digits == slip else _nothing(request)
    if not isinstance(found, Submission):
        return found
    day = book().at(clock.today())
    tries, lock = day.integer("topics.phone_tries_count"), day.integer("topics.phone_lock_hours") * HOUR
    verdict = limits.hit(f"tail:{slip}", tries, lock, clock.now())
    if not verdict.allowed:
        wrong = _("输错次数太多，请过一天再试，或者打电话给议事室。")
        return _page(request, slip, found, tail_wrong=wrong)
    tail = phones.digits_of(request.POST.get("tail", ""))[-phones.TAIL :]
    if not found.phone_tail_hash or tail_hash(slip, tail) != found.phone_tail_hash:
        wrong = _("对不上，请再核对手机号的后四位。")
        return _page(request, slip, found, tail_wrong=wrong, tail=request.POST.get("tail", ""))
    limits.forgive(f"tail:{slip}")
    response = redirect("slip", slip=slip)
    slip_cookie.give_after_tail(response, slip, found)
    return response


# Pages under a slip or a token send no referrer, so browsers send "Origin: null" and Django's check would refuse
# them. The authority is the key in the cookie, and the form carries what only a page shown to its holder has
# (decision 0018).
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: Request, slip: str, no: str) -> HttpResponse:
    """`/s/<slip>/rate/<commitment>`: the holder rates without any link."""
    found = _of_holder(request, slip)
    if found is None or (request.method == "POST" and not slip_cookie.is_own_form(request)):
        return redirect("slip", slip=slip)
    for asked in outcomes.asked_of(found):
        if asked.commitment.no == no:
            return rating_page.answer(
                request,
                asked.invitation,
                back=reverse("slip", args=[slip]),
                file_at=partial(_file_at, slip),
                own=slip_cookie.form_token(request),
            )
    return _nothing(request)


@never_cache
@require_safe
def file(request: Request, slip: str, pk: int) -> FileResponse:
    """`/s/<slip>/files/<pk>`: a photo or letter of an answer, for whoever holds the slip, once it is reviewed."""
    found = _of_holder(request, slip)
    if found is None or found.topic is None:
        raise Http404
    rows = reply_files.reviewed().filter(reply__commitment__topic=found.topic)
    return reply_files.sent(rows.filter(pk=pk).first())
