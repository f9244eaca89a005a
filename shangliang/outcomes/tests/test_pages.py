"""Pages of outcomes and commitments: who may open them, what they ask, what they keep on an error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from shangliang.access.roles import Role
from shangliang.accounts.models import Grant, User
from shangliang.clocks.models import Clock
from shangliang.deliberations.models import Measure
from shangliang.kit import clock
from shangliang.kit.tests.pressing import sheets
from shangliang.outcomes.actions import assigning, drafting, filing, handling
from shangliang.outcomes.actions.asking import new_link
from shangliang.outcomes.actions.assigning import Order
from shangliang.outcomes.forms import AssignForm, Doers
from shangliang.outcomes.models import Commitment, Outcome, Rating
from shangliang.outcomes.states import CommitmentState, OutcomeState, Period, ReplyKind, Route
from shangliang.outcomes.tests.factories import PATH, Matter, cast, matter
from shangliang.places.rules import upto
from shangliang.places.states import AreaLevel
from shangliang.rulebook import book
from shangliang.topics.models import Topic

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
TOWN, COUNTY = upto(PATH, AreaLevel.TOWN), upto(PATH, AreaLevel.COUNTY)
PLACES = {
    Role.CLERK: {"room_no": "100001"},
    Role.FIRST_CONVENER: {"room_no": "100001"},
    Role.TOWN_OFFICE: {"area_path": TOWN},
    Role.ASSIGNING_OFFICE: {"area_path": COUNTY},
    Role.DISTRICT_OFFICE: {"area_path": COUNTY},
    Role.DOER: {"unit_code": "property-1"},
}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def case() -> Matter:
    return matter(NOW)


def as_role(role: Role, **place: str) -> Client:
    client = Client()
    where = place or PLACES[role]
    user, _ = User.objects.get_or_create(username=f"{role.value}{where}", display_name="王某")
    if not user.grants.exists():
        Grant.objects.create(user=user, role=role.value, from_on=date(2026, 1, 1), **where)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def outsider() -> Client:
    return as_role(Role.CLERK, room_no="100002")


def filed(case: Matter) -> Outcome:
    people = cast()
    outcome = drafting.draft_from_record(deliberation=case.deliberation, at=NOW)
    drafting.edit(outcome=outcome, text="换灯", kind="minutes", route="town", actor=people.clerk, at=NOW)
    drafting.countersign(outcome=outcome, actor=people.town, at=NOW)
    filing.file(outcome=outcome, actor=people.town, at=NOW)
    outcome.refresh_from_db()
    return outcome


def assigned(case: Matter) -> Commitment:
    order = Order("更换楼道灯", "每层灯都亮", case.unit, (), Period.NORMAL, date(2026, 12, 5))
    (made,) = assigning.assign(
        outcome=filed(case), route=Route.TOWN, orders=[order], actor=cast().town, at=NOW
    )
    return made


def replied(case: Matter) -> Commitment:
    made = assigned(case)
    handling.accept(commitment=made, actor=cast().doer, at=NOW)
    handling.reply(
        commitment=made, answer=handling.Answer(ReplyKind.SOLVED, "灯已换好。"), actor=cast().doer, at=NOW
    )
    made.refresh_from_db()
    return made


def test_the_outsider_finds_none_of_it(case: Matter) -> None:
    made = assigned(case)
    stranger = outsider()
    for path in (
        f"/desk/outcomes/{made.outcome.no}",
        f"/desk/commitments/{made.no}",
        f"/desk/commitments/{made.no.replace('2026', '2025')}",
        "/desk/commitments/x",
    ):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"/desk/commitments/{made.no}/accept").status_code == 404
    assert made.what not in stranger.get("/desk/commitments").content.decode()
    assert case.topic.title not in stranger.get("/desk/outcomes").content.decode()


@pytest.mark.parametrize("role", [Role.CLERK, Role.FIRST_CONVENER, Role.TOWN_OFFICE, Role.DISTRICT_OFFICE])
def test_who_works_on_it_opens_both_pages(case: Matter, role: Role) -> None:
    made = assigned(case)
    client = as_role(role)
    assert client.get(f"/desk/outcomes/{made.outcome.no}").status_code == 200
    assert made.what in client.get(f"/desk/commitments/{made.no}").content.decode()


def test_the_doer_sees_the_matter_and_not_who_raised_it(case: Matter) -> None:
    (raised,) = case.submissions
    raised.place_text = "3号楼501室"  # where somebody lives
    raised.save()
    made = assigned(case)
    doer = as_role(Role.DOER)
    assert "更换楼道灯" in doer.get(f"/desk/commitments/{made.no}").content.decode()
    for path in (f"/desk/commitments/{made.no}", "/desk/commitments", "/desk", "/desk/inbox?all=1"):
        page = doer.get(path).content.decode()
        assert not [words for words in (raised.text, raised.place_text) if words in page], path
    for path in (f"/desk/outcomes/{made.outcome.no}", f"/desk/submissions/{raised.no}"):
        assert doer.get(path).status_code == 404


def test_a_clerk_who_opens_it_may_not_sign_for_the_doer(case: Matter) -> None:
    made = assigned(case)
    assert as_role(Role.CLERK).post(f"/desk/commitments/{made.no}/accept").status_code == 403
    made.refresh_from_db()
    assert made.state == CommitmentState.ASSIGNED


def test_the_doer_accepts_plans_and_replies(case: Matter) -> None:
    made = assigned(case)
    doer = as_role(Role.DOER)
    page = f"/desk/commitments/{made.no}"
    assert doer.post(f"{page}/accept").status_code == 302
    assert doer.post(f"{page}/plan", {"plan": "先查线路"}).status_code == 302
    form = sheets(doer.get(page))[f"{page}/reply"]
    assert "kind" in form.names
    assert "kind" not in form.fields, "whether it is solved is said, not left as it stood"
    assert doer.post(f"{page}/reply", {"kind": "a", "text": "灯已换好。"}).status_code == 302
    made.refresh_from_db()
    assert made.state == CommitmentState.ASKING


def test_a_reply_without_words_is_told_all_that_is_missing_and_keeps_the_rest(case: Matter) -> None:
    made = assigned(case)
    doer = as_role(Role.DOER)
    doer.post(f"/desk/commitments/{made.no}/accept")
    page = doer.post(f"/desk/commitments/{made.no}/reply", {"kind": "b", "text": ""}).content.decode()
    assert "请写明办理情况。" in page
    assert "请填写计划办理（或再次研究）的日期。" in page
    assert 'value="b"' in page


def test_a_pdf_named_jpg_is_refused_with_a_sentence(case: Matter) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    made = assigned(case)
    doer = as_role(Role.DOER)
    doer.post(f"/desk/commitments/{made.no}/accept")
    file = SimpleUploadedFile("a.jpg", b"%PDF-1.7", "image/jpeg")
    page = doer.post(
        f"/desk/commitments/{made.no}/reply", {"kind": "a", "text": "灯已换好。", "after": file}
    ).content.decode()
    assert "这个文件不是照片" in page
    assert "灯已换好。" in page


def test_the_town_assigns_on_the_page(case: Matter) -> None:
    outcome = filed(case)
    town = as_role(Role.TOWN_OFFICE)
    page = town.get(f"/desk/outcomes/{outcome.no}").content.decode()
    assert "更换楼道灯" in page  # the record's measure stands in the first row already
    form = {
        "route": "town",
        "what-1": "更换楼道灯",
        "how_seen-1": "每层灯都亮",
        "lead-1": str(case.unit.pk),
        "period-1": "normal",
        "due_on-1": "2026-12-05",
    }
    assert town.post(f"/desk/outcomes/{outcome.no}/assign", form).status_code == 302
    assert Commitment.objects.get().lead == case.unit


def test_one_measure_goes_to_a_unit_and_the_community_does_the_other_itself(case: Matter) -> None:
    outcome = filed(case)
    record = case.deliberation.record
    Measure.objects.create(record=record, what="劝导乱停车", how_seen="楼道里没有车", doer_text="居委会")
    town, clerk = as_role(Role.TOWN_OFFICE), as_role(Role.CLERK)
    page = f"/desk/outcomes/{outcome.no}"
    shown = town.get(page).content.decode()
    assert "会上说由谁办：居委会" in shown
    assert shown.count('<option value="room"') == len(re.findall(r'name="lead-\d+"', shown)) > 1
    form = {
        "route": "town",
        "what-1": "更换楼道灯",
        "how_seen-1": "每层灯都亮",
        "lead-1": str(case.unit.pk),
        "period-1": "normal",
        "due_on-1": "2026-12-05",
        "what-2": "劝导乱停车",
        "how_seen-2": "楼道里没有车",
        "lead-2": "room",
        "period-2": "normal",
        "due_on-2": "2026-12-05",
    }
    assert town.post(f"{page}/assign", {**form, "lead-2": ""}).status_code == 200
    assert not Commitment.objects.exists(), "nobody is chosen by leaving it empty"
    assert town.post(f"{page}/assign", form).status_code == 302
    units, own = Commitment.objects.order_by("pk")
    assert (units.lead, own.lead) == (case.unit, None)
    waiting = {row.subject_no: row.role for row in Clock.objects.running().filter(rule=assigning.ACCEPT)}
    assert waiting == {units.no: Role.DOER, own.no: Role.CLERK}
    assert "劝导乱停车" in clerk.get("/desk").content.decode()
    assert clerk.post(f"/desk/commitments/{own.no}/accept").status_code == 302
    own.refresh_from_db()
    assert own.state == CommitmentState.UNDER_WAY
    assert "村（社区）自己办" in town.get(f"/desk/commitments/{own.no}").content.decode()


def test_what_concerns_the_rooms_cadres_is_never_given_to_the_room(case: Matter) -> None:
    form = AssignForm(doers=Doers.of([case.unit], clock.today()), may_be_the_room=False)
    assert "room" not in dict(form.fields["lead-1"].choices)  # type: ignore[attr-defined]
    assert "room" in dict(AssignForm(doers=Doers.of([case.unit], clock.today())).fields["lead-1"].choices)  # type: ignore[attr-defined]


def typed(page: str, name: str) -> list[str]:
    """What stands in the boxes of a day: year, month, day."""
    boxes = re.findall(rf'<input\b[^>]*?name="{name}(?:_month|_day)?"[^>]*>', page)
    return [(re.findall(r'value="([^"]*)"', box) or [""])[0] for box in boxes]


def test_the_town_reads_what_it_is_about_and_is_offered_no_day_that_has_passed(case: Matter) -> None:
    outcome = filed(case)
    Topic.objects.filter(pk=outcome.topic_id).update(place_text="三号楼二层", summary="楼道灯坏了半年")
    measure = Measure.objects.get()
    page = f"/desk/outcomes/{outcome.no}"
    shown = as_role(Role.TOWN_OFFICE).get(page).content.decode()
    due = measure.due_on
    assert due is not None
    assert typed(shown, "due_on-1") == [str(due.year), str(due.month), str(due.day)]
    assert "三号楼二层" in shown
    assert "楼道灯坏了半年" in shown
    Measure.objects.update(due_on=clock.today() - timedelta(days=1))
    shown = as_role(Role.TOWN_OFFICE).get(page).content.decode()
    assert typed(shown, "due_on-1") == ["", "", ""]


def test_the_page_of_a_session_leads_to_its_own_outcome(case: Matter) -> None:
    outcome = filed(case)
    page = f"/desk/deliberations/{outcome.deliberation.no}"  # type: ignore[union-attr]
    shown = as_role(Role.TOWN_OFFICE).get(page).content.decode()
    assert f'<a href="/desk/outcomes/{outcome.no}">看成果</a>' in shown


def test_an_assignment_without_doer_and_date_is_told_so_and_kept(case: Matter) -> None:
    outcome = filed(case)
    form = {
        "route": "town",
        "what-1": "更换楼道灯",
        "period-1": "normal",
    }
    page = as_role(Role.TOWN_OFFICE).post(f"/desk/outcomes/{outcome.no}/assign", form).content.decode()
    assert "第 1 项：请选择主办单位。" in page
    assert "第 1 项：请填写办结日期。" in page
    assert 'value="更换楼道灯"' in page
    assert not Commitment.objects.exists()


def test_a_draft_proposes_nobody_and_says_that_somebody_has_to_be_chosen(case: Matter) -> None:
    outcome = drafting.draft_from_record(deliberation=case.deliberation, at=NOW)
    Outcome.objects.update(route="")
    clerk, page = as_role(Role.CLERK), f"/desk/outcomes/{outcome.no}"
    shown = clerk.get(page).content.decode()
    assert re.search(r'<option value=""[^>]*>\s*请选择', shown)
    assert "不需要办" not in shown, "nobody has said so"
    saved = clerk.post(f"{page}/edit", {"kind": "minutes", "text": "换灯", "route": ""}, follow=True)
    assert "请选择由谁来办：自己办、镇（街道）交办，或报送上级。" in saved.content.decode()


def test_both_conveners_sign_on_the_page(case: Matter) -> None:
    outcome = drafting.draft_from_record(deliberation=case.deliberation, at=NOW)
    as_role(Role.CLERK).post(
        f"/desk/outcomes/{outcome.no}/edit", {"kind": "minutes", "text": "换灯", "route": "town"}
    )
    first, second = as_role(Role.FIRST_CONVENER), as_role(Role.SECOND_CONVENER, room_no="100001")
    page = f"/desk/outcomes/{outcome.no}"
    first.post(f"{page}/countersign")
    assert "签字同意" not in first.get(page).content.decode(), "nobody is asked twice"
    assert "签字同意" in second.get(page).content.decode()
    again = first.post(f"{page}/countersign", follow=True).content.decode()
    assert "这一步已经办过" in again
    second.post(f"{page}/countersign")
    outcome.refresh_from_db()
    assert outcome.state == OutcomeState.COUNTERSIGNED
    assert as_role(Role.CLERK).post(f"/desk/outcomes/{outcome.no}/file").status_code == 403


def test_opening_the_rating_link_changes_nothing(case: Matter) -> None:
    made = replied(case)
    token = new_link(made.invitations.get())
    for _ in range(3):
        assert Client().get(f"/t/rate/{token}").status_code == 200
        assert Client().head(f"/t/rate/{token}").status_code == 200
    assert not Rating.objects.exists()


def test_a_resident_rates_by_link_without_an_account(case: Matter) -> None:
    made = replied(case)
    token = new_link(made.invitations.get())
    answer = {"level": "5", "is_solved": "yes", "reason": ""}
    assert "谢谢您的评价" in Client().post(f"/t/rate/{token}", answer).content.decode()
    made.refresh_from_db()
    assert made.state == CommitmentState.CLOSED
    assert "这次评价已经完成" in Client().get(f"/t/rate/{token}").content.decode()
    Client().post(f"/t/rate/{token}", answer)
    assert Rating.objects.count() == 1


def test_dissatisfaction_without_a_reason_is_asked_for_and_kept(case: Matter) -> None:
    made = replied(case)
    token = new_link(made.invitations.get())
    page = Client().post(f"/t/rate/{token}", {"level": "1", "is_solved": "no"}).content.decode()
    assert "请说说哪里不满意" in page
    assert not Rating.objects.exists()


@pytest.mark.parametrize("token", ["x", "😀", "a" * 300])
def test_a_wrong_link_is_not_found_and_kept_by_nobody(token: str) -> None:
    answer = Client().get(f"/t/rate/{token}")
    assert answer.status_code == 404
    assert answer["Cache-Control"] == "no-store"


def test_desk_pages_cost_the_same_however_many(
    case: Matter, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    orders = [
        Order(f"事{n}", "看", case.unit, (case.other_unit,), Period.NORMAL, date(2026, 12, 5))
        for n in range(12)
    ]
    made = assigning.assign(outcome=filed(case), route=Route.TOWN, orders=orders, actor=cast().town, at=NOW)
    client = as_role(Role.TOWN_OFFICE)
    for path, most in (  # three of them say who is signed in; a list reads its page's keys, then those rows
        ("/desk/commitments", 9),
        ("/desk/outcomes", 9),
        (f"/desk/commitments/{made[0].no}", 16),
        (f"/desk/outcomes/{made[0].outcome.no}", 12),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(path).status_code == 200


SWITCHED_ON = f"""
[[override]]
id = "outcomes.public_overdue_allowed"
area_path = "{COUNTY}"
document = "京政办〔2026〕9号"
values = [{{ from = 2026-01-01, value = true }}]
"""


@pytest.mark.parametrize("is_allowed", [False, True])
def test_a_late_doer_is_red_in_public_only_where_an_office_has_switched_it_on(
    case: Matter, is_allowed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = assigned(case)
    handling.accept(commitment=made, actor=cast().doer, at=NOW)
    Clock.objects.filter(stopped_at=None).update(reminded_at=NOW)
    if is_allowed:
        (tmp_path / "own.toml").write_text(SWITCHED_ON)
        monkeypatch.setenv("SHANGLIANG_RULEBOOK", str(tmp_path))
    book.cache_clear()
    try:
        red: list[bool] = []
        for day in (11, 14):  # the fifth and the sixth working day after Saturday, 5 December
            with clock.at(datetime(2026, 12, day, 2, tzinfo=UTC)):
                page = Client().get("/results").content.decode()
                topic = Client().get(f"/topics/{made.topic.no}").content.decode()
            assert "更换楼道灯" in page
            if not is_allowed:
                assert not [word for word in ("逾期", "超过时间", "催办") if word in topic + page]
            assert ("办理中，稍有延后" in page) != ("已逾期，正在催办" in page)
            red.append("status late" in page)
            assert red[-1] == ("已逾期，正在催办" in page)
        assert red == [False, is_allowed]
    finally:
        book.cache_clear()
