"""What the apps hand in is looked over when the program starts: each gap is a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from shangliang.access.things import Act, House, Section, check_house, faults, house
from shangliang.events.actions import idle_reactions
from shangliang.events.kinds import Kind

EVENTS = [kind.value for kind in Kind]
WORDS: Any = "x"


def changed(**columns: Any) -> House:
    """The house with another topic."""
    table = house()
    topic = replace(table.thing("topic"), **columns)
    return replace(table, things=tuple(topic if each.kind == "topic" else each for each in table.things))


def with_act(**columns: Any) -> House:
    topic = house().thing("topic")
    act = replace(topic.acts[0], **columns)
    return changed(acts=(act, *topic.acts[1:]))


def test_the_house_has_no_gap() -> None:
    check_house(EVENTS, idle_reactions())


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (lambda: changed(history={}), "No thing has words for the event topic.opened in its history."),
        (lambda: changed(page="nowhere"), "topic: there is no page 'nowhere'."),
        (lambda: changed(listed="nowhere"), "topic: there is no page 'nowhere'."),
        (lambda: changed(act_page="nowhere"), "topic: the act take-up: there is no page 'nowhere'."),
        (
            lambda: changed(tasks={"topics.no_days": WORDS}),
            "topic: topics.no_days is no rule of the rulebook.",
        ),
        (
            lambda: changed(answers={}),
            "topic: nobody says which acts do what topics.deep_start_days asks for.",
        ),
        (
            lambda: changed(answers={"topics.deep_start_days": ("fly",)}),
            "topic: topics.deep_start_days is answered by fly, which nobody hands in.",
        ),
        (
            lambda: replace(house(), answers={"access.review_days": ("post.fly",)}),
            "any thing: access.review_days is answered by post.fly, which nobody hands in.",
        ),
        (
            lambda: with_act(does=("fly",)),
            "topic: the act take-up does fly, which its machine does not know.",
        ),
        (lambda: with_act(does=("call_off",)), "topic: the act take-up needs no permission."),
        (lambda: with_act(said=None), "topic: the act take-up says nothing when it is done."),
        (lambda: with_act(name="answer"), "topic: two acts are called answer."),
        (lambda: with_act(do=None, page="nowhere"), "topic: the act take-up: there is no page 'nowhere'."),
        (
            lambda: replace(house(), things=(*house().things, house().thing("topic"))),
            "Two apps hand in the kind topic.",
        ),
        (lambda: replace(house(), sections=(Section("nowhere", WORDS),)), "x: there is no page 'nowhere'."),
    ],
)
def test_each_gap_is_a_sentence(broken: Callable[[], House], sentence: str) -> None:
    assert sentence in list(faults(broken(), EVENTS))


def test_a_gap_stops_the_start() -> None:
    with pytest.raises(ImproperlyConfigured, match="topic.flown"):
        check_house([*EVENTS, "topic.flown"])
    with pytest.raises(ImproperlyConfigured, match="nobody follows"):
        check_house(EVENTS, ["nobody follows"])


def test_a_permission_that_no_role_holds_is_a_gap() -> None:
    topic = house().thing("topic")
    assert topic.machine is not None
    rows = (replace(topic.machine.transitions[0], by="nobody.holds"), *topic.machine.transitions[1:])
    table = changed(machine=replace(topic.machine, transitions=rows))
    assert "topic: answer_quick needs nobody.holds, which is no permission." in list(faults(table, EVENTS))


def test_what_was_not_handed_in_has_no_page() -> None:
    with pytest.raises(KeyError, match="no app hands in the kind dragon"):
        house().thing("dragon")
    assert house().thing("topic").act("fly") is None
    act = Act("fly", ("fly",), WORDS)
    with pytest.raises(ValueError, match="has no machine"):
        replace(house().thing("record"), machine=None).machine_of(act)
