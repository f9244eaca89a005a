"""Time that goes by in a test: the worker looks at a later moment, and everything that follows is carried out."""

from __future__ import annotations

from datetime import datetime

from shangliang.clocks.models import Clock
from shangliang.clocks.tasks import tick
from shangliang.events.kinds import Subject
from shangliang.events.models import Failure
from shangliang.events.tasks import react
from shangliang.kit import clock


def pass_until(at: datetime, *subjects: Subject) -> None:
    """For these things alone: the clocks of all others are stopped before, since their reminders would cost most."""
    others = Clock.objects.running()
    for subject in subjects:
        others = others.exclude(subject_kind=subject.kind, subject_no=subject.no)
    others.update(stopped_at=at)
    with clock.at(at):
        tick(at)
        while react(at):
            pass
    assert not Failure.objects.exists(), list(Failure.objects.values_list("reaction", "error"))
