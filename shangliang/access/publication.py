"""What is public, to whom, and how it gets there: scope, review, cover-up (design, principle 6).

An abstract base without a table: topics, records, replies and a room's posts each carry these columns.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangliang.access.states import Release, Scope

__all__ = ["RELEASE_NAMES", "SCOPE_NAMES", "Publishable", "Release", "Scope", "at_the_room", "public"]


SCOPE_NAMES = {
    Scope.PUBLIC: _("公开"),
    Scope.PLACE: _("本村（小区）公开"),
    Scope.PARTICIPANTS: _("与会人员"),
    Scope.INTERNAL: _("内部"),
}
RELEASE_NAMES = {
    Release.UNRELEASED: _("未送审"),
    Release.IN_REVIEW: _("待审核"),
    Release.RELEASED: _("已公开"),
    Release.HELD_BACK: _("暂不公开"),
    Release.COVERED: _("已撤下，等确认"),
    Release.TAKEN_DOWN: _("已撤下"),
}


def public(prefix: str = "") -> Q:
    """Rows that everybody may see in a listing. A village's own posts show on its room's pages only."""
    return Q(**{f"{prefix}release": Release.RELEASED.value, f"{prefix}scope": Scope.PUBLIC.value})


def at_the_room(prefix: str = "") -> Q:
    """Rows that may show on the pages of the room itself, for whoever stands at its door."""
    return Q(
        **{
            f"{prefix}release": Release.RELEASED.value,
            f"{prefix}scope__in": [Scope.PUBLIC.value, Scope.PLACE.value],
        }
    )


class Publishable(models.Model):
    """Columns of everything that may become public. Nothing is shown before `release` says so."""

    scope = models.CharField(
        max_length=16, choices=[(s.value, SCOPE_NAMES[s]) for s in Scope], default=Scope.PUBLIC.value
    )
    release = models.CharField(
        max_length=16,
        choices=[(r.value, RELEASE_NAMES[r]) for r in Release],
        default=Release.UNRELEASED.value,
    )
    released_at = models.DateTimeField(null=True, blank=True)
    release_reason = models.CharField(max_length=200, blank=True)  # why held back or covered

    class Meta:
        abstract = True

    @property
    def is_public(self) -> bool:
        return self.release == Release.RELEASED and self.scope == Scope.PUBLIC

    @property
    def is_covered(self) -> bool:
        """Taken down after it was public: a tombstone stands where it was."""
        return self.release in {Release.COVERED, Release.TAKEN_DOWN}
