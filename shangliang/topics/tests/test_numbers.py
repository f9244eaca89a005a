"""How a row is found by its number."""

from __future__ import annotations

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries, Settings

from shangliang.kit.numbered import by_nos
from shangliang.topics.models import Topic
from shangliang.topics.tests.factories import cast, opened, places, raised

pytestmark = pytest.mark.django_db


def test_what_a_box_opens_bears_its_code_from_the_first_moment(settings: Settings) -> None:
    settings.NUMBER_ORIGIN = "B7"
    here = places()
    submission = raised(here.room).submission
    topic = opened(submission, cast().clerk)
    assert submission.no == f"2026-B7-{submission.pk:06d}"
    assert topic.subject.no == f"2026-B7-{topic.pk:06d}"
    settings.NUMBER_ORIGIN = ""  # a later change renames nothing
    assert Topic.objects.by_no(topic.no).get() == topic
    assert not Topic.objects.by_no(topic.no.replace("-B7", "")).exists()


def test_many_numbers_are_found_by_the_index_in_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    rows = by_nos(Topic.objects.all(), ["2026-000001", "2026-000002", "2026-B7-000001", "C"])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # a table of no rows is read whole otherwise
        assert rows.explain().count("topic_number") == 2
        assert "topic_number" in Topic.objects.by_no("2026-000001").explain()
    with django_assert_num_queries(1):
        assert list(rows) == []
