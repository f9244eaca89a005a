"""What the unit that has to do it sees and is told: the matter, whom to telephone, why it came back, who did what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from shangliang.access.denied import Denied
from shangliang.access.roles import Role
from shangliang.accounts.models import Grant, User
from shangliang.clocks.models import Clock
from shangliang.desks.actions import publication, undoing
from shangliang.events.models import Failure
from shangliang.events.tasks import react
from shangliang.inbox.models import Message
from shangliang.inbox.queries import words
from shangliang.kit import clock
from shangliang.kit.guards import Blocked
from shangliang.kit.images import clean_photo
from shangliang.ledger.models import Entry
from shangliang.outcomes.actions import assigning, deciding, handling
from shangliang.outcomes.actions.asking import new_link
from shangliang.outcomes.models import Reply, ReplyFile
from shangliang.outcomes.states import CommitmentState, FileKind, ReplyKind
from shangliang.outcomes.tests.factories import PATH, cast, staff
from shangliang.outcomes.tests.starts import Start, answer, begin, lead_on, promise
from shangliang.outcomes.tests.test_ratings_shown import as_role
from shangliang.people.models import Appointment, Person
from shangliang.people.states import Office
from shangliang.places.rules import upto
from shangliang.places.states import AreaLevel
from shangliang.rulebook import book
from shangliang.topics.actions import screening
from shangliang.topics.models import Photo, Submission
from shangliang.topics.tests.factories import photo_file

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
C = CommitmentState
LETTER = b"%PDF-1.7 dear neighbours %%EOF"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def standing(state: CommitmentState, *, is_embargoed: bool = False) -> Start:
    return lead_on(promise(begin(NOW, cast(), is_embargoed=is_embargoed), NOW), state, NOW)


def user(role: Role, **place: str) -> User:
    made = User.objects.create(username=f"{role.value}{place}", display_name="王某")
    Grant.objects.create(user=made, role=role.value, from_on=date(2026, 1, 1), **place)
    return made


def page(start: Start, role: Role = Role.DOER, **place: str) -> str:
    """The commitment's page as words, for the unit that has to do it."""
    client = Client()
    who = user(role, **(place or {"unit_code": "property-1"}))
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    html = client.get(f"/desk/commitments/{start.made.no}").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def settle() -> None:
    """What follows, once nothing of it can be taken back any more."""
    while react(NOW + timedelta(minutes=book().at(NOW.date()).integer(undoing.WINDOW))):
        pass
    assert not Failure.objects.exists(), list(Failure.objects.values_list("reaction", "error"))


def clerk_of(start: Start) -> Person:
    person = Person.objects.create(name="周联络")
    Appointment.objects.create(
        person=person, room=start.case.topic.room, office=Office.CLERK.value, from_on=date(2026, 1, 1)
    )
    return person


def test_the_doer_reads_the_matter_what_was_agreed_and_whom_to_telephone() -> None:
    start = standing(C.UNDER_WAY)
    room, topic = start.case.topic.room, start.case.topic
    room.phone, topic.place_text = "0511-00006107", "3号楼二单元"
    room.save()
    topic.save()
    clerk = clerk_of(start)
    shown = page(start)
    assert "地点 3号楼二单元" in shown
    for words_ in (
        topic.title,
        topic.summary,
        topic.place_text,
        "每层灯都亮",  # the record's standard
        "正东路街道政协工委",  # who assigned it
        f"联络员 {clerk.name}",
        "0511-00006107",
        "交办日期 2026年11月23日",
        "签收日期 2026年11月23日",
        "办结日期 2026年12月13日",
        "商量的日期 2026年11月21日",
    ):
        assert words_ in shown, words_


def test_every_clerk_of_the_room_is_named_and_the_room_is_no_place_of_the_matter() -> None:
    start = standing(C.UNDER_WAY)
    clerk = clerk_of(start)
    other = user(Role.CLERK, room_no=start.case.topic.room.no)
    start.case.topic.place_text = ""
    start.case.topic.save()
    shown = page(start)
    assert f"联络员 {clerk.name}、{other.display_name}" in shown
    assert "地点 " not in shown


