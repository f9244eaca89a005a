"""The question 「解决了吗」 as a page: behind the link of an invitation, and on the slip, whose holder needs no link."""

from __future__ import annotations

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
from shangliang.outcomes.models import Invitation


def answer(request: Request, invitation: Invitation, *, back: str) -> HttpResponse:
    """Show the question and take the answer; `back` is where the slip goes on, "" behind a link."""
    form = RatingForm(request.POST or None)
    commitment = invitation.commitment
    unmet: list[dict[str, object]] = []
    if request.method == "POST" and form.is_valid():
        who = submitter(invitation.submission.slip_hash if invitation.submission else f"link:{invitation.pk}")
        try:
            rating.rate(invitation=invitation, opinion=form.opinion, actor=who, at=clock.now())
        except Blocked as blocked:
            unmet = desk_page.beside_fields(house().thing("commitment"), None, blocked.unmet, form)
        except IllegalMove:
            unmet = [{"sentence": _("这次评价已经结束，谢谢您。")}]
        else:
            return (
                redirect(back) if back else render(request, "outcomes/rated.html", {"commitment": commitment})
            )
    context = {
        "form": form,
        "commitment": commitment,
        "reply": commitment.replies.order_by("-at").first(),
        "unmet": unmet,
        "is_over": invitation.rating is not None or invitation.round != commitment.reopened_count,
        "back": back,
    }
    return render(request, "outcomes/rate.html", context)
