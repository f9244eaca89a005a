"""From one page of a matter to the next: topic, session, record, poll, outcome, commitments; each for who may open it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from shangliang.access.things import house
from shangliang.accounts.models import User
from shangliang.accounts.queries import actor_for
from shangliang.deliberations.models import Deliberation
from shangliang.kit import clock
from shangliang.outcomes.models import Commitment

pytestmark = pytest.mark.django_db


def home() -> str:
    return User.objects.get(cast="clerk").grants.get().room_no


def page(part: str, path: str) -> str:
    client = Client()
    if part:
        client.force_login(User.objects.get(cast=part))
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def done() -> Commitment:
    """Something of the room that was agreed at a table, published as far as it goes."""
    rows = Commitment.objects.filter(room__no=home(), outcome__deliberation__record__release="released")
    found = rows.filter(topic__release="released", outcome__deliberation__release="released").first()
    assert found is not None
    return found


def test_a_topic_leads_to_all_that_came_of_it(filled_town: None) -> None:
    made = done()
    session = made.outcome.deliberation
    assert session is not None
    shown = page("clerk", f"/desk/topics/{made.topic.no}")
    for link in (
        f"/desk/deliberations/{session.no}",
        f"/desk/deliberations/{session.no}#written",
        f"/desk/outcomes/{made.outcome.no}",
        f"/desk/commitments/{made.no}",
    ):
        assert f'href="{link}"' in shown, link


def test_a_session_leads_to_what_was_agreed_and_a_commitment_back(filled_town: None) -> None:
    made = done()
    session = made.outcome.deliberation
    assert session is not None
    shown = page("clerk", f"/desk/deliberations/{session.no}")
    assert 'id="written"' in shown
    for link in (f"/desk/outcomes/{made.outcome.no}", f"/desk/commitments/{made.no}"):
        assert f'href="{link}"' in shown, link
    back = page("clerk", f"/desk/commitments/{made.no}")
    for link in (
        f"/desk/topics/{made.topic.no}",
        f"/desk/deliberations/{session.no}",
        f"/desk/outcomes/{made.outcome.no}",
    ):
        assert f'href="{link}"' in back, link


def test_a_poll_stands_beside_its_topic_with_how_many_have_voted(filled_town: None) -> None:
    session = Deliberation.objects.filter(room__no=home()).exclude(poll=None).select_related("poll").first()
    assert session is not None
    assert session.poll is not None
    actor = actor_for(User.objects.get(cast="clerk"), clock.today())
    lines = house().beside("topic", session.topic, actor)
    (poll,) = [line for line in lines if line.url == f"/desk/polls/{session.poll.key}"]
    voted = session.poll.votes.values("voter").distinct().count()
    assert voted > 1
    assert poll.note == f"{voted} 人表过态"
    reviewer = actor_for(User.objects.get(cast="reviewer"), clock.today())
    assert not any("/desk/polls/" in line.url for line in house().beside("topic", session.topic, reviewer))


def test_a_doer_is_led_to_no_page_that_does_not_exist_for_it(filled_town: None) -> None:
    doer = User.objects.get(cast="doer")
    unit = doer.grants.get().unit_code
    made = Commitment.objects.filter(lead__code=unit).exclude(outcome__deliberation=None).first()
    assert made is not None
    shown = page("doer", f"/desk/commitments/{made.no}")
    client = Client()
    client.force_login(doer)
    links = set(re.findall(r'href="(/desk/(?:topics|deliberations|outcomes)/[^"#]+)"', shown))
    assert {link for link in links if client.get(link).status_code != 200} == set()


def test_everybody_is_led_from_the_topic_to_the_published_result_and_back(filled_town: None) -> None:
    made = done()
    session = made.outcome.deliberation
    assert session is not None
    shown = page("", f"/topics/{made.topic.no}")
    assert f'href="/d/{session.no}#result"' in shown
    assert 'id="results"' in shown
    result = page("", f"/d/{session.no}")
    assert 'id="result"' in result
    assert f'href="/topics/{made.topic.no}#results"' in result


def test_what_is_not_published_is_no_result(filled_town: None) -> None:
    made = done()
    session = made.outcome.deliberation
    assert session is not None
    record = session.record
    record.release = "in_review"
    record.save()
    shown = page("", f"/topics/{made.topic.no}")
    assert "#result" not in shown.replace("#results", "")
    assert record.get_conclusion_display() not in shown
