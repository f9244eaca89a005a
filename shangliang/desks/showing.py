"""What pages of the desk say of a thing that was sent to review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from shangliang.access.states import Release
from shangliang.access.things import house
from shangliang.events.kinds import Kind, Subject
from shangliang.ledger.queries import Line, history_by_subject, in_words
from shangliang.people.showing import said

JUDGED = {
    Kind.POST_PROPOSED,
    Kind.POST_HELD_BACK,
    Kind.POST_RELEASED,
    Kind.POST_COVERED,
    Kind.POST_TAKEN_DOWN,
    Kind.POST_RESTORED,
}


@dataclass(frozen=True)
class Returned:
    """Something that the reviewer gave back: what it is, why, and who said so when."""

    what: str | Promise
    reason: str
    who: str
    when: str


def returned(*posts: Any) -> list[Returned]:
    """Those of these posts that were given back to be changed and that nobody has sent to review again.

    No statement where none was; else at most three for all of them.
    """
    back = {
        post.subject: post
        for post in posts
        if post.release in {Release.HELD_BACK, Release.UNRELEASED} and post.release_reason
    }
    if not back:
        return []
    last: dict[Subject, Line] = {}
    for subject, line in history_by_subject(*back):
        if line.event in JUDGED:
            last.setdefault(subject, line)
    return [
        Returned(_called(subject.kind), post.release_reason, shown["who"], shown["when"])
        for subject, post in back.items()
        if subject in last and last[subject].event == Kind.POST_HELD_BACK
        for shown in said([last[subject]], in_words([last[subject]], subject.kind))
    ]


def _called(kind: str) -> str | Promise:
    thing = house().thing(kind)
    return (thing.review.label if thing.review else None) or thing.label
