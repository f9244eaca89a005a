"""Title and summary: written or released by a person, never the resident's own words by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.desk import require_role
from shangliang.access.publication import Release, Scope
from shangliang.access.roles import Permission
from shangliang.clocks import actions as clocks
from shangliang.events.kinds import Kind
from shangliang.kit.guards import Unmet, require
from shangliang.ledger.actions import act
from shangliang.topics.actions import publication
from shangliang.topics.actions.desks import place_of
from shangliang.topics.actions.screening import personal_gaps
from shangliang.topics.models import Topic
from shangliang.topics.states import Theme, Weight


@dataclass(frozen=True)
class Wording:
    """What everybody may read, and how far."""

    title: str
    summary: str
    scope: Scope
    theme: Theme
    weight: Weight
    place_text: str = ""


def locked(topic: Topic) -> Topic:
    """The row as it is now, and nobody else's until the end of the transaction."""
    return Topic.objects.select_for_update(of=("self",)).select_related("room").get(pk=topic.pk)


@transaction.atomic
def word(*, topic: Topic, wording: Wording, actor: Actor, at: datetime) -> None:
    """Write the words anew. What changes after its release is looked at again before anybody reads it."""
    topic = locked(topic)
    role = require_role(actor, Permission.TOPIC_RELEASE, topic)
    require(wording_gaps(topic, wording))
    same = (topic.title, topic.summary, topic.scope) == (wording.title, wording.summary, wording.scope)
    topic.title, topic.summary = wording.title.strip(), wording.summary.strip()
    topic.scope, topic.place_text = wording.scope.value, wording.place_text.strip()
    topic.theme, topic.weight, topic.changed_at = wording.theme.value, wording.weight.value, at
    if not same and topic.release != Release.COVERED:
        topic.release = Release.UNRELEASED.value
        clocks.stop(publication.REVIEW, topic.subject, at=at)
    topic.save()
    act(
        Kind.TOPIC_WORDED,
        topic.subject,
        actor=actor,
        role=role,
        place=place_of(topic),
        at=at,
        content={"scope": topic.scope, "theme": topic.theme, "weight": topic.weight},
    )
    if topic.release == Release.UNRELEASED:
        publication.propose(post=topic, subject=topic.subject, desk=topic, actor=actor, at=at)


def wording_gaps(topic: Topic, wording: Wording) -> list[Unmet]:
    """What is missing before the words may go to review."""
    unmet = []
    if not wording.title.strip():
        unmet.append(Unmet("title_missing", mend="title"))
    if wording.scope != Scope.INTERNAL and not wording.summary.strip():
        unmet.append(Unmet("summary_missing", mend="summary"))
    if wording.scope != Scope.INTERNAL and topic.is_embargoed:
        unmet.append(Unmet("embargo_stays_inside", mend="scope"))
    return unmet + personal_gaps(f"{wording.title}\n{wording.summary}\n{wording.place_text}")
