"""The forms of slips and of the review pressed wrong, then put right on the page that came back: the second is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from shangliang.access.roles import Role
from shangliang.access.things import house
from shangliang.clocks.tasks import tick
from shangliang.events.tasks import react
from shangliang.kit import clock, ids
from shangliang.kit.tests.pressing import Case, put_right, sheets
from shangliang.ledger.models import Entry
from shangliang.outcomes.models import Commitment
from shangliang.topics.actions import quick, screening
from shangliang.topics.actions.intake import Received
from shangliang.topics.models import Note, Submission, Topic
from shangliang.topics.states import Grade, SubmissionState
from shangliang.topics.tests.factories import NOW, TOWN, cast, opened, places, raised, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("numbered_from_one")]
Standing = tuple[Client, str, str]


@pytest.fixture(autouse=True)
def _now(settings: LazySettings, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = str(tmp_path)
    with clock.at(NOW):
        yield


def on_slip(
    what: str, before: Callable[[Received], object] | None = None, *, is_holder: bool = True
) -> Callable[[], Standing]:
    def stands() -> Standing:
        given = raised(places().room, phone="139 0000 1234")
        if before:
            before(given)
        client = Client()
        if is_holder:
            client.get(f"/s/{given.slip}/{given.key}")
        return client, f"/s/{given.slip}", f"/s/{given.slip}/do/{what}"

    return stands


def asked(given: Received) -> None:
    screening.ask_supplement(submission=given.submission, question="哪一层？", actor=cast().clerk, at=NOW)


def answered() -> Standing:
    """A matter that was answered on the spot, and whoever raised it is asked how it went."""
    client, page, _action = on_slip("", lambda given: None)()
    people = cast()
    topic = opened(Submission.objects.get(), people.clerk, Grade.QUICK)
    quick.answer(topic=topic, text="已换灯泡", unit=None, actor=people.clerk, at=NOW)
    while react(NOW):
        pass
    return client, f"{page}/rate/{Commitment.objects.get().no}", ""


def in_review() -> Standing:
    for _ in range(2):
        opened(
            raised(Topic.objects.get().room if Topic.objects.exists() else places().room).submission,
            cast().clerk,
        )
    client = Client()
    signed_in(client, Role.REVIEWER, area_path=TOWN)
    return client, "/desk/review", "/desk/review/topic/2026-000001/hold-back"


CASES = (
    Case(
        "slip_do supplement",
        on_slip("supplement", asked),
        {"text": " \n"},
        {"text": "三单元四层"},
        "请写下要说的话。",
    ),
    Case(
        "slip_do note",
        on_slip("note"),
        {"text": "还没修" * 101},
        {"text": "还没修"},
        "最多写 300 个字，现在有 303 个",
    ),
    Case(
        "slip_do tail",
        on_slip("tail", is_holder=False),
        {"tail": "0000"},
        {"tail": "1234"},
        "请再核对手机号的后四位",
    ),
    Case(
        "slip_rate", answered, {"level": "2", "is_solved": "no"}, {"reason": "还是不亮"}, "请说说哪里不满意"
    ),
    Case("slip_rate", answered, {"level": "5"}, {"is_solved": "yes"}, "请选一项"),
    Case("review_do hold-back", in_review, {"reason": "字" * 201}, {"reason": "写了门牌"}, "最多写 200"),
    Case("review_do hold-back", in_review, {"reason": " "}, {"reason": "写了门牌"}, "请写明理由。"),
)
TRIED = frozenset(case.form for case in CASES) | {"slips", "slip_do erase"}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_was_wrong_is_put_right_and_saved(case: Case) -> None:
    before = 0

    def stands() -> Standing:
        nonlocal before
        found = case.stands()
        before = Entry.objects.count()
        return found

    second = put_right(Case(case.form, stands, case.wrong, case.right, case.said))
    assert second.status_code == 302
    if case.form == "slip_do tail":
        assert second.wsgi_request.path.startswith(second["Location"]), "it is open now"
        assert "key" in second.cookies
    else:
        assert Entry.objects.count() > before


def test_every_form_of_the_review_is_tried() -> None:
    acts = {f"review_do {act.name}" for act in house().thing("post").acts if act.form}
    acts -= {"review_do release"}  # has something to fill in only for an answer with photos, see outcomes
    assert acts == {case.form for case in CASES if case.form.startswith("review_do")}


def test_a_mistyped_number_is_put_right() -> None:
    given = raised(places().room)
    right: dict[str, object] = {"no": ids.show_slip(given.slip)}
    second = put_right(
        Case("slips", lambda: (Client(), "/s", "/s"), {"no": "1234 5678"}, right, "请再核对一遍")
    )
    assert second["Location"] == f"/s/{given.slip}"


def test_erasing_asks_again_for_the_digits_that_were_wrong() -> None:
    client, page, action = on_slip("erase")()
    asked = client.post(action, sheets(client.get(page))[action].fields)
    wrong = client.post(action, sheets(asked)[action].filled(sure="yes", digits="abc"))
    assert "请再输入一遍" in wrong.content.decode()
    form = sheets(wrong)[action]
    assert form.fields["digits"] == ["abc"]
    right = client.post(action, form.filled(sure="yes", digits=page[-4:]))
    assert "已经抹去" in right.content.decode()
    assert Submission.objects.get().state == SubmissionState.ERASED


def test_what_was_typed_after_the_days_to_add_it_is_kept_and_sent_as_a_message() -> None:
    client, page, action = on_slip("supplement", asked)()
    form = sheets(client.get(page))[action]
    late = NOW + timedelta(days=30)
    tick(late)
    while react(late):
        pass
    assert Submission.objects.get().state == SubmissionState.RECEIVED
    again = client.post(action, form.filled(text="三单元四层"))
    assert "补充的时间已经过了" in again.content.decode()
    note = sheets(again)[f"{page}/do/note"]
    assert note.fields["text"] == ["三单元四层"]
    assert client.post(note.action, note.fields).status_code == 302
    assert Note.objects.filter(is_from_staff=False).get().text == "三单元四层"
