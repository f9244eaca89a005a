"""What follows by itself: the office that answers learns that somebody waits."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_noop

from shangliang.accounts.queries import holders
from shangliang.desks.queries import tier_office
from shangliang.events.kinds import Kind
from shangliang.events.models import Event
from shangliang.feedback.models import Feedback
from shangliang.inbox import actions as inbox
from shangliang.kit.clock import local_day

TITLES = {
    Kind.FEEDBACK_RECEIVED: gettext_noop("有人对本系统提了意见，请答复：%(no)s"),
    Kind.FEEDBACK_ASKED_AGAIN: gettext_noop("提意见的人对答复不满意，又问了一次：%(no)s"),
}


def tell_office(event: Event) -> None:
    """Whoever answers, without a word of what it says."""
    feedback = Feedback.objects.by_no(event.subject_no).first()
    if feedback is None:
        return
    office = tier_office(feedback)
    inbox.notify(
        accounts=holders(office.role or "", local_day(event.at), area_path=office.area_path),
        kind=event.kind,
        title=TITLES[Kind(event.kind)],
        params={"no": feedback.no},
        link=reverse("desk_feedback_one", args=[feedback.no]),
        at=event.at,
        dedupe=f"event:{event.pk}",
    )
