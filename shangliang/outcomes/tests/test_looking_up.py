"""Nobody decides on what they cannot look up: the assigning office opens the matter and its record from the outcome."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from shangliang.access.roles import Role
from shangliang.accounts.tests.factories import give, make_user
from shangliang.kit import clock
from shangliang.outcomes.models import Outcome
from shangliang.outcomes.tests.stages import COUNTY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def office(area_path: str) -> Client:
    user = make_user(f"assigns-{area_path}")
    give(user, Role.ASSIGNING_OFFICE, area_path=area_path)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_assigning_office_reads_the_matter_and_the_record(filed: Outcome) -> None:
    session = filed.deliberation
    assert session is not None
    addresses = [f"/desk/topics/{filed.topic.no}", f"/desk/deliberations/{session.no}"]
    own, other = office(COUNTY), office("32/3211/321111/")
    page = own.get(f"/desk/outcomes/{filed.no}").content.decode()
    for address in addresses:
        assert f'href="{address}"' in page
        seen = own.get(address)
        assert seen.status_code == 200
        assert "<form" not in seen.content.decode().split("<main", 1)[1].split("</main>", 1)[0], "to read"
        assert other.get(address).status_code == 404


def test_who_raised_it_stays_with_those_who_work_on_it(filed: Outcome) -> None:
    page = office(COUNTY).get(f"/desk/topics/{filed.topic.no}").content.decode()
    assert "/desk/submissions/" not in page
    raised = filed.topic.submissions.get()
    assert office("32/3211/").get(f"/desk/submissions/{raised.no}").status_code == 404
