"""The question 「解决了吗」 as a page: behind the link of an invitation, and on the slip, whose holder needs no link."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shangliang.access import desk_page
from shangliang.access.actor import submitter
from shangliang.access.request import Request
from shangliang.access.things import house
from shangliang.kit import clock
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove
from shangliang.outcomes.actions import rating
from shangliang.outcomes.forms import RatingForm
from shangliang.outcomes.models import Invitation, Rating, Reply, ReplyFile
from shangliang.outcomes.queries import is_in_hands, is_open
from shangliang.outcomes.rules import NEVER_SCORED
from shangliang.outcomes.showing import UNSCORED, after_rating, shown_reply
from shangliang.outcomes.states import CommitmentState
from shangliang.rulebook import book


def answer(
    request: Request,
    invitation: Invitation,
    *,
    back: str,
    file_at: Callable[[Reply, ReplyFile], str],
    own: str = "",
) -> HttpResponse:
    """Show the question and take the answer; `back` is where the slip goes on, "" behind a link.

    `file_at`: the address under which this reader opens a photo or letter of the reply; `own`: what the form carries
    to show that it comes from this reader's page, where the address alone does not.
    """
    by_link = not back
    before = invitation.rating or (None if by_link else invitation.unscored)
    form = RatingForm(request.POST or None, initial=_initial(before) if before else None)
    commitment = invitation.commitment
    unmet: list[dict[str, object]] = []
    if request.method == "POST" and form.is_valid():
        who = submitter(invitation.submission.slip_hash if invitation.submission else f"link:{invitation.pk}")
        try:
            made = rating.rate(
                invitation=invitation, opinion=form.opinion, actor=who, at=clock.now(), by_link=by_link
            )
        except Blocked as blocked:
            unmet = desk_page.beside_fields(house().thing("commitment"), None, blocked.unmet, form)
        except IllegalMove:
            unmet = [{"sentence": _("这次评价已经结束，谢谢您。")}]
        else:
            return _thanks(request, made, back)
    reply = commitment.replies.select_related("relay").prefetch_related("files").order_by("-at").first()
    context = {
        "form": form,
        "commitment": commitment,
        "reply": shown_reply(reply, file_at, is_asked=True) if reply is not None else None,
        "unmet": unmet,
        "before": before,
        "over": "" if is_open(invitation) else _over(invitation),
        "least": book().at(clock.today()).integer("outcomes.rating_public_min_count", commitment.desk_path),
        "back": back,
        "own": own,
        "unscored": UNSCORED if not by_link and is_in_hands(invitation) else "",
    }
    return render(request, "outcomes/rate.html", context)


def _initial(before: Rating) -> dict[str, object]:
    """What was answered, to be changed."""
    return {
        "is_solved": "yes" if before.is_solved else "no",
        "level": before.level,
        "reason": before.reason,
        "for_district": before.for_district,
    }


def _over(invitation: Invitation) -> str:
    """Why the question is no longer open."""
    if invitation.rating is not None:
        return _("这次评价已经完成，谢谢您。")
    if invitation.commitment.state == CommitmentState.CALLING_BACK:
        return _("自己评价的时间已经过了。留了电话的，议事室以外的人会打一次，问问办得怎样。")
    return _("这次评价已经结束，谢谢您。")


def _thanks(request: Request, made: Rating, back: str) -> HttpResponse:
    """What becomes of the answer: on the slip, or on a page of its own."""
    commitment = made.commitment
    then = after_rating(commitment, not_scored=made.rated_by in NEVER_SCORED)
    if not back:
        return render(request, "outcomes/rated.html", {"commitment": commitment, "then": then})
    messages.success(request, _("谢谢您的评价。%(then)s") % {"then": then})
    return redirect(back)
