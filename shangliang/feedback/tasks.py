"""The worker's part: a number that was left for an answer is not kept beyond it."""

from __future__ import annotations

from datetime import datetime, timedelta

from shangliang.feedback.models import Feedback
from shangliang.kit.clock import local_day
from shangliang.rulebook import book


def retain(now: datetime) -> int:
    """Erase telephone numbers whose time is over; returns how many. Safe to run at any time."""
    days = book().at(local_day(now)).integer("feedback.phone_keep_calendar_days")
    over = Feedback.objects.filter(closed_at__lt=now - timedelta(days=days)).exclude(phone_sealed=b"")
    return over.update(phone_sealed=b"")
