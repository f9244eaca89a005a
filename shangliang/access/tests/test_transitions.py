"""How an act begins: the table says who may and from where; an act that may not changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pytest

from shangliang.access.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant, submitter
from shangliang.access.denied import Denied
from shangliang.access.roles import Permission, Role
from shangliang.access.transitions import Begun, begin, may, role_for
from shangliang.kit.states import IllegalMove, Machine, Transition

P = Permission


class Step(StrEnum):
    FIRST = "first"
    SECOND = "second"


@dataclass
class Thing:
    """Something on a desk."""

    desk_path: str = "32/3211/"
    desk_room_no: str = "1"
    is_embargoed: bool = False
    state: str = "first"


MACHINE: Machine[Step] = Machine(
    name="thing",
    initial=Step.FIRST,
    transitions=(
        Transition("adopt", (Step.FIRST,), Step.SECOND, "topic.adopted", P.TOPIC_ADOPT.value),
        Transition("follow", (Step.FIRST,), Step.SECOND, "topic.agreed"),
    ),
)


def staff(role: Role, **place: str) -> Actor:
    return Actor(ActorKind.STAFF, key="account:1", grants=(Grant(role, **place),))


FIRST = staff(Role.FIRST_CONVENER, room_no="1")
CLERK = staff(Role.CLERK, room_no="1")


def test_an_act_tells_whose_it_is_in_which_office_and_where_it_began() -> None:
    thing = Thing()
    assert begin(MACHINE, thing, "adopt", FIRST) == Begun(
        FIRST, Role.FIRST_CONVENER, "topic.adopted", "first"
    )
    assert thing.state == "second"


@pytest.mark.parametrize("who", [CLERK, ANONYMOUS, submitter("x"), staff(Role.FIRST_CONVENER, room_no="2")])
def test_who_may_not_is_refused_before_anything_moves(who: Actor) -> None:
    thing = Thing()
    with pytest.raises(Denied, match="没有办理这件事的权限"):
        begin(MACHINE, thing, "adopt", who)
    assert thing.state == "first"
    assert not may(MACHINE, thing, "adopt", who)


def test_permission_is_asked_before_the_state() -> None:
    """Whoever may not do it learns nothing of where it stands."""
    with pytest.raises(Denied):
        begin(MACHINE, Thing(state="second"), "adopt", CLERK)
    with pytest.raises(IllegalMove):
        begin(MACHINE, Thing(state="second"), "adopt", FIRST)


def test_what_follows_by_itself_needs_no_role_and_is_offered_to_nobody() -> None:
    for who in (SYSTEM, ANONYMOUS, FIRST):
        assert role_for(MACHINE, Thing(), "follow", who) is None
        assert begin(MACHINE, Thing(), "follow", who).role is None
        assert not may(MACHINE, Thing(), "follow", who)


def test_the_system_does_what_it_must_in_no_role() -> None:
    assert role_for(MACHINE, Thing(is_embargoed=True), "adopt", SYSTEM) is None


def test_an_act_is_open_to_who_may_where_it_can_be_done() -> None:
    assert may(MACHINE, Thing(), "adopt", FIRST)
    assert not may(MACHINE, Thing(state="second"), "adopt", FIRST)
    assert not may(MACHINE, Thing(is_embargoed=True), "adopt", FIRST)


def test_a_thing_that_lies_on_no_desk_says_itself_who_may() -> None:
    asked = []

    def role_of(actor: Actor, permission: Permission, row: object) -> Role | None:
        asked.append((actor, permission, row))
        return Role.DOER if actor is CLERK else None

    thing = Thing()
    assert role_for(MACHINE, thing, "adopt", CLERK, role_of) == Role.DOER
    assert may(MACHINE, thing, "adopt", CLERK, role_of)
    assert not may(MACHINE, thing, "adopt", FIRST, role_of)
    assert asked[0] == (CLERK, P.TOPIC_ADOPT, thing)
    assert begin(MACHINE, thing, "adopt", CLERK, role_of).role == Role.DOER
