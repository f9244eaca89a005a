"""Title and summary: written or released by a person, never the resident's own words by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.publication import Release, Scope
from shangliang.desks.actions import publication
from shangliang.desks.actions.records import record
from shangliang.kit.guards import Unmet, require
from shangliang.topics.actions.adoption import give_turn
from shangliang.topics.actions.screening import personal_gaps
from shangliang.topics.actions.transitions import begin_topic
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


@transaction.atomic
def word(*, topic: Topic, wording: Wording, actor: Actor, at: datetime) -> None:
    """Write the words anew. What changes after its release is looked at again before anybody reads it."""
    topic, begun = begin_topic(topic, "word", actor)
    require(wording_gaps(topic, wording))
    same = (topic.title, topic.summary, topic.scope) == (wording.title, wording.summary, wording.scope)
    topic.title, topic.summary = wording.title.strip(), wording.summary.strip()
    topic.scope, topic.place_text = wording.scope.value, wording.place_text.strip()
    topic.theme, topic.weight, topic.changed_at = wording.theme.value, wording.weight.value, at
    topic.save()
    if not same:
        publication.reword(post=topic, at=at)
    facts: dict[str, object] = {"scope": topic.scope, "theme": topic.theme, "weight": topic.weight}
    record(begun, topic, at=at, content=facts)
    give_turn(topic, at)
    if topic.release == Release.UNRELEASED:
        publication.propose(post=topic, actor=actor, role=begun.role, at=at)


def wording_gaps(topic: Topic, wording: Wording) -> list[Unmet]:
    """What is missing before the words may go to review."""
    unmet = []
    if not wording.title.strip():
        unmet.append(Unmet("title_missing", mend="title"))
    if wording.scope != Scope.INTERNAL and not wording.summary.strip():
        unmet.append(Unmet("summary_missing", mend="summary"))
    if wording.scope != Scope.INTERNAL and topic.is_embargoed:
        unmet.append(Unmet("embargo_stays_inside", mend="scope"))
    return unmet + personal_gaps(title=wording.title, summary=wording.summary, place_text=wording.place_text)
