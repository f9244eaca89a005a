"""Whom no message reaches is told by a person: who, how and in which office is written down once it is done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.deliberations import queries
from shangliang.deliberations.actions.transitions import begin_deliberation, end
from shangliang.deliberations.models import Deliberation
from shangliang.inbox.actions import write_told
from shangliang.inbox.states import HandWay
from shangliang.kit.guards import Unmet, require


@transaction.atomic
def tell(
    *, deliberation: Deliberation, refs: Iterable[str], way: HandWay, actor: Actor, at: datetime
) -> None:
    """The latest news of the session was told to these people; who is not on its list is left out."""
    deliberation, begun = begin_deliberation(deliberation, "tell", actor)
    news = queries.last_news(deliberation)
    wanted = set(refs)
    known = [guest.ref for guest in queries.told_guests(deliberation) if guest.ref in wanted]
    require([] if news is not None and known else [Unmet("nobody_told", mend="who")])
    assert news is not None  # noqa: S101  required above
    office = begun.role.value if begun.role else ""
    write_told(refs=known, about=queries.news_of(news), way=way, office=office, at=at)
    end(begun, deliberation, at=at, content={"told": len(known), "way": way.value})
