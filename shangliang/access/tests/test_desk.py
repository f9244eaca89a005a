"""Sight of what lies on a desk: as a verdict and as SQL, and above all of what concerns a room's own cadres."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from shangliang.access.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant, submitter
from shangliang.access.denied import Denied
from shangliang.access.desk import on_desk, require_role, role_on_desk
from shangliang.access.roles import Permission, Role

COUNTY = "32/3211/321102/"
TOWN = "32/3211/321102/321102001/"
NEXT_TOWN = "32/3211/321102/321102002/"
VILLAGE = "32/3211/321102/321102001/321102001001/"
P = Permission


@dataclass
class Thing:
    """Anything with the three columns."""

    desk_path: str
    desk_room_no: str = ""
    is_embargoed: bool = False


IN_THE_ROOM = Thing(VILLAGE, "1")
AT_THE_TOWN = Thing(TOWN)
ABOUT_CADRES = Thing(TOWN, is_embargoed=True)
# A row that a mistake left at the room's own desk: the mark alone has to keep the room away from it.
LEFT_AT_THE_ROOM = Thing(VILLAGE, "1", is_embargoed=True)


def staff(role: Role, **place: str) -> Actor:
    return Actor(ActorKind.STAFF, key="account:1", account_id=1, grants=(Grant(role, **place),))


CLERK = staff(Role.CLERK, room_no="1")
TOWN_OFFICE = staff(Role.TOWN_OFFICE, area_path=TOWN)
REVIEWER = staff(Role.REVIEWER, area_path=TOWN)  # 发布审核员 over the same town
LEADER = staff(Role.LEADER, area_path=TOWN)  # 挂钩领导
CITY = staff(Role.CITY_OFFICE, area_path="32/3211/")


def in_sql(actor: Actor, permission: Permission, thing: Thing) -> bool:
    """Whether the filter lets a row with these columns through, as the database answers it."""
    return on_desk(actor, permission).check({"pk": 1, **asdict(thing)})


def sees(actor: Actor, permission: Permission, thing: Thing) -> bool:
    """What both say; they must never differ."""
    verdict = role_on_desk(actor, permission, thing) is not None
    assert in_sql(actor, permission, thing) is verdict
    return verdict


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("actor", "thing", "seen"),
    [
        (CLERK, IN_THE_ROOM, True),
        (CLERK, AT_THE_TOWN, False),
        (CLERK, ABOUT_CADRES, False),
        (CLERK, LEFT_AT_THE_ROOM, False),
        (staff(Role.CLERK, room_no="2"), IN_THE_ROOM, False),
        (TOWN_OFFICE, IN_THE_ROOM, True),
        (TOWN_OFFICE, AT_THE_TOWN, True),
        (TOWN_OFFICE, ABOUT_CADRES, True),
        (TOWN_OFFICE, LEFT_AT_THE_ROOM, True),
        (staff(Role.TOWN_OFFICE, area_path=NEXT_TOWN), ABOUT_CADRES, False),
        (staff(Role.TOWN_OFFICE, area_path=VILLAGE), ABOUT_CADRES, False),
        (REVIEWER, IN_THE_ROOM, True),
        (REVIEWER, AT_THE_TOWN, True),
        (REVIEWER, ABOUT_CADRES, False),
        (LEADER, AT_THE_TOWN, True),
        (LEADER, ABOUT_CADRES, False),
        (CITY, ABOUT_CADRES, True),
        (ANONYMOUS, IN_THE_ROOM, False),
        (submitter("x"), IN_THE_ROOM, False),
    ],
)
def test_who_sees_a_topic(actor: Actor, thing: Thing, seen: bool) -> None:
    assert sees(actor, P.TOPIC_READ, thing) is seen


@pytest.mark.django_db
def test_the_key_to_cadre_matters_is_asked_over_the_desk_where_they_lie() -> None:
    """Reading them in the next town does not open those of this one."""
    grants = (Grant(Role.REVIEWER, area_path=TOWN), Grant(Role.TOWN_OFFICE, area_path=NEXT_TOWN))
    both = Actor(ActorKind.STAFF, key="account:1", grants=grants)
    assert sees(both, P.TOPIC_READ, AT_THE_TOWN)
    assert not sees(both, P.TOPIC_READ, ABOUT_CADRES)
    here = Actor(ActorKind.STAFF, grants=(grants[0], Grant(Role.CITY_OFFICE, area_path=TOWN)))
    assert sees(here, P.POST_REVIEW, ABOUT_CADRES)


@pytest.mark.django_db
def test_the_key_alone_opens_nothing_that_the_role_may_not_do() -> None:
    assert sees(CITY, P.TOPIC_READ, ABOUT_CADRES)
    assert not sees(CITY, P.TOPIC_ADOPT, ABOUT_CADRES)


def test_the_role_is_the_one_in_which_it_is_done() -> None:
    assert role_on_desk(CLERK, P.SUBMISSION_SCREEN, IN_THE_ROOM) == Role.CLERK
    assert role_on_desk(TOWN_OFFICE, P.SUBMISSION_SCREEN, ABOUT_CADRES) == Role.TOWN_OFFICE
    assert require_role(TOWN_OFFICE, P.SUBMISSION_SCREEN, IN_THE_ROOM) == Role.TOWN_OFFICE


def test_who_may_not_is_told_so_and_the_system_acts_in_no_role() -> None:
    with pytest.raises(Denied, match="没有办理这件事的权限"):
        require_role(CLERK, P.SUBMISSION_SCREEN, ABOUT_CADRES)
    with pytest.raises(Denied):
        require_role(ANONYMOUS, P.SUBMISSION_SCREEN, IN_THE_ROOM)
    assert require_role(SYSTEM, P.SUBMISSION_SCREEN, ABOUT_CADRES) is None


PATHS = ["32/3211/", COUNTY, TOWN, NEXT_TOWN, VILLAGE, "32/3211/321102/321102002/321102002001/"]
ROOMS = ["1", "2"]
grants = st.one_of(
    st.builds(Grant, st.sampled_from(Role), area_path=st.sampled_from(PATHS)),
    st.builds(Grant, st.sampled_from(Role), room_no=st.sampled_from(ROOMS)),
    st.builds(Grant, st.sampled_from(Role), unit_code=st.just("u")),
)
actors = st.lists(grants, max_size=3).map(
    lambda held: Actor(ActorKind.STAFF, "account:1", grants=tuple(held))
)
things = st.builds(Thing, st.sampled_from(PATHS), st.sampled_from(["", *ROOMS]), st.booleans())


class TwoWays(TestCase):
    @given(actors, st.sampled_from(Permission), things)
    def test_the_list_and_the_verdict_never_differ(
        self, actor: Actor, permission: Permission, thing: Thing
    ) -> None:
        sees(actor, permission, thing)

    @given(actors, st.sampled_from(Permission), st.sampled_from(PATHS), st.sampled_from(["", *ROOMS]))
    def test_whoever_sees_a_cadre_matter_holds_its_key_over_the_area(
        self, actor: Actor, permission: Permission, path: str, room_no: str
    ) -> None:
        if sees(actor, permission, Thing(path, room_no, is_embargoed=True)):
            assert actor.can(P.EMBARGO_READ, area_path=path)
            assert actor.can(permission, area_path=path)
