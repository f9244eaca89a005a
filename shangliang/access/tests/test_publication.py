"""What is public: released and meant for everybody; at the room's door also what is meant for the place."""

from __future__ import annotations

import pytest
from django.db.models import Q
from django.test.utils import isolate_apps

from shangliang.access.publication import (
    RELEASE_NAMES,
    SCOPE_NAMES,
    Publishable,
    Release,
    Scope,
    at_the_room,
    public,
)

EVERY = [(release, scope) for release in Release for scope in Scope]


with isolate_apps():  # known to these tests alone

    class Post(Publishable):
        """Something that may become public; no table is needed to ask it."""

        class Meta:
            app_label = "kit"


@pytest.mark.django_db
@pytest.mark.parametrize(("release", "scope"), EVERY)
def test_only_what_is_released_is_shown_and_only_to_whom_it_is_meant(release: Release, scope: Scope) -> None:
    row = {"release": release.value, "scope": scope.value}
    for_all = release == Release.RELEASED and scope == Scope.PUBLIC
    for_the_place = release == Release.RELEASED and scope in {Scope.PUBLIC, Scope.PLACE}
    assert public().check(row) is for_all
    assert at_the_room().check(row) is for_the_place
    post = Post(release=release.value, scope=scope.value)
    assert post.is_public is for_all
    assert post.is_covered is (release in {Release.COVERED, Release.TAKEN_DOWN})


def test_a_new_thing_is_shown_to_nobody() -> None:
    post = Post()
    assert (post.release, post.is_public, post.is_covered) == (Release.UNRELEASED, False, False)


def test_the_prefix_names_the_related_row() -> None:
    released = Q(topic__release="released")
    assert public("topic__") == released & Q(topic__scope="public")
    assert at_the_room("topic__") == released & Q(topic__scope__in=["public", "place"])


def test_every_code_has_its_word() -> None:
    assert set(SCOPE_NAMES) == set(Scope)
    assert set(RELEASE_NAMES) == set(Release)
    assert dict(Publishable._meta.get_field("scope").flatchoices).keys() == {s.value for s in Scope}
    assert dict(Publishable._meta.get_field("release").flatchoices).keys() == {r.value for r in Release}
