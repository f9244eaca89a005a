"""Each (event, reaction) once; what fails is tried again; a crash between effect and mark undoes both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.db import transaction
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from shangliang.events import actions, tasks
from shangliang.events.kinds import Kind, Subject
from shangliang.events.models import Done, Event, Failure, Reactions

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SUBJECT = Subject("topic", "2026-000001")
seen: list[int] = []
broken = True


def note(event: Event) -> None:
    seen.append(event.pk)


def stumble(event: Event) -> None:
    if broken:
        raise ValueError("not yet")
    seen.append(-event.pk)


def chain(event: Event) -> None:
    actions.emit(Kind.TOPIC_GRADED, SUBJECT, at=event.at)


TABLE: Reactions = {
    Kind.TOPIC_OPENED: (note,),
    Kind.TOPIC_ADOPTED: (stumble, note),
    Kind.TOPIC_WORDED: (chain,),
    Kind.TOPIC_GRADED: (note,),
}


@pytest.fixture(autouse=True)
def _table(monkeypatch: pytest.MonkeyPatch) -> None:
    global broken
    seen.clear()
    broken = True
    monkeypatch.setattr(actions, "reactions", lambda: TABLE)
    monkeypatch.setattr(tasks, "reactions", lambda: TABLE)


def emit(kind: Kind) -> Event:
    with transaction.atomic():
        return actions.emit(kind, SUBJECT, at=NOW)


@pytest.mark.django_db
def test_it_reacts_once_however_often_it_runs() -> None:
    event = emit(Kind.TOPIC_OPENED)
    assert (tasks.react(NOW), tasks.react(NOW)) == (1, 0)
    assert seen == [event.pk]


@pytest.mark.django_db
def test_an_event_without_reactions_is_closed_at_once() -> None:
    assert not emit(Kind.TOPIC_ENDED).is_open


@pytest.mark.django_db
def test_a_failing_reaction_stops_no_other_and_is_tried_again_later() -> None:
    global broken
    event = emit(Kind.TOPIC_ADOPTED)
    assert tasks.react(NOW) == 1
    assert seen == [event.pk]
    assert tasks.react(NOW + timedelta(seconds=1)) == 0
    assert Failure.objects.get().tries == 1
    broken = False
    assert tasks.react(NOW + timedelta(minutes=1)) == 1
    assert seen == [event.pk, -event.pk]
    assert not Failure.objects.exists()
    assert not Event.objects.filter(is_open=True).exists()


@pytest.mark.django_db
def test_the_wait_doubles() -> None:
    emit(Kind.TOPIC_ADOPTED)
    moment = NOW
    for wait in (10, 20, 40):
        tasks.react(moment)
        failure = Failure.objects.get()
        assert failure.next_try_at - moment == timedelta(seconds=wait)
        moment = failure.next_try_at


@pytest.mark.django_db
def test_a_reaction_may_cause_further_events() -> None:
    emit(Kind.TOPIC_WORDED)
    assert tasks.react(NOW) == 2  # the new event is found in the same round
    assert len(seen) == 1


@pytest.mark.django_db
def test_a_pair_that_another_worker_did_is_left_alone() -> None:
    event = emit(Kind.TOPIC_OPENED)
    Done.objects.create(event=event, reaction=tasks.name_of(note), at=NOW)
    tasks.react(NOW)
    assert seen == []


@pytest.mark.django_db
def test_what_rolls_back_leaves_no_event() -> None:
    with transaction.atomic():
        actions.emit(Kind.TOPIC_OPENED, SUBJECT, at=NOW)
        transaction.set_rollback(True)
    assert not Event.objects.exists()


def wake() -> None:
    seen.append(0)


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "woken"), [(Kind.TOPIC_OPENED, [0]), (Kind.TOPIC_ENDED, [])])
def test_the_worker_is_woken_once_it_is_sure_and_something_follows(
    kind: Kind,
    woken: list[int],
    settings: LazySettings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.WAKE_WORKER = f"{__name__}.wake"
    with django_capture_on_commit_callbacks(execute=True):
        emit(kind)
        assert seen == []
    assert seen == woken


@pytest.mark.django_db
def test_without_a_worker_nobody_is_woken(
    settings: LazySettings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    settings.WAKE_WORKER = ""
    with django_capture_on_commit_callbacks(execute=True):
        assert emit(Kind.TOPIC_OPENED).is_open
    assert seen == []


@pytest.mark.django_db
def test_an_event_of_a_kind_that_this_version_does_not_know_stops_no_other() -> None:
    """Once one such row stopped the rounds of the whole city for ever."""
    seen.clear()
    with transaction.atomic():
        strange = Event.objects.create(
            kind="topic.renamed_once", subject_kind="topic", subject_no="1", at=NOW
        )
        actions.emit(Kind.TOPIC_OPENED, SUBJECT, at=NOW)
    assert tasks.react(NOW) == 1
    assert len(seen) == 1
    failure = Failure.objects.get()
    assert (failure.event, failure.reaction, failure.tries) == (strange, tasks.UNKNOWN, 1)
    assert "topic.renamed_once" in failure.error
    tasks.react(NOW)
    assert Failure.objects.get().tries == 1, "not in every round"
    strange.refresh_from_db()
    assert strange.is_open, "kept for a version that knows it"
