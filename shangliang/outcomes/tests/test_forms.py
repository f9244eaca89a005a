"""Every form of the desk pages pressed wrong, then put right on the page that came back: the second press is saved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shangliang.access.roles import Role
from shangliang.access.things import house
from shangliang.accounts.models import Grant, User
from shangliang.clocks.models import Clock
from shangliang.kit import clock
from shangliang.kit.templatetags.kit import may_be_empty
from shangliang.kit.tests.made import pdf
from shangliang.kit.tests.pressing import beside, press_wrong_then_right, sheets
from shangliang.ledger.models import Entry
from shangliang.outcomes.actions import drafting, explaining, handling
from shangliang.outcomes.actions.asking import new_link
from shangliang.outcomes.forms import RatingForm, ReplyForm
from shangliang.outcomes.models import Commitment, Rating, Reply
from shangliang.outcomes.states import CommitmentState, FileKind, OutcomeState, ReplyKind
from shangliang.outcomes.tests.factories import PATH, Cast
from shangliang.outcomes.tests.starts import Start, begin, lead_on, lead_to, promise
from shangliang.outcomes.things import COMMITMENTS, OUTCOMES
from shangliang.places.rules import upto
from shangliang.places.states import AreaLevel
from shangliang.topics.actions import held_files
from shangliang.topics.tests.factories import photo_file

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
TOWN, COUNTY = upto(PATH, AreaLevel.TOWN), upto(PATH, AreaLevel.COUNTY)
A, C, R = OutcomeState, CommitmentState, Role
PLACES = {
    R.CLERK: {"room_no": "100001"},
    R.TOWN_OFFICE: {"area_path": TOWN},
    R.ASSIGNING_OFFICE: {"area_path": COUNTY},
    R.DISTRICT_OFFICE: {"area_path": COUNTY},
    R.DOER: {"unit_code": "property-1"},
    R.REVIEWER: {"area_path": TOWN},
}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def as_role(role: Role) -> Client:
    client = Client()
    user, _ = User.objects.get_or_create(username=role.value, display_name="王某")
    place = PLACES[role]
    if not Grant.objects.filter(user=user, role=role.value, **place).exists():
        Grant.objects.create(user=user, role=role.value, from_on=date(2026, 1, 1), **place)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@dataclass(frozen=True)
class Case:
    """One form: whose it is, from where, what is wrong at first and what puts it right, and the words of the error."""

    act: str
    role: Role
    start: Callable[[Cast], Start]
    wrong: dict[str, object]
    right: dict[str, object]
    said: str
    kind: str = "commitment"

    def __str__(self) -> str:
        return f"{self.kind} {self.act} {self.role.value}"


def outcome(state: OutcomeState) -> Callable[[Cast], Start]:
    return lambda people: lead_to(begin(NOW, people), state, NOW)


def standing(state: CommitmentState) -> Callable[[Cast], Start]:
    return lambda people: lead_on(promise(begin(NOW, people), NOW), state, NOW)


def fresh(people: Cast) -> Start:
    """A draft as the record left it."""
    start = begin(NOW, people)
    drafting.edit(outcome=start.outcome, text="换灯", kind="minutes", route="", actor=people.clerk, at=NOW)
    return start


def asking_for_time(people: Cast) -> Start:
    start = standing(C.UNDER_WAY)(people)
    handling.ask_extension(
        commitment=start.made, until=date(2027, 1, 20), reason="等配件", actor=people.doer, at=NOW
    )
    return start


def asked_after(people: Cast) -> Start:
    start = standing(C.UNDER_WAY)(people)
    Clock.objects.running().of(start.made.subject).update(due_at=NOW - timedelta(days=3))
    explaining.ask_after(commitment=start.made, actor=people.leader, at=NOW)
    return start


def kept(people: Cast) -> Start:
    start = standing(C.UNDER_WAY)(people)
    explaining.say_to_district(start.made, NOW)
    return start


NOT_SOLVED: dict[str, object] = {"rated_by": "room_clerk", "is_solved": "no", "level": "2"}
CASES = (
    Case(
        "edit",
        R.CLERK,
        fresh,
        {"text": "字" * 2001, "route": "town"},
        {"text": "换灯"},
        "最多写 2000",
        "outcome",
    ),
    Case(
        "assign",
        R.TOWN_OFFICE,
        outcome(A.FILED),
        {"lead-1": "", "how_seen-1": "", "what-2": "再装一盏"},
        {"lead-1": "unit", "how_seen-1": "灯亮", "what-2": ""},
        "第 1 项：请选择主办单位。",
        "outcome",
    ),
    Case(
        "assign",
        R.ASSIGNING_OFFICE,
        outcome(A.REPORTED),
        {"approval_no": "京政办批〔2026〕1号", "approval_on": "0026-11-20", "due_on-1": "9999-12-31"},
        {"approval_on": "2026-11-20", "due_on-1": "2026-12-05"},
        "请看看年份写得对不对",
        "outcome",
    ),
    Case(
        "assign",
        R.ASSIGNING_OFFICE,
        outcome(A.REPORTED),
        {"approval_on": "2026-11-20", "due_on-1": "2026-11-01"},
        {"approval_no": "京政办批〔2026〕1号", "due_on-1": "2026-12-05"},
        "请填写批示的文号。",
        "outcome",
    ),
    Case(
        "report",
        R.TOWN_OFFICE,
        outcome(A.FILED),
        {"reported_to": " "},
        {"reported_to": "区政府"},
        "哪个党委",
        "outcome",
    ),
    Case(
        "refuse",
        R.ASSIGNING_OFFICE,
        outcome(A.REPORTED),
        {},
        {"reason": "没有预算"},
        "不采纳须写明理由",
        "outcome",
    ),
    Case(
        "reply",
        R.DOER,
        standing(C.UNDER_WAY),
        {"kind": "b", "text": "列入明年计划"},
        {"planned_on": "2027-04-01"},
        "请填写计划办理（或再次研究）的日期。",
    ),
    Case("plan", R.DOER, standing(C.UNDER_WAY), {"plan": " "}, {"plan": "先查线路"}, "请写明打算怎么办。"),
    Case("decline", R.DOER, standing(C.ASSIGNED), {}, {"reason": "属于住建局"}, "请说明为什么"),
    Case(
        "enter-accept",
        R.TOWN_OFFICE,
        standing(C.ASSIGNED),
        {"way": "paper"},
        {"way": "telephone"},
        "书面的请拍一张照片附上。",
    ),
    Case(
        "enter-decline",
        R.TOWN_OFFICE,
        standing(C.ASSIGNED),
        {"way": "telephone"},
        {"reason": "属于住建局"},
        "请说明为什么",
    ),
    Case(
        "enter-plan",
        R.TOWN_OFFICE,
        standing(C.UNDER_WAY),
        {"way": "telephone", "plan": " "},
        {"plan": "先查线路"},
        "请写明打算怎么办。",
    ),
    Case(
        "enter-extension",
        R.TOWN_OFFICE,
        standing(C.UNDER_WAY),
        {"way": "telephone", "until": "2026-11-24", "reason": "等配件"},
        {"until": "2027-01-20"},
        "新的日期应当晚于原来的日期。",
    ),
    Case(
        "enter-reply",
        R.TOWN_OFFICE,
        standing(C.UNDER_WAY),
        {"way": "telephone", "kind": "b", "text": "列入明年计划"},
        {"planned_on": "2027-04-01"},
        "请填写计划办理（或再次研究）的日期。",
    ),
    Case(
        "decline",
        R.DOER,
        standing(C.ASSIGNED),
        {"reason": "长" * 201},
        {"reason": "属于住建局"},
        "最多写 200",
    ),
    Case(
        "extend",
        R.TOWN_OFFICE,
        standing(C.UNDER_WAY),
        {"until": "2026-11-24", "reason": "等配件"},
        {"until": "2027-01-20"},
        "新的日期应当晚于原来的日期。",
    ),
    Case(
        "extend",
        R.TOWN_OFFICE,
        standing(C.PLANNED),
        {"until": "2027-08-01"},
        {"reason": "资金没到"},
        "请写明延期理由",
    ),
    Case(
        "ask-extension",
        R.DOER,
        standing(C.UNDER_WAY),
        {"until": "2026-11-24", "reason": "等配件"},
        {"until": "2027-01-20"},
        "新的日期应当晚于原来的日期。",
    ),
    Case(
        "refuse-extension",
        R.TOWN_OFFICE,
        asking_for_time,
        {"reason": " "},
        {"reason": "原来的日子够用"},
        "请写明为什么不同意延期",
    ),
    Case("explain", R.TOWN_OFFICE, asked_after, {"text": " "}, {"text": "配件没有到"}, "请说明为什么晚了"),
    Case("hear", R.DISTRICT_OFFICE, kept, {"note": "字" * 301}, {"note": "请换一家队伍"}, "最多写 300"),
    Case("reassign", R.TOWN_OFFICE, standing(C.DECLINED), {"lead": ""}, {"lead": "unit"}, "请选一项。"),
    Case(
        "hand-on",
        R.TOWN_OFFICE,
        standing(C.UNDER_WAY),
        {"lead": "other"},
        {"reason": "产权在区里"},
        "请写明为什么改派",
    ),
    Case(
        "resume",
        R.TOWN_OFFICE,
        standing(C.SHELVED),
        {"due_on": "2026-11-01"},
        {"due_on": "2027-01-20"},
        "日期必须在今天之后。",
    ),
    Case("rate", R.CLERK, standing(C.ASKING), NOT_SOLVED, {"reason": "还是不亮"}, "请说说哪里不满意"),
    Case(
        "rate",
        R.TOWN_OFFICE,
        standing(C.CALLING_BACK),
        {**NOT_SOLVED, "rated_by": "call_back"},
        {"reason": "还是不亮"},
        "请说说哪里不满意",
    ),
    Case(
        "rate",
        R.CLERK,
        standing(C.ASKING),
        {"rated_by": "room_clerk", "is_solved": "no", "level": "4"},
        {"is_meant": "on"},
        "是不是点错了",
    ),
    Case(
        "rate",
        R.TOWN_OFFICE,
        standing(C.ASKING),
        {"rated_by": "paper_card", "is_solved": "yes", "level": "4", "slip": "1234 5678 9013"},
        {"slip": ""},
        "这个号不对",
    ),
    Case(
        "decide",
        R.DISTRICT_OFFICE,
        standing(C.DISPUTED),
        {"verdict": "not_done"},
        {"reason": "产权没有理清"},
        "裁定须写明理由",
    ),
    Case(
        "look-back",
        R.CLERK,
        standing(C.CLOSED),
        {"still_holds": "no"},
        {"note": "又坏了"},
        "请写明出了什么变化",
    ),
)


TRIED = frozenset(f"{case.kind}_do {case.act}" for case in CASES) | {"rate", "review_do release"}
NAMES = {act.name for kind in (OUTCOMES, COMMITMENTS) for act in kind.acts}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_was_wrong_is_put_right_and_saved(people: Cast, case: Case) -> None:
    start = case.start(people)
    row = start.outcome if case.kind == "outcome" else start.made
    thing = house().thing(case.kind)
    page = thing.link(row.no)
    units = {"unit": str(start.case.unit.pk), "other": str(start.case.other_unit.pk)}
    wrong, right = ({k: units.get(str(v), v) for k, v in each.items()} for each in (case.wrong, case.right))
    before = Entry.objects.count()
    first, second = press_wrong_then_right(as_role(case.role), page, f"{page}/{case.act}", wrong, right)
    assert case.said in first.content.decode()
    assert (second.status_code, second["Location"]) in {(302, page), (302, f"/desk/{case.kind}s")}
    assert Entry.objects.count() > before
    act = thing.act(case.act)
    assert act is not None
    assert [str(message) for message in get_messages(second.wsgi_request)] == [str(act.said)]


def test_every_form_of_the_desk_is_tried() -> None:
    with_form = {
        (kind, act.name) for kind in ("outcome", "commitment") for act in house().thing(kind).acts if act.form
    }
    assert with_form == {(case.kind, case.act) for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_form_leads_to_an_address_that_hangs_on_the_page(people: Cast, case: Case) -> None:
    """Relative ones led nowhere once the page itself had come back from a press."""
    start = case.start(people)
    page = house().thing(case.kind).link((start.outcome if case.kind == "outcome" else start.made).no)
    client = as_role(case.role)
    for answer in (client.get(page), client.post(f"{page}/{case.act}", case.wrong)):
        found = [action for action in sheets(answer) if action.rpartition("/")[2] in NAMES]
        assert found
        assert [action for action in found if not action.startswith(f"{page}/")] == []


def test_a_photo_is_kept_while_the_rest_is_put_right(people: Cast) -> None:
    made = standing(C.UNDER_WAY)(people).made
    page = f"/desk/commitments/{made.no}"
    photo = photo_file("a.jpg")
    first, second = press_wrong_then_right(
        as_role(Role.DOER),
        page,
        f"{page}/reply",
        {"kind": "a", "text": " ", "after": photo},
        {"text": "灯已换好。"},
    )
    assert "刚才选的还在（1 份），不用再选" in first.content.decode()
    assert "照片和文件请再选一次" not in first.content.decode()
    assert second.status_code == 302
    reply = Reply.objects.get(commitment=made)
    assert [(row.kind, row.file.size > 0) for row in reply.files.all()] == [("after", True)]
    _folders, files = default_storage.listdir(held_files.FOLDER)
    assert files == [], "what was kept for a while lies with the reply now"


def test_a_photo_that_is_none_is_said_beside_it_and_the_words_stay(people: Cast) -> None:
    made = standing(C.UNDER_WAY)(people).made
    page = f"/desk/commitments/{made.no}"
    file = SimpleUploadedFile("a.jpg", b"%PDF-1.7", "image/jpeg")
    first, second = press_wrong_then_right(
        as_role(Role.DOER), page, f"{page}/reply", {"kind": "a", "text": "灯已换好。", "after": file}, {}
    )
    assert "这个文件不是照片" in first.content.decode()
    assert "照片和文件请再选一次" in first.content.decode()
    assert second.status_code == 302
    assert not Reply.objects.get(commitment=made).files.exists()


def test_several_photos_and_the_letter_are_kept_while_the_rest_is_put_right(people: Cast) -> None:
    made = standing(C.UNDER_WAY)(people).made
    page = f"/desk/commitments/{made.no}"
    letter = SimpleUploadedFile("函.pdf", pdf(), "application/pdf")
    given = {
        "kind": "a",
        "text": " ",
        "before": [photo_file("a.jpg")],
        "after": [photo_file("b.jpg"), photo_file("c.jpg")],
        "letter": letter,
    }
    first, second = press_wrong_then_right(
        as_role(Role.DOER), page, f"{page}/reply", given, {"text": "灯已换好。"}
    )
    assert "刚才选的还在（2 份）" in first.content.decode()
    assert second.status_code == 302
    rows = Reply.objects.get(commitment=made).files.order_by("pk")
    assert [(row.kind, row.ending) for row in rows] == [
        ("before", "jpg"),
        ("after", "jpg"),
        ("after", "jpg"),
        ("letter", "pdf"),
    ]
    assert default_storage.listdir(held_files.FOLDER)[1] == []


@pytest.mark.parametrize(
    ("field", "files", "said"),
    [
        ("after", [photo_file(f"{n}.jpg") for n in range(7)], "一次最多选 6 张照片"),
        ("letter", SimpleUploadedFile("a.doc", b"\xd0\xcf\x11\xe0 old"), "老格式的 Word"),
        ("letter", SimpleUploadedFile("a.pdf", b"%PDF-1.7 half"), "没有传完整"),
        ("letter", SimpleUploadedFile("a.exe", b"MZ..."), "请上传 PDF、Word（docx）或者照片"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_taken_is_said_beside_its_field(
    people: Cast, field: str, files: object, said: str
) -> None:
    made = standing(C.UNDER_WAY)(people).made
    page = f"/desk/commitments/{made.no}"
    first, second = press_wrong_then_right(
        as_role(Role.DOER), page, f"{page}/reply", {"kind": "a", "text": "灯已换好。", field: files}, {}
    )
    assert said in beside(first, field)
    assert second.status_code == 302
    assert not Reply.objects.get(commitment=made).files.exists()


def test_a_rating_without_its_reason_is_put_right_by_the_resident(people: Cast) -> None:
    made = standing(C.ASKING)(people).made
    page = f"/t/rate/{new_link(made.invitations.get())}"
    first, second = press_wrong_then_right(
        Client(), page, "", {"level": "2", "is_solved": "no"}, {"reason": "还是不亮"}
    )
    assert "请说说哪里不满意" in first.content.decode()
    assert second.status_code == 200
    assert Commitment.objects.get(pk=made.pk).state == CommitmentState.UNDER_WAY


@pytest.mark.parametrize(
    ("wrong", "said", "box"),
    [
        ({"level": "4", "is_solved": "no", "reason": "人很好"}, "是不是点错了", "is_meant"),
        ({"level": "4", "is_solved": "yes", "reason": "打 13800001234"}, "好像有手机号", "keeps_data"),
        ({"level": "4", "is_solved": "yes", "reason": "5幢502王桂芳说"}, "好像有姓名和门牌", "keeps_data"),
    ],
    ids=["not solved and satisfied", "a number", "a name at its door"],
)
def test_what_may_be_a_slip_of_the_finger_is_asked_back_once(
    people: Cast, wrong: dict[str, object], said: str, box: str
) -> None:
    made = standing(C.ASKING)(people).made
    page = f"/t/rate/{new_link(made.invitations.get())}"
    assert boxes(Client().get(page).content.decode()) == ["for_district"]
    first, second = press_wrong_then_right(Client(), page, "", wrong, {box: "on"})
    assert said in first.content.decode()
    assert boxes(first.content.decode()) == ["for_district", box]
    assert second.status_code == 200
    row = Rating.objects.get()
    kept = {"level": str(row.level), "is_solved": "yes" if row.is_solved else "no", "reason": row.reason}
    assert kept == wrong


def boxes(page: str) -> list[str]:
    """The boxes to tick that somebody sees."""
    return re.findall(r'<input type="checkbox" name="(\w+)"', page)


@pytest.mark.parametrize(
    ("role", "ways"),
    [(R.CLERK, ["room_clerk"]), (R.TOWN_OFFICE, ["room_clerk", "paper_card", "call_back"])],
    ids=str,
)
def test_nobody_is_offered_a_way_of_rating_that_is_not_theirs(
    people: Cast, role: Role, ways: list[str]
) -> None:
    made = standing(C.ASKING)(people).made
    page = as_role(role).get(f"/desk/commitments/{made.no}").content.decode()
    offered = [way for way in ("room_clerk", "paper_card", "call_back") if f'value="{way}"' in page]
    assert offered == ways


def test_what_is_asked_for_in_some_cases_says_in_which_and_never_that_it_is_optional() -> None:
    for form, name, when in (
        (RatingForm(), "reason", "不满意的，请写明原因"),
        (ReplyForm(megabytes=1, most=1), "planned_on", "类别 B、C 必填"),
    ):
        assert not may_be_empty(form[name])
        assert when in str(form[name].label)


def test_photos_that_were_ticked_stay_so_while_the_reason_for_the_others_is_written(people: Cast) -> None:
    made = standing(C.UNDER_WAY)(people).made
    photo = photo_file("a.jpg").read()
    files = tuple(handling.Attached(kind, photo) for kind in (FileKind.BEFORE, FileKind.AFTER))
    answer = handling.Answer(ReplyKind.SOLVED, "灯已换好。", None, files)
    reply = handling.reply(commitment=made, answer=answer, actor=people.doer, at=NOW)
    first, second = press_wrong_then_right(
        as_role(Role.REVIEWER),
        "/desk/review",
        f"/desk/review/reply/{reply.no}/release",
        {"open": [str(reply.files.order_by("pk")[0].pk)]},
        {"reason": "看得到车牌"},
    )
    assert "请写明为什么不公开" in first.content.decode()
    assert second.status_code == 302
    assert list(reply.files.order_by("pk").values_list("withheld", flat=True)) == ["", "看得到车牌"]