def test_a_matter_about_the_rooms_cadres_names_nobody_of_the_room() -> None:
    start = standing(C.UNDER_WAY, is_embargoed=True)
    room = start.case.topic.room
    room.phone = "0511-00006107"
    room.save()
    clerk = clerk_of(start)
    shown = page(start)
    assert clerk.name not in shown
    assert room.phone not in shown
    assert "请不要向议事室打听" in shown


def test_what_came_back_says_so_how_often_and_until_when() -> None:
    start = standing(C.UNDER_WAY)
    assert "返工" not in page(start)
    start = lead_on(promise(begin(NOW, cast(), slips="other"), NOW), C.UNDER_WAY, NOW, twice=True)
    User.objects.all().delete()
    assert "群众说没有解决，要重新办理，这是第 1 次返工，请在 2026年11月30日 前再答复。" in page(start)


def test_what_is_disputed_went_to_the_district_and_its_reason_comes_back_to_the_doer() -> None:
    start = standing(C.DISPUTED)
    shown = page(start)
    assert "等区级推进办裁定" in shown
    assert "群众再次认为没有解决，请区级裁定" in shown
    assert shown.count("群众认为没有解决，重新办理") == 1, "only the first time it was done again"
    deciding.decide(
        commitment=start.made,
        redo=True,
        done=False,
        reason="灯座也要换",
        actor=cast().district,
        at=NOW,
    )
    User.objects.all().delete()
    shown = page(start)
    assert "区级推进办裁定重新办理，这是第 2 次返工" in shown
    assert "裁定理由：灯座也要换" in shown


def test_the_history_names_the_unit_and_the_ledger_never_a_doer_at_the_room() -> None:
    start = standing(C.UNDER_WAY)
    answer(start, ReplyKind.SOLVED, NOW)
    shown = page(start)
    assert re.search(r"签收 桃园物业公司", shown)
    assert re.search(r"答复 A 已解决 桃园物业公司", shown)
    offices = set(Entry.objects.filter(office__startswith="doer@").values_list("office", flat=True))
    assert offices == {"doer@property-1"}


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("hold_back", "“更换楼道灯”的答复暂不公开。原因：有姓名"),
        ("cover", "“更换楼道灯”的答复已从公开页面撤下，等审核人确认。原因：有姓名"),
        ("confirm_cover", "“更换楼道灯”的答复已确认撤下，不再公开。原因：有姓名"),
    ],
)
def test_whoever_answered_is_told_what_became_of_the_reply(act: str, said: str) -> None:
    doer = user(Role.DOER, unit_code="property-1")
    start = standing(C.UNDER_WAY)
    answer(start, ReplyKind.SOLVED, NOW)
    reply = Reply.objects.get()
    reviewer = staff(Role.REVIEWER, area_path=upto(PATH, AreaLevel.TOWN))
    if act == "hold_back":
        publication.hold_back(post=reply, reason="有姓名", actor=reviewer, at=NOW)
    else:
        publication.release(post=reply, actor=reviewer, at=NOW)
        publication.cover(post=reply, reason="有姓名", actor=reviewer, at=NOW)
    if act == "confirm_cover":
        publication.confirm_cover(post=reply, actor=reviewer, at=NOW)
    settle()
    told = [words(row)[0] for row in Message.objects.filter(recipient__ref=f"account:{doer.pk}")]
    assert told.count(said) == 1, told


def told(who: User) -> list[str]:
    return [words(row)[0] for row in Message.objects.filter(recipient__ref=f"account:{who.pk}")]


@pytest.mark.parametrize("is_granted", [True, False])
def test_more_time_is_asked_for_and_whoever_assigned_it_answers(is_granted: bool) -> None:
    doer = user(Role.DOER, unit_code="property-1")
    town = user(Role.TOWN_OFFICE, area_path=upto(PATH, AreaLevel.TOWN))
    start, people = standing(C.UNDER_WAY), cast()
    was, until = start.made.due_at, date(2027, 1, 20)
    handling.ask_extension(commitment=start.made, until=until, reason="等配件", actor=people.doer, at=NOW)
    settle()
    start.made.refresh_from_db()
    assert start.made.due_at == was, "nothing moves by itself"
    waits = Clock.objects.running().get(rule="outcomes.extension_decide_days")
    assert (waits.role, waits.area_path) == ("town_office", upto(PATH, AreaLevel.TOWN))
    assert "承办单位申请延期，请答复：更换楼道灯" in told(town)
    with pytest.raises(Denied):  # it was not the district that assigned it
        handling.refuse_extension(commitment=start.made, reason="不行", actor=people.assigning, at=NOW)
    if is_granted:
        handling.extend(commitment=start.made, until=until, reason="等配件", actor=people.town, at=NOW)
        said = "已同意延期：更换楼道灯"
    else:
        handling.refuse_extension(commitment=start.made, reason="日子够用", actor=people.town, at=NOW)
        said = "没有同意延期，请按原来的日期办：更换楼道灯。理由：日子够用"
    settle()
    start.made.refresh_from_db()
    assert start.made.asked_until is None
    assert (start.made.due_at != was) == is_granted
    assert not Clock.objects.running().filter(rule="outcomes.extension_decide_days").exists()
    assert said in told(doer)


