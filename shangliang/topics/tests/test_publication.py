"""From internal to public and back: what each step writes, stops, starts and refuses, on a topic."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.conf import LazySettings

from shangliang.access.denied import Denied
from shangliang.access.publication import Release, Scope
from shangliang.access.roles import Role
from shangliang.clocks.models import Clock
from shangliang.desks.actions import publication
from shangliang.events.tasks import react
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove
from shangliang.ledger.models import Content, Entry, Pseudonym
from shangliang.search.models import Document
from shangliang.topics.actions import travel
from shangliang.topics.models import Topic
from shangliang.topics.tests.factories import NOW, ROOM_NO, TOWN, Cast, Places, opened, raised

LATER = NOW.replace(hour=15)


@pytest.fixture
def topic(village: Places, people: Cast) -> Topic:
    """Accepted by the clerk, with words for everybody: it waits for review."""
    return opened(raised(village.room).submission, people.clerk)


def stands(topic: Topic) -> tuple[str, str]:
    topic.refresh_from_db()
    return topic.release, topic.release_reason


def waits(topic: Topic) -> list[tuple[str, str, str]]:
    """The clocks of review: rule, role, area."""
    rows = Clock.objects.running().of(topic.subject).filter(rule__startswith="access.")
    return list(rows.values_list("rule", "role", "area_path"))


def last() -> tuple[str, str, str]:
    """The newest row of the ledger: event, office, facts."""
    entry = Entry.objects.latest("pk")
    return entry.event, entry.office, Content.objects.get(entry_id=entry.pk).body


def test_words_for_everybody_wait_for_the_tier_above(topic: Topic) -> None:
    assert stands(topic) == (Release.IN_REVIEW, "")
    assert waits(topic) == [("access.review_days", "town_office", TOWN)]
    assert last() == ("post.proposed", f"clerk@{ROOM_NO}", '{"scope":"public"}')


def test_one_other_person_releases_them(topic: Topic, people: Cast) -> None:
    Topic.objects.update(release_reason="写得太细")
    publication.release(post=topic, actor=people.town, at=LATER)
    assert stands(topic) == (Release.RELEASED, "")
    assert topic.released_at == LATER
    assert waits(topic) == []
    assert last() == ("post.released", "town_office@" + ROOM_NO, '{"scope":"public"}')
    with pytest.raises(IllegalMove):
        publication.release(post=topic, actor=people.town, at=LATER)


def test_or_holds_them_back_with_a_reason_and_may_think_again(topic: Topic, people: Cast) -> None:
    for nothing in ("", "  \n"):
        with pytest.raises(Blocked) as blocked:
            publication.hold_back(post=topic, reason=nothing, actor=people.town, at=LATER)
        assert [(each.code, each.mend) for each in blocked.value.unmet] == [("reason_missing", "reason")]
    publication.hold_back(post=topic, reason=" " + "长" * 200 + " ", actor=people.town, at=LATER)
    assert stands(topic) == (Release.HELD_BACK, "长" * 200)
    assert waits(topic) == []
    assert last()[0] == "post.held_back"
    publication.release(post=topic, actor=people.other_in_town, at=LATER)
    assert stands(topic) == (Release.RELEASED, "")


def test_nobody_reviews_what_they_sent_to_review_themselves(village: Places, people: Cast) -> None:
    own = opened(raised(village.room).submission, people.town)
    with pytest.raises(Denied, match="不能自己审核"):
        publication.release(post=own, actor=people.town, at=LATER)
    with pytest.raises(Denied, match="不能自己审核"):
        publication.hold_back(post=own, reason="x", actor=people.town, at=LATER)
    assert stands(own)[0] == Release.IN_REVIEW
    publication.release(post=own, actor=people.other_in_town, at=LATER)


def test_who_sent_it_last_counts_and_who_was_forgotten_stands_in_nobodys_way(
    topic: Topic, people: Cast
) -> None:
    assert publication.proposer_key(topic.subject) == people.clerk.key
    publication.propose(post=topic, actor=people.town, role=Role.TOWN_OFFICE, at=LATER)
    assert publication.proposer_key(topic.subject) == people.town.key
    Pseudonym.objects.all().delete()
    assert publication.proposer_key(topic.subject) == ""
    publication.release(post=topic, actor=people.town, at=LATER)


@pytest.mark.parametrize("changed", [{"scope": Scope.INTERNAL.value}, {"is_embargoed": True}])
def test_what_is_internal_is_never_sent_to_review(
    village: Places, people: Cast, changed: dict[str, object]
) -> None:
    inside = opened(raised(village.room).submission, people.clerk)
    Topic.objects.update(release=Release.UNRELEASED.value, **changed)
    inside.refresh_from_db()
    before = Entry.objects.count()
    publication.propose(post=inside, actor=people.clerk, role=Role.CLERK, at=LATER)
    assert (stands(inside)[0], Entry.objects.count()) == (Release.UNRELEASED, before)


def test_new_words_wait_anew_and_the_former_review_is_over(topic: Topic, people: Cast) -> None:
    publication.reword(post=topic, at=LATER)
    assert (stands(topic)[0], waits(topic)) == (Release.UNRELEASED, [])
    publication.propose(post=topic, actor=people.clerk, role=Role.CLERK, at=LATER)
    assert (stands(topic)[0], len(waits(topic))) == (Release.IN_REVIEW, 1)


def test_what_is_amiss_is_down_at_once_for_everybody(
    topic: Topic, people: Cast, settings: LazySettings, django_capture_on_commit_callbacks: Any
) -> None:
    publication.release(post=topic, actor=people.town, at=LATER)
    epoch = settings.HOME / "pages.epoch"
    before = epoch.stat().st_mtime_ns if epoch.exists() else 0
    time.sleep(0.01)
    with django_capture_on_commit_callbacks(execute=True):
        publication.cover(post=topic, reason=" 有电话 ", actor=people.clerk, at=LATER)
    assert stands(topic) == (Release.COVERED, "有电话")
    assert epoch.stat().st_mtime_ns > before, "kept pages are forgotten"
    assert waits(topic) == [("access.cover_confirm_days", "town_office", TOWN)]
    assert last() == ("post.covered", f"clerk@{ROOM_NO}", "{}")
    publication.reword(post=topic, at=LATER)
    assert stands(topic)[0] == Release.COVERED, "other words do not bring it back"


def test_a_cover_up_has_a_reason(topic: Topic, people: Cast) -> None:
    publication.release(post=topic, actor=people.town, at=LATER)
    with pytest.raises(Blocked):
        publication.cover(post=topic, reason=" ", actor=people.clerk, at=LATER)
    assert stands(topic)[0] == Release.RELEASED


def test_the_reviewer_brings_it_back_or_leaves_it_down_for_good(topic: Topic, people: Cast) -> None:
    publication.release(post=topic, actor=people.town, at=NOW)
    publication.cover(post=topic, reason="有电话", actor=people.clerk, at=LATER)
    publication.restore(post=topic, actor=people.town, at=LATER)
    assert stands(topic) == (Release.RELEASED, "")
    assert (topic.released_at, waits(topic), last()[0]) == (NOW, [], "post.restored")
    publication.cover(post=topic, reason="有电话", actor=people.clerk, at=LATER)
    publication.confirm_cover(post=topic, actor=people.town, at=LATER)
    assert stands(topic) == (Release.TAKEN_DOWN, "有电话")
    assert (waits(topic), last()[0]) == ([], "post.taken_down")
    for act in (publication.restore, publication.confirm_cover, publication.release):
        with pytest.raises(IllegalMove):
            act(post=topic, actor=people.other_in_town, at=LATER)


def test_two_reviewers_at_the_same_moment_judge_once(topic: Topic, people: Cast) -> None:
    """Each has the row as it was when the page was drawn; the second press finds what the first did."""
    mine, theirs = Topic.objects.get(pk=topic.pk), Topic.objects.get(pk=topic.pk)
    publication.hold_back(post=mine, reason="写得太细", actor=people.town, at=LATER)
    with pytest.raises(IllegalMove):
        publication.hold_back(post=theirs, reason="不妥", actor=people.other_in_town, at=LATER)
    assert stands(topic) == (Release.HELD_BACK, "写得太细")


def test_only_what_can_become_public_is_released(village: Places, people: Cast) -> None:
    given = raised(village.room).submission
    with pytest.raises(TypeError, match="cannot become public"):
        publication.release(post=given, actor=people.town, at=LATER)  # type: ignore[arg-type]  # that is the point


def test_the_index_follows_every_step(topic: Topic, people: Cast) -> None:
    def is_public() -> bool:
        while react(LATER):
            pass
        return Document.objects.filter(kind="topic", no=topic.no, is_public=True).exists()

    assert not is_public()
    publication.release(post=topic, actor=people.town, at=LATER)
    assert is_public()
    publication.cover(post=topic, reason="x", actor=people.clerk, at=LATER)
    assert not Document.objects.filter(kind="topic", no=topic.no).exists(), (
        "at once, before any worker has run"
    )
    assert not is_public()
    publication.restore(post=topic, actor=people.town, at=LATER)
    assert is_public()


def test_a_topic_that_travels_is_reviewed_where_it_lies(topic: Topic, people: Cast) -> None:
    assert waits(topic)[0][1] == "town_office"
    travel.pass_up(topic=topic, reason="太大", actor=people.clerk, at=LATER)
    travel.take_up(topic=topic, actor=people.town, at=LATER)
    assert [row[1] for row in waits(topic) if row[0] == "access.review_days"] == ["town_office"]
    travel.pass_up(topic=topic, reason="太大", actor=people.town, at=LATER)
    topic.refresh_from_db()
    reviews = [row for row in waits(topic) if row[0] == "access.review_days"]
    assert reviews == [("access.review_days", "district_office", topic.desk_path)]
