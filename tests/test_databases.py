"""The databases of the tests: nothing that a test writes is met by the next one."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import DatabaseError, transaction

from shangliang.accounts.models import User
from shangliang.ledger.models import Entry
from shangliang.outcomes.tests.factories import areas
from shangliang.places.models import Area, Room
from shangliang.topics.models import Topic
from tests import databases

pytestmark = pytest.mark.django_db


def test_what_is_written_in_the_town_is_undone() -> None:
    with databases.town():
        before = Topic.objects.count()
        User.objects.create(username="somebody new")
        Room.objects.update(name="别的名字")
    with databases.town():
        assert Topic.objects.count() == before > 20
        assert not User.objects.filter(username="somebody new").exists()
        assert not Room.objects.filter(name="别的名字").exists()


def test_the_town_is_not_in_the_database_of_the_other_tests() -> None:
    areas()
    here = Area.objects.count()
    with databases.town():
        assert Area.objects.count() > here
    assert Area.objects.count() == here
    assert not Entry.objects.exists()


def test_a_test_that_broke_a_transaction_in_the_town_leaves_it_whole() -> None:
    with databases.town(), suppress(DatabaseError), transaction.atomic():
        User.objects.create(username=User.objects.values_list("username", flat=True)[0])
    with databases.town():
        assert Topic.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_what_was_committed_is_gone(time: str) -> None:
    assert not User.objects.exists()
    assert User.objects.create(username=time).pk == 1  # the numbers begin anew as well