def test_an_answer_leaves_no_wish_for_time_behind() -> None:
    start = standing(C.UNDER_WAY)
    handling.ask_extension(
        commitment=start.made, until=date(2027, 1, 20), reason="等配件", actor=cast().doer, at=NOW
    )
    answer(start, ReplyKind.SOLVED, NOW)
    assert start.made.asked_until is None
    assert not Clock.objects.running().filter(rule="outcomes.extension_decide_days").exists()


def status(client: Client, address: str) -> int:
    """How a file is answered, read to its end: closing it by hand would close the database too."""
    answered = client.get(address)
    answered.getvalue()
    return answered.status_code


def shown_files() -> tuple[handling.Attached, ...]:
    photo = clean_photo(photo_file("a.jpg")).photo
    return (
        handling.Attached(FileKind.LETTER, LETTER, "pdf"),
        handling.Attached(FileKind.AFTER, photo),
        handling.Attached(FileKind.BEFORE, photo),
        handling.Attached(FileKind.AFTER, photo),
    )


def answered_with_files(start: Start) -> Reply:
    given = handling.Answer(ReplyKind.SOLVED, "灯已换好。", None, shown_files())
    return handling.reply(commitment=start.made, answer=given, actor=cast().doer, at=NOW)


def test_what_shows_the_work_is_reviewed_and_then_shown_to_those_who_are_asked() -> None:
    start = standing(C.UNDER_WAY)
    reply = answered_with_files(start)
    keys = [row.pk for row in reply.files.order_by("pk")]
    reviewer = staff(Role.REVIEWER, area_path=upto(PATH, AreaLevel.TOWN))
    asked = f"/t/rate/{new_link(start.made.invitations.get())}"
    desk = Client()
    desk.force_login(
        user(Role.REVIEWER, area_path=upto(PATH, AreaLevel.TOWN)),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    review = desk.get("/desk/review").content.decode()
    for key in keys:
        inside = f"/desk/commitments/{start.made.no}/files/{key}"
        assert f'href="{inside}"' in review
        assert status(desk, inside) == 200
        assert status(Client(), inside) == 302, "the desk asks who one is"
    topic = f"/topics/{start.case.topic.no}"
    addresses = {topic: f"/results/files/{reply.no}/%s", asked: f"{asked}/files/%s"}
    for is_released in (False, True, False):
        if is_released:
            publication.release(post=reply, actor=reviewer, at=NOW)
        elif reply.is_public:
            publication.cover(post=reply, reason="有人脸", actor=reviewer, at=NOW)
        for shown, address in addresses.items():
            html = Client().get(shown).content.decode()
            for key in keys:
                assert (f'href="{address % key}"' in html) == is_released, shown
                assert status(Client(), address % key) == (200 if is_released else 404)
        assert ("办之前的照片" in Client().get(topic).content.decode()) == is_released
        assert ("灯已换好。" in Client().get(topic).content.decode()) == is_released


def test_who_is_asked_is_told_that_what_shows_the_work_is_still_looked_through() -> None:
    start = standing(C.UNDER_WAY)
    answered_with_files(start)
    asked = Client().get(f"/t/rate/{new_link(start.made.invitations.get())}").content.decode()
    assert "灯已换好。" in asked
    assert "还在审核" in asked


def test_the_files_of_another_matter_open_under_no_link_of_this_one() -> None:
    start = standing(C.UNDER_WAY)
    reply = answered_with_files(start)
    Reply.objects.filter(pk=reply.pk).update(release="released")
    link = f"/t/rate/{new_link(start.made.invitations.get())}"
    strange = ReplyFile.objects.order_by("-pk")[0].pk + 1
    assert status(Client(), f"{link}/files/{strange}") == 404
    assert status(Client(), f"/results/files/2026-999999/{reply.files.order_by('pk')[0].pk}") == 404
    assert status(Client(), f"/t/rate/nobody/files/{reply.files.order_by('pk')[0].pk}") == 404


def test_a_letter_is_taken_to_the_readers_own_program_and_a_photo_seen_on_the_page() -> None:
    start = standing(C.UNDER_WAY)
    reply = answered_with_files(start)
    Reply.objects.filter(pk=reply.pk).update(release="released")
    found = {}
    for row in reply.files.all():
        answered = Client().get(f"/results/files/{reply.no}/{row.pk}")
        found[row.kind] = (answered["Content-Type"], answered["Content-Disposition"].split(";")[0])
        with row.file.open("rb") as kept:
            assert answered.getvalue() == kept.read()
    assert found == {
        "letter": ("application/pdf", "attachment"),
        "before": ("image/jpeg", "inline"),
        "after": ("image/jpeg", "inline"),
    }


def test_the_doer_sees_those_photos_of_the_matter_that_the_clerk_has_let_through() -> None:
    start = standing(C.UNDER_WAY)
    given = Submission.objects.filter(topic=start.case.topic)[0]
    photos = [
        Photo.objects.create(
            submission=given,
            file=ContentFile(b"\xff\xd8photo", "a.jpg"),
            thumbnail=ContentFile(b"\xff\xd8small", "s.jpg"),
        )
        for _ in range(2)
    ]
    at = [f"/desk/commitments/{start.made.no}/photos/{row.pk}" for row in photos]
    doer = Client()
    doer.force_login(
        user(Role.DOER, unit_code="property-1"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    assert [status(doer, address) for address in at] == [404, 404]
    screening.share_photos(submission=given, photos=[photos[1].pk], actor=cast().clerk, at=NOW)
    assert [status(doer, address) for address in at] == [404, 200]
    html = doer.get(f"/desk/commitments/{start.made.no}").content.decode()
    assert (at[0] in html, at[1] in html) == (False, True)
    screening.share_photos(submission=given, photos=[], actor=cast().clerk, at=NOW)
    assert [status(doer, address) for address in at] == [404, 404], "what was shared can be taken back"
    outsider = Client()
    outsider.force_login(
        user(Role.DOER, unit_code="bureau-9"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    screening.share_photos(submission=given, photos=[photos[1].pk], actor=cast().clerk, at=NOW)
    assert status(outsider, at[1]) == 404


def test_while_it_waits_for_more_time_each_side_reads_its_own_next_step() -> None:
    start = standing(C.UNDER_WAY)
    until = date(2027, 1, 20)
    handling.ask_extension(commitment=start.made, until=until, reason="等配件", actor=cast().doer, at=NOW)
    for shown, task, button in (
        (page(start), "办理并答复", "去答复"),
        (page(start, Role.TOWN_OFFICE, area_path=upto(PATH, AreaLevel.TOWN)), "答复延期申请", "去答复申请"),
    ):
        assert re.search(rf"下一步：\s*{task}", shown), shown
        assert f" {button} " in shown
        assert "申请延期 想延到 2027年1月20日" in shown, "a wish is no date"


def test_what_is_given_to_another_unit_after_it_was_signed_for_says_why_to_both() -> None:
    former, new = user(Role.DOER, unit_code="property-1"), user(Role.DOER, unit_code="bureau-2")
    start, people = standing(C.UNDER_WAY), cast()
    was = start.made.due_at
    handling.ask_extension(
        commitment=start.made, until=date(2027, 1, 20), reason="等配件", actor=people.doer, at=NOW
    )
    given = {"lead": start.case.other_unit, "co_units": (), "reason": "产权在区里", "at": NOW}
    with pytest.raises(Denied):
        assigning.hand_on(commitment=start.made, actor=people.doer, **given)  # type: ignore[arg-type]
    same = {**given, "lead": start.case.unit, "reason": " "}
    with pytest.raises(Blocked) as blocked:
        assigning.hand_on(commitment=start.made, actor=people.town, **same)  # type: ignore[arg-type]
    assert {each.code for each in blocked.value.unmet} == {"hand_on_to_the_same", "hand_on_reason_missing"}
    assigning.hand_on(commitment=start.made, actor=people.town, **given)  # type: ignore[arg-type]
    settle()
    start.made.refresh_from_db()
    assert (start.made.state, start.made.due_at, start.made.accepted_at) == (C.ASSIGNED, was, None)
    waits = Clock.objects.running().of(start.made.subject).get()
    assert (waits.rule, waits.unit_code) == ("outcomes.accept_days", "bureau-2")
    assert "这件事改由别的单位办理，您单位不用再办：更换楼道灯。理由：产权在区里" in told(former)
    assert "有一件事交您单位办理：更换楼道灯" in told(new)
    client = Client()
    client.force_login(new, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "改派理由" in client.get(f"/desk/commitments/{start.made.no}").content.decode()
    client.force_login(former, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"/desk/commitments/{start.made.no}").status_code == 404


def test_of_the_photos_only_those_that_were_ticked_become_public_and_the_doer_reads_why() -> None:
    start = standing(C.UNDER_WAY)
    reply = answered_with_files(start)
    letter, after, before, again = [row.pk for row in reply.files.order_by("pk")]
    desk, place = Client(), upto(PATH, AreaLevel.TOWN)
    who = user(Role.REVIEWER, area_path=place)
    desk.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    review = desk.get("/desk/review").content.decode()
    assert review.count('type="checkbox" name="open"') == len(shown_files())
    press = f"/desk/review/reply/{reply.no}/release"
    ticked = {"open": [letter, after, again]}
    refused = desk.post(press, ticked)
    assert "请写明为什么不公开" in refused.content.decode()
    assert refused.content.decode().count(" checked") >= len(ticked["open"]), "what was ticked stays ticked"
    reply.refresh_from_db()
    assert reply.release == "in_review"
    assert desk.post(press, {**ticked, "reason": "有人脸"}).status_code == 302
    link = f"/t/rate/{new_link(start.made.invitations.get())}"
    slip_page = Client().get(f"/topics/{start.case.topic.no}").content.decode()
    for key in (letter, after, before, again):
        is_open = key != before
        for address in (f"/results/files/{reply.no}/{key}", f"{link}/files/{key}"):
            assert status(Client(), address) == (200 if is_open else 404)
        assert (f"/files/{reply.no}/{key}" in slip_page) == is_open
    assert "有人脸" not in slip_page
    doer = as_role(Role.DOER)
    page = doer.get(f"/desk/commitments/{start.made.no}").content.decode()
    assert "不公开：有人脸" in page
    assert status(doer, f"/desk/commitments/{start.made.no}/files/{before}") == 200
    while react(NOW):
        pass
    told = [words(row)[0] for row in Message.objects.filter(kind="post.released")]
    assert told == [
        "“更换楼道灯”的答复已经公开，其中 1 份照片（答复函）没有公开，经办的人还看得到。原因：有人脸"
    ]


def test_whoever_ticks_all_need_not_say_why() -> None:
    start = standing(C.UNDER_WAY)
    reply = answered_with_files(start)
    desk = Client()
    who = user(Role.REVIEWER, area_path=upto(PATH, AreaLevel.TOWN))
    desk.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    keys = [row.pk for row in reply.files.all()]
    assert desk.post(f"/desk/review/reply/{reply.no}/release", {"open": keys}).status_code == 302
    reply.refresh_from_db()
    assert reply.release == "released"
    assert not reply.files.exclude(withheld="").exists()


def test_nobody_is_asked_to_telephone_where_no_telephone_was_left() -> None:
    """Then it is asked by hand or by letter: on the desk, and on the page itself."""
    start = standing(C.CALLING_BACK)
    office = as_role(Role.TOWN_OFFICE)
    for phone in (b"", b"sealed"):
        Submission.objects.filter(topic=start.case.topic).update(phone_sealed=phone)
        desk = office.get("/desk").content.decode()
        page = office.get(f"/desk/commitments/{start.made.no}").content.decode()
        assert ("打一次回访电话" in desk) == bool(phone)
        assert ("当面或者写信问一次办得怎样" in desk) != bool(phone)
        assert ("打一次电话" in page) == bool(phone)
        assert ("也没有人留电话" in page) != bool(phone)
