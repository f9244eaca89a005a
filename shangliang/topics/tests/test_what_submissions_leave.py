"""What each act on a submission leaves: columns, clocks, ledger rows, and nothing besides."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shangliang.access.denied import Denied
from shangliang.access.things import house
from shangliang.clocks.models import Clock
from shangliang.clocks.tests.effects import Left, left
from shangliang.kit.states import IllegalMove
from shangliang.topics.actions import (
    contact,
    merging,
    screening,
    slip,
)
from shangliang.topics.actions.screening import HandOver
from shangliang.topics.models import Submission, Topic
from shangliang.topics.states import Destination, EntryWay, Exclusion, FoundBy, Grade
from shangliang.topics.tests.factories import (
    NOW,
    ROOM_NO,
    TOWN,
    Cast,
    Places,
    acceptance,
    opened,
    raised,
)

LATER = NOW + timedelta(days=1)  # a Tuesday
CLERK, OFFICE = f"clerk@{ROOM_NO}", f"town_office@{TOWN}"
FIRST = f"first_convener@{ROOM_NO}"


@pytest.fixture
def given(village: Places) -> Submission:
    return raised(village.room, phone="13900001234").submission


@pytest.fixture
def topic(village: Places, people: Cast) -> Topic:
    return opened(raised(village.room).submission, people.clerk)


def test_receiving(village: Places, people: Cast) -> None:
    made = []
    assert left(
        lambda: made.append(raised(village.room, phone=" 139 0000 1234 ", place_text=" 3号楼 "))
    ) == Left(
        clocks={
            f"+ topics.ack_days {CLERK} until 2026-11-03",
            f"+ topics.decide_days {CLERK} until 2026-11-09",
        },
        ledger=[
            f'submission.received resident {{"above":false,"channel":"resident","room":"{ROOM_NO}","way":"online"}}'
        ],
    )
    row = made[0].submission
    assert (row.text, row.place_text, row.received_at) == ("3号楼的路灯坏了半个月", "3号楼", NOW)
    assert (row.desk_path, row.desk_room_no, row.is_embargoed) == (village.room.area_path, ROOM_NO, False)
    assert (row.entered_by, row.is_suspicious, row.outside_no, row.audio.name) == (None, False, "", "")


def test_receiving_for_somebody_at_the_desk(village: Places, people: Cast) -> None:
    assert left(lambda: raised(village.room, actor=people.clerk, way=EntryWay.VISIT)).ledger == [
        f'submission.received {CLERK} {{"above":false,"channel":"resident","room":"{ROOM_NO}","way":"visit"}}'
    ]
    assert Submission.objects.get().entered_by == people.clerk.account_id


@pytest.mark.parametrize(
    "how",
    [
        {"about_cadres": True},
        {"text": "村书记占了路"},
        {"text": "居委会书记把集体的房子租给自己亲戚，钱没有公布"},
        {"text": "征地拆迁的钱少了，王书记贪 污，我要带人去上访"},
    ],
)
def test_receiving_what_concerns_cadres_names_no_room(village: Places, how: dict[str, object]) -> None:
    assert left(lambda: raised(village.room, **how)) == Left(  # type: ignore[arg-type]  # fields of Intake
        clocks={
            f"+ topics.ack_days {OFFICE} until 2026-11-03",
            f"+ topics.decide_days {OFFICE} until 2026-11-09",
        },
        ledger=['submission.received resident {"above":true,"channel":"resident","room":"","way":"online"}'],
    )


@pytest.mark.parametrize(
    "text",
    [
        "请书记来看一看3号楼的路灯",
        "找过主任两次，路灯还是不亮",
        "老会计家门口的井盖坏了",
        "亲戚来了没地方停车，小区能不能画车位",
    ],
)
def test_an_office_that_is_only_named_stays_with_the_room(village: Places, text: str) -> None:
    raised(village.room, text)
    assert not Submission.objects.get().is_embargoed


@pytest.mark.parametrize(
    ("grade", "rule", "until"),
    [
        (Grade.DEEP, "topics.deep_start_days", "2026-11-09"),
        (Grade.QUICK, "topics.quick_answer_days", "2026-11-04"),
    ],
)
def test_accepting(given: Submission, people: Cast, grade: Grade, rule: str, until: str) -> None:
    facts = f'"grade":"{grade.value}"'
    found = left(
        lambda: screening.accept(submission=given, acceptance=acceptance(grade), actor=people.clerk, at=NOW),
        given,
    )
    assert given.topic is not None
    no = given.topic.no
    assert found == Left(
        columns={"state": "accepted", "topic_id": given.topic_id},
        clocks={
            "- topics.ack_days",
            "- topics.decide_days",
            f"+ {rule} {CLERK} until {until}",
            f"+ access.review_days {OFFICE} until 2026-11-03",
        },
        ledger=[
            f'submission.accepted {CLERK} {{{facts},"theme":"old_estates","topic":"{no}","weight":"practical"}}',
            f'topic.opened {CLERK} {{"channel":"resident",{facts},"scope":"public","theme":"old_estates",'
            '"weight":"practical"}',
            f'post.proposed {CLERK} {{"scope":"public"}}',
        ],
    )
    made = given.topic
    assert (made.title, made.summary, made.submissions_count) == (
        "楼道路灯修复",
        "路灯坏了，居民希望修好。",
        1,
    )
    assert (made.opened_at, made.changed_at, made.is_statutory) == (NOW, NOW, False)
    assert (made.desk_path, made.desk_room_no, made.room) == (given.desk_path, ROOM_NO, given.room)


def test_asking_for_more_and_getting_it(given: Submission, people: Cast) -> None:
    asked = left(
        lambda: screening.ask_supplement(submission=given, question=" 哪? ", actor=people.clerk, at=NOW),
        given,
    )
    assert asked == Left(
        columns={"state": "supplement_asked"},
        clocks={
            "- topics.ack_days",
            "= topics.decide_days",
            "+ topics.supplement_days nobody@- until 2026-11-16",
        },
        ledger=[f"supplement.asked {CLERK} {{}}"],
    )
    back = left(
        lambda: slip.give_supplement(
            submission=given, text=" 3号楼 ", actor=slip.holder_of(given), at=NOW + timedelta(days=4)
        ),
        given,
    )
    assert back == Left(
        columns={"state": "received"},
        clocks={"- topics.supplement_days", f"> topics.decide_days {CLERK} until 2026-11-13"},
        ledger=["supplement.given submitter {}"],
    )
    notes = given.notes.order_by("pk").values_list("is_from_staff", "office", "text", "at")
    assert list(notes) == [
        (True, "clerk", "哪?", NOW),
        (False, "", "3号楼", NOW + timedelta(days=4)),
    ]


def test_asking_for_more_in_vain(given: Submission, people: Cast) -> None:
    screening.ask_supplement(submission=given, question="哪?", actor=people.clerk, at=NOW)
    at = NOW + timedelta(days=14)
    assert left(lambda: screening.miss_supplement(submission=given, at=at), given) == Left(
        columns={"state": "received"},
        clocks={"- topics.supplement_days", f"> topics.decide_days {CLERK} until 2026-11-23"},
        ledger=["supplement.missed system {}"],
    )


def test_handing_over_and_what_comes_back(given: Submission, people: Cast) -> None:
    to = HandOver(Destination.OTHER, " 已转 ", Exclusion.PERSONAL, " 水务公司 ", " ZJ1 ")
    over = left(lambda: screening.hand_over(submission=given, to=to, actor=people.clerk, at=NOW), given)
    assert over == Left(
        columns={
            "state": "handed_over",
            "exclusion": "personal",
            "destination": "other",
            "destination_name": "水务公司",
            "destination_note": "已转",
            "outside_no": "ZJ1",
        },
        clocks={
            "- topics.ack_days",
            "- topics.decide_days",
            f"+ topics.handover_followup_days {CLERK} until 2026-11-16",
        },
        ledger=[f'submission.handed_over {CLERK} {{"destination":"other","exclusion":"personal"}}'],
    )

    def news(text: str, **more: object) -> Left:
        return left(
            lambda: screening.report_back(submission=given, news=text, actor=people.clerk, at=LATER, **more),  # type: ignore[arg-type]  # as named
            given,
        )

    told = f'submission.reported_back {CLERK} {{"settled":%s,"state":"%s"}}'
    follow = "topics.handover_followup_days"
    assert news(" 派单 ", outside_no=" ZJ2 ") == Left(
        columns={"outside_no": "ZJ2"},
        clocks={f"- {follow}", f"+ {follow} {CLERK} until 2026-11-17"},
        ledger=[told % ("false", "handed_over")],
    )
    assert news("修好", is_settled=True) == Left(
        clocks={f"- {follow}"}, ledger=[told % ("true", "handed_over")]
    )
    assert news("不归", take_back=True) == Left(
        columns={"state": "received"},
        clocks={f"+ topics.decide_days {CLERK} until 2026-11-10"},
        ledger=[told % ("false", "received")],
    )
    assert list(given.notes.order_by("pk").values_list("text", flat=True)) == ["派单", "修好", "不归"]


def test_handing_over_without_a_number_keeps_the_one_that_was_known(village: Places, people: Cast) -> None:
    given = raised(village.room, outside_no=" ZJ9 ").submission
    to = HandOver(Destination.HOTLINE, "已转")
    over = left(lambda: screening.hand_over(submission=given, to=to, actor=people.clerk, at=NOW), given)
    assert over.columns == {"state": "handed_over", "destination": "12345", "destination_note": "已转"}
    assert given.outside_no == "ZJ9"


def test_ending(given: Submission, people: Cast) -> None:
    ended = left(
        lambda: screening.end(
            submission=given, exclusion=Exclusion.REPORT, words=" 请打 12388 ", actor=people.first, at=NOW
        ),
        given,
    )
    assert ended == Left(
        columns={"state": "ended", "exclusion": "report", "destination_note": "请打 12388"},
        clocks={"- topics.ack_days", "- topics.decide_days"},
        ledger=[f'submission.ended first_convener@{ROOM_NO} {{"exclusion":"report"}}'],
    )


def test_passing_above(given: Submission, people: Cast) -> None:
    assert left(lambda: screening.pass_above(submission=given, actor=people.clerk, at=LATER), given) == Left(
        columns={"desk_path": TOWN, "desk_room_no": "", "is_embargoed": True},
        clocks={
            "- topics.ack_days",
            "- topics.decide_days",
            f"+ topics.ack_days {OFFICE} until 2026-11-04",
            f"+ topics.decide_days {OFFICE} until 2026-11-10",
        },
        ledger=[f"submission.embargoed {CLERK} {{}}"],
    )


def test_writing_down(village: Places, people: Cast) -> None:
    spoken = raised(village.room, "", audio=b"sound").submission
    wrote = left(
        lambda: screening.write_down(submission=spoken, text=" 灯坏了 ", actor=people.clerk, at=NOW), spoken
    )
    assert wrote == Left(
        columns={"text": "灯坏了", "is_written_down": True},
        clocks={"- topics.ack_days"},
        ledger=[f"submission.written_down {CLERK} {{}}"],
    )


def test_merging_and_separating(given: Submission, topic: Topic, people: Cast) -> None:
    fact = f'{{"topic":"{topic.no}"}}'
    joined = left(
        lambda: merging.merge(submission=given, topic=topic, actor=people.clerk, at=NOW), given, topic
    )
    assert joined == Left(
        columns={"state": "merged", "topic_id": topic.pk, "topic.submissions_count": 2},
        clocks={"- topics.ack_days", "- topics.decide_days"},
        ledger=[f"submission.merged {CLERK} {fact}"],
    )
    parted = left(lambda: merging.separate(submission=given, actor=people.clerk, at=LATER), given, topic)
    assert parted == Left(
        columns={"state": "received", "topic_id": None, "topic.submissions_count": 1},
        clocks={f"+ topics.decide_days {CLERK} until 2026-11-10"},
        ledger=[f"submission.separated {CLERK} {fact}"],
    )


def test_looking_at_what_is_sealed(given: Submission, people: Cast) -> None:
    seen = left(lambda: contact.reveal(submission=given, reason="check", actor=people.clerk, at=NOW), given)
    assert seen == Left(
        columns={"in_hands_at": NOW},
        ledger=[f'contact.revealed {CLERK} {{"reason":"check"}}'],
        told={"account": people.clerk.account_id, "is_too_often": False},
    )
    printed = left(lambda: contact.read_slip(submission=given, actor=people.clerk, at=NOW), given)
    assert printed == Left(ledger=[f'contact.revealed {CLERK} {{"reason":"slip"}}'])


def test_finding_and_renewing_a_lost_slip(given: Submission, people: Cast) -> None:
    found = left(
        lambda: contact.look_up(submissions=[given], by=FoundBy.PHONE, actor=people.clerk, at=NOW), given
    )
    assert found == Left(ledger=[f'slip.found {CLERK} {{"by":"phone"}}'])
    before = given.key_hash
    renewed = left(lambda: contact.renew_slip(submission=given, actor=people.clerk, at=NOW), given)
    assert renewed.ledger == [f"slip.renewed {CLERK} {{}}"]
    assert set(renewed.columns) == {"key_hash", "in_hands_at"}
    given.refresh_from_db()
    assert given.key_hash != before


def test_messages_both_ways(given: Submission, people: Cast) -> None:
    holder = slip.holder_of(given)
    mine = left(lambda: slip.send_note(submission=given, text=" 还亮着 ", actor=holder, at=NOW), given)
    assert mine.ledger == ["submission.answered submitter {}"]
    assert mine.clocks == {f"+ topics.note_days {CLERK} until 2026-11-04"}
    theirs = left(lambda: slip.send_note(submission=given, text=" 在看 ", actor=people.clerk, at=NOW), given)
    assert theirs.ledger == [f"submission.messaged {CLERK} {{}}"]
    assert theirs.clocks == {"- topics.ack_days", "- topics.note_days"}
    notes = given.notes.order_by("pk").values_list("is_from_staff", "office", "text", "at")
    assert list(notes) == [(False, "", "还亮着", NOW), (True, "clerk", "在看", NOW)]


def test_a_message_waits_until_it_is_answered_or_seen_and_screening_does_not_end_that(
    given: Submission, people: Cast
) -> None:
    holder = slip.holder_of(given)
    slip.send_note(submission=given, text="腿不好，能不能在楼下开", actor=holder, at=NOW)
    again = left(lambda: slip.send_note(submission=given, text="再问一次", actor=holder, at=LATER), given)
    assert again.clocks == set(), "a second message gives no more time"
    opened(given, people.clerk)
    given.refresh_from_db()
    assert given.waiting_note is not None
    assert given.waiting_note.text == "腿不好，能不能在楼下开"
    running = Clock.objects.running().of(given.subject)
    assert [row.rule for row in running] == ["topics.note_days"]
    task = house().thing("submission").titles["topics.note_days"]
    assert task(given) == "腿不好，能不能在楼下开"
    with pytest.raises(Denied):
        slip.take_note(submission=given, actor=people.outsider, at=LATER)
    seen = left(lambda: slip.take_note(submission=given, actor=people.clerk, at=LATER), given)
    assert (seen.clocks, seen.ledger) == ({"- topics.note_days"}, [f"submission.noted {CLERK} {{}}"])
    with pytest.raises(IllegalMove):
        slip.take_note(submission=given, actor=people.clerk, at=LATER)


def test_what_is_passed_above_is_answered_there(given: Submission, people: Cast) -> None:
    slip.send_note(submission=given, text="别让他们知道", actor=slip.holder_of(given), at=NOW)
    screening.pass_above(submission=given, actor=people.clerk, at=NOW)
    row = Clock.objects.running().of(given.subject).get(rule="topics.note_days")
    assert (row.role, row.room_no, row.area_path) == ("town_office", "", TOWN)


def test_erasing(given: Submission) -> None:
    gone = left(lambda: slip.erase(submission=given, actor=slip.holder_of(given), at=NOW), given)
    assert gone == Left(
        columns={
            "state": "erased",
            "text": "",
            "phone_sealed": b"",
            "phone_tail_hash": "",
            "slip_sealed": b"",
            "erased_at": NOW,
        },
        clocks={"- topics.ack_days", "- topics.decide_days"},
        ledger=["submission.erased submitter "],  # what it held is erased as well
    )
