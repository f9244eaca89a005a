"""The budgets of the design that no load changes: bytes and requests of a first page, SQL statements of each page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page, Response

from shangliang.access.actor import ANONYMOUS
from shangliang.accounts.models import User
from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.states import DeliberationState
from shangliang.feedback import actions as feedback
from shangliang.feedback.models import Feedback
from shangliang.feedback.states import FeedbackKind
from shangliang.kit import clock
from shangliang.outcomes.models import Commitment, Outcome
from shangliang.topics.models import Submission, Topic

FIRST_PAGE_BYTES, FIRST_PAGE_REQUESTS = 60_000, 6
LIST_STATEMENTS, DETAIL_STATEMENTS = 8, 12
WHO = 4  # statements of every page of the desk: session, account, grants, and what the menu counts as unread


def at_home(rows: object) -> str:
    """The number of the newest thing at the cast's room."""
    room_no = User.objects.get(cast="clerk").grants.get().room_no
    found = rows.filter(room__no=room_no).order_by("-pk").first()  # type: ignore[attr-defined]
    assert found is not None
    return str(found.no)


def statements(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == 200, path
    return len(captured)


def test_no_page_asks_the_database_more_than_it_may(filled_town: None, client: Client) -> None:
    room_no = User.objects.get(cast="clerk").grants.get().room_no
    topic = Topic.objects.filter(release="released", scope="public", commitments__isnull=False)
    session = Deliberation.objects.filter(state=DeliberationState.ANNOUNCED.value, release="released")
    public = {
        "/": LIST_STATEMENTS,
        "/topics": LIST_STATEMENTS,
        "/results": LIST_STATEMENTS,
        "/calendar": LIST_STATEMENTS,
        "/search?q=楼道": LIST_STATEMENTS,
        "/places/321102": LIST_STATEMENTS,
        f"/r/{room_no}": DETAIL_STATEMENTS,
        f"/say?room={room_no}": DETAIL_STATEMENTS,
        f"/topics/{at_home(topic)}": DETAIL_STATEMENTS,
        f"/d/{at_home(session)}": DETAIL_STATEMENTS,
        "/rules": LIST_STATEMENTS,
        "/feedback": LIST_STATEMENTS,
        "/figures": LIST_STATEMENTS,
        "/figures/deliberations.held": LIST_STATEMENTS,
        f"/figures/outcomes.solved?room={room_no}": LIST_STATEMENTS,
    }
    over = {path: (n, most) for path, most in public.items() if (n := statements(client, path)) > most}
    assert over == {}


DESKS = {
    "clerk": (
        "/desk",
        "/desk/submissions",
        "/desk/topics",
        "/desk/deliberations",
        "/desk/outcomes",
        "/desk/commitments",
    ),
    "town_office": ("/desk", "/desk/review", "/desk/outcomes", "/desk/rooms"),
    "doer": ("/desk", "/desk/commitments"),
    "district_office": ("/desk", "/desk/topics", "/desk/rooms"),
    "city_office": ("/desk", "/desk/feedback"),
}


def test_no_desk_asks_the_database_more_than_it_may(filled_town: None, client: Client) -> None:
    over = {}
    for part, pages in DESKS.items():
        client.force_login(User.objects.get(cast=part))
        for path in pages:
            found = statements(client, path)
            # What is due to me, or waits to become public, has things of every kind on it: it is counted as the page of one thing is.
            most = DETAIL_STATEMENTS if path in {"/desk", "/desk/review"} else LIST_STATEMENTS
            if found > most + WHO:
                over[f"{part} {path}"] = found
    client.force_login(User.objects.get(cast="clerk"))
    details = {
        f"/desk/submissions/{at_home(Submission.objects.filter(state='received', is_embargoed=False))}",
        f"/desk/topics/{at_home(Topic.objects.filter(is_embargoed=False))}",
        f"/desk/deliberations/{at_home(Deliberation.objects.all())}",
        f"/desk/outcomes/{at_home(Outcome.objects.all())}",
        f"/desk/commitments/{at_home(Commitment.objects.all())}",
    }
    for path in details:
        found = statements(client, path)
        if found > DETAIL_STATEMENTS + WHO:
            over[path] = found
    assert over == {}


def test_what_is_said_about_the_system_asks_no_more_than_it_may(filled_town: None, client: Client) -> None:
    """The office's page of one, and the person's own under its secret address, with all that was said."""
    received = feedback.receive(
        actor=ANONYMOUS, said=feedback.Said(FeedbackKind.HELP, "不会用", "budget"), at=clock.now()
    )
    assert statements(client, f"/f/{received.key}") <= DETAIL_STATEMENTS
    client.force_login(User.objects.get(cast="city_office"))
    for row in Feedback.objects.all():
        assert statements(client, f"/desk/feedback/{row.no}") <= DETAIL_STATEMENTS + WHO


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/", "/say", "/results"])
def test_a_first_page_is_light(
    open_page: Callable[..., Page], live_server: object, served_town: None, path: str
) -> None:
    page, answers = open_page("phone"), list[Response]()
    page.on("response", lambda answer: answers.append(answer))
    page.goto(f"{live_server}{path}", wait_until="networkidle")
    asked = [answer for answer in answers if not answer.url.startswith("data:")]
    assert {answer.url.startswith(str(live_server)) for answer in asked} == {True}
    assert len(asked) <= FIRST_PAGE_REQUESTS
    assert sum(len(answer.body()) for answer in asked) <= FIRST_PAGE_BYTES
