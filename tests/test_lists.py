"""The lists of the desk: what is late stands first, what is asked for is found, and the sheet holds the same rows."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from django.test import Client

from shangliang.accounts.models import User
from shangliang.accounts.queries import actor_for
from shangliang.clocks.queries import late
from shangliang.deliberations.listings import DELIBERATIONS
from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.states import DeliberationState
from shangliang.desks.actions.indexing import index_all
from shangliang.desks.listing import Listing
from shangliang.desks.listing import day as listing_day
from shangliang.desks.reactions import index_words
from shangliang.events.models import Event
from shangliang.kit import clock
from shangliang.kit.ids import show_slip
from shangliang.kit.paging import PAGE
from shangliang.outcomes.listings import COMMITMENTS, OUTCOMES
from shangliang.outcomes.models import Commitment
from shangliang.outcomes.states import CommitmentState
from shangliang.places.models import Area, Room
from shangliang.search import queries as search
from shangliang.search.models import Words
from shangliang.topics.actions.slip import erase, holder_of
from shangliang.topics.listings import SUBMISSIONS, TOPICS
from shangliang.topics.models import Submission, Topic, opened_slip

pytestmark = pytest.mark.django_db
LISTINGS = (SUBMISSIONS, TOPICS, DELIBERATIONS, OUTCOMES, COMMITMENTS)
READERS = {"submission": "town_office", "outcome": "town_office"}
SPOKEN = str.maketrans("0123456789", "零一二三四五六七八九")


@pytest.fixture(autouse=True)
def _town(filled_town: None) -> None:
    """The filled town."""


def client_of(part: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(cast=part))
    return client


def reader(listing: Listing) -> str:
    return READERS.get(listing.kind, "district_office")


def address(listing: Listing) -> str:
    return f"/desk/{listing.page.removeprefix('desk_')}"


def rows_of(listing: Listing, part: str, **asked: str) -> list[Any]:
    """All rows of the list, page by page."""
    client, found, page = client_of(part), list[Any](), 1
    while True:
        answer = client.get(address(listing), {"state": "all", **asked, "page": str(page)})
        assert answer.status_code == 200
        found += [line.row for line in answer.context["lines"]]
        if not answer.context["page"].has_next():
            assert answer.context["page"].total == len(found)
            return found
        page += 1


def sheet_of(listing: Listing, part: str, **asked: str) -> bytes:
    answer = client_of(part).get(f"{address(listing)}.xlsx", {"state": "all", **asked})
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def cells(content: bytes) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    return list(book.worksheets[0].iter_rows(values_only=True))


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.kind)
def test_all_rows_are_there_once_late_ones_first_then_open_then_over(listing: Listing) -> None:
    actor = actor_for(User.objects.get(cast=reader(listing)), clock.today())
    rows = rows_of(listing, reader(listing))
    seen = listing.rows(actor).exclude(state__in=[str(state) for state in listing.hidden])  # type: ignore[attr-defined]
    assert sorted(row.pk for row in rows) == sorted(seen.values_list("pk", flat=True))
    assert len(rows) > PAGE
    since = late(listing.kind, clock.now())
    order = [
        (0, since[row.no].isoformat())
        if row.no in since and row.state not in listing.over
        else (1 + (row.state in listing.over), "")
        for row in rows
    ]
    assert order == sorted(order)


def test_the_late_ones_are_marked_and_can_be_seen_alone() -> None:
    answer = client_of("district_office").get("/desk/commitments", {"late": "1"})
    lines = answer.context["lines"]
    assert lines
    assert all(line.kind == "late" and line.is_late for line in lines)
    assert {line.row.state for line in lines}.isdisjoint({CommitmentState.CLOSED.value})
    assert re.search(r"逾期 \d+ 天", str(lines[0].word))
    missed = late("commitment", clock.now())
    for line in lines:  # one light and one date: the one that was missed, not the one of the work
        assert re.findall(r"(\S+) 到期", line.note) == [listing_day(missed[line.row.no])]
    rest = rows_of(COMMITMENTS, "district_office")
    assert [line.row.pk for line in lines] == [row.pk for row in rest][: len(lines)]


def test_a_session_without_a_day_stands_before_those_that_have_one() -> None:
    home = User.objects.get(cast="clerk").grants.get().room_no
    undated = Deliberation.objects.filter(room__no=home, state=DeliberationState.PREPARED.value).first()
    assert undated is not None
    Deliberation.objects.filter(pk=undated.pk).update(held_at=None)
    rows = rows_of(DELIBERATIONS, "clerk")
    since = late("deliberation", clock.now())
    on_time = [row for row in rows if row.no not in since]
    assert undated.pk in {row.pk for row in on_time[:3]} or undated.no in since


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.kind)
def test_a_number_finds_its_row_in_any_writing(listing: Listing) -> None:
    wanted = rows_of(listing, reader(listing))[-1]
    year, _dash, key = wanted.no.partition("-")
    for typed in (wanted.no, f"{year}－{key}", f"{year}-{key.lstrip('0')}", wanted.no.translate(SPOKEN)):
        assert [row.pk for row in rows_of(listing, reader(listing), q=typed)] == [wanted.pk], typed


def follow(row: Any) -> None:
    """What the worker does after an act on it."""
    index_words(Event(subject_kind=row.subject.kind, subject_no=row.no))


def test_words_are_found_in_any_column_and_all_of_them_must_be_there() -> None:
    row = Commitment.objects.select_related("room", "topic").filter(lead__isnull=False).order_by("pk")[0]
    typed = f"{row.what[:4]} {row.room.name[:3]}"
    found = rows_of(COMMITMENTS, "district_office", q=typed)
    assert row.pk in {each.pk for each in found}
    assert all(row.room.name[:3] in f"{each.room.name}{each.topic.title}{each.what}" for each in found)
    assert rows_of(COMMITMENTS, "district_office", q=f"{typed} 没有这样的字") == []


def test_a_topic_is_found_however_it_is_written_and_by_its_room_too() -> None:
    row = rows_of(TOPICS, "district_office")[0]
    Topic.objects.filter(pk=row.pk).update(title="青云门小区３１幢加装电梯", place_text="𡐓头")
    follow(row)
    for typed in ("電梯 青雲門", "青云门小区31幢", "𡐓", f"{row.room.name} 電梯 31幢"):
        assert [found.pk for found in rows_of(TOPICS, "district_office", q=typed)] == [row.pk], typed
    Room.objects.filter(pk=row.room_id).update(name="望江楼议事室")
    index_words(Event(subject_kind="room", subject_no=row.room.no))
    assert [found.pk for found in rows_of(TOPICS, "district_office", q="望江楼 電梯")] == [row.pk]
    assert {found.room_id for found in rows_of(TOPICS, "district_office", q="望江楼")} == {row.room_id}
    for typed in ("青云门小区1幢", "電梯 没有这样的字", "!!!"):
        assert rows_of(TOPICS, "district_office", q=typed) == [], typed


def test_traditional_characters_find_what_is_written_in_simplified_ones() -> None:
    row = rows_of(COMMITMENTS, "district_office")[0]
    Commitment.objects.filter(pk=row.pk).update(what="青云门小区加装电梯")
    follow(row)
    for typed in ("電梯 青雲門", "青云门小区加装电梯"):
        assert [found.pk for found in rows_of(COMMITMENTS, "district_office", q=typed)] == [row.pk]


WRITTEN_IN = {
    "submission": "place_text",
    "topic": "summary",
    "deliberation": "place",
    "outcome": "text",
    "commitment": "what",
}


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.kind)
def test_every_list_finds_its_own_rows_in_any_writing_and_nobody_elses(listing: Listing) -> None:
    row = rows_of(listing, "clerk")[0]
    type(row).objects.filter(pk=row.pk).update(**{WRITTEN_IN[listing.kind]: "玉带河桥小区３１幢加装电梯"})
    assert rows_of(listing, "clerk", q="玉带河桥小区31幢") == [], "the index follows the act"
    follow(row)
    for typed in ("電梯 玉帶河橋", "玉带河桥小区31幢", "３１幢 加装", f"{row.room.name} 電梯"):
        assert [found.pk for found in rows_of(listing, "clerk", q=typed)] == [row.pk], typed
    for typed in ("玉带河桥小区1幢", "電梯 没有这样的字", "!!!"):
        assert rows_of(listing, "clerk", q=typed) == [], typed
    assert rows_of(listing, "outsider", q="玉带河桥小区31幢") == []
    found = client_of(reader(listing)).get("/search", {"q": "玉带河桥小区31幢"})
    assert "小区３１幢" not in found.content.decode(), "no page of the search reads the words of a list"


@pytest.mark.parametrize("listing", [DELIBERATIONS, OUTCOMES, COMMITMENTS], ids=lambda listing: listing.kind)
def test_a_row_is_found_by_what_its_topic_is_called_now(listing: Listing) -> None:
    row = rows_of(listing, reader(listing))[0]
    Topic.objects.filter(pk=row.topic_id).update(title="玉带河桥小区加装电梯")
    follow(row.topic)
    found = rows_of(listing, reader(listing), q="玉帶河橋")
    assert row.pk in {each.pk for each in found}
    assert {each.topic_id for each in found} == {row.topic_id}


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.kind)
def test_what_everybody_has_written_is_found_as_few_are(
    monkeypatch: pytest.MonkeyPatch, listing: Listing
) -> None:
    few = [row.pk for row in rows_of(listing, reader(listing), q="协商议事室")]
    monkeypatch.setattr(search, "FEW", 0)
    assert [row.pk for row in rows_of(listing, reader(listing), q="协商议事室")] == few
    assert len(few) > PAGE


def test_an_erased_submission_is_in_no_index_any_more() -> None:
    row = rows_of(SUBMISSIONS, "clerk")[0]
    assert Words.objects.filter(kind="submission", key=row.pk).exists()
    erase(submission=row, actor=holder_of(row), at=clock.now())
    assert not Words.objects.filter(kind="submission", key=row.pk).exists()
    follow(row)
    assert not Words.objects.filter(kind="submission", key=row.pk).exists()


def test_the_twelve_digits_of_a_slip_find_its_submission_on_its_own_desk_alone() -> None:
    row = rows_of(SUBMISSIONS, "clerk")[0]
    slip = opened_slip(row)
    for typed in (slip, show_slip(slip), slip.translate(SPOKEN)):
        assert [found.pk for found in rows_of(SUBMISSIONS, "clerk", q=typed)] == [row.pk], typed
        assert rows_of(SUBMISSIONS, "outsider", q=typed) == []
    assert rows_of(TOPICS, "clerk", q=slip) == []


def test_a_number_or_slip_is_found_in_whatever_state_it_is() -> None:
    row = next(each for each in rows_of(SUBMISSIONS, "clerk") if each.state != SUBMISSIONS.start)
    for typed in (row.no, opened_slip(row)):
        answer = client_of("clerk").get("/desk/submissions", {"q": typed})
        assert [line.row.pk for line in answer.context["lines"]] == [row.pk], typed
    words = client_of("clerk").get("/desk/submissions", {"q": row.room.name})
    assert {line.row.state for line in words.context["lines"]} <= {SUBMISSIONS.start}


def test_filling_the_index_anew_changes_nothing() -> None:
    def held() -> list[tuple[Any, ...]]:
        return list(Words.objects.order_by("pk").values_list("pk", "kind", "key", "tokens"))

    before = held()
    assert {kind for _pk, kind, _key, _tokens in before} == {listing.kind for listing in LISTINGS}
    assert sum(index_all().values()) == len(before)
    assert held() == before


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.kind)
def test_those_that_are_over_stand_newest_first(listing: Listing) -> None:
    rows = [row for row in rows_of(listing, reader(listing)) if row.state in listing.over]
    moments = [moment for row in rows if (moment := getattr(row, listing.newest))]
    assert len(moments) > 1
    assert moments == sorted(moments, reverse=True)


def test_place_and_time_narrow_the_list() -> None:
    answer = client_of("town_office").get("/desk/topics")
    (places,) = (each for each in answer.context["filters"] if each["name"] == "area")
    everything = rows_of(TOPICS, "town_office")
    by_place = {code: rows_of(TOPICS, "town_office", area=code) for code, _name, _on in places["options"]}
    assert len([rows for rows in by_place.values() if rows]) > 1
    below = [row.pk for rows in by_place.values() for row in rows]
    assert len(below) == len(set(below))
    town = User.objects.get(cast="town_office").grants.get().area_path
    assert {row.room.area_path for row in everything if row.pk not in below} <= {town}
    for code, rows in by_place.items():
        assert all(f"/{code}/" in row.room.area_path for row in rows)
    this_month = rows_of(TOPICS, "town_office", period=f"{clock.today():%Y-%m}")
    wanted = [
        row for row in everything if f"{clock.local_day(row.opened_at):%Y-%m}" == f"{clock.today():%Y-%m}"
    ]
    assert 0 < len(this_month) == len(wanted) < len(everything)


def offered(name: str, part: str, **asked: str) -> list[tuple[str, str, bool]]:
    """The options of one select box above the list of topics."""
    answer = client_of(part).get("/desk/topics", asked)
    (found,) = (each["options"] for each in answer.context["filters"] if each["name"] == name)
    return [(str(value), str(label), chosen) for value, label, chosen in found]


def test_from_a_place_one_can_go_further_down_and_back_up() -> None:
    place = User.objects.get(cast="district_office").grants.get().area_path
    down = [code for code, _name, _on in offered("area", "district_office")]
    assert down == list(
        Area.objects.filter(parent__path=place).order_by("path").values_list("code", flat=True)
    )
    town = next(code for code in down if Area.objects.filter(parent__code=code).exists())
    below = list(Area.objects.filter(parent__code=town).order_by("path").values_list("code", flat=True))
    assert [(code, on) for code, _name, on in offered("area", "district_office", area=town)] == [
        (town, True),
        *((code, False) for code in below),
    ]
    there = offered("area", "district_office", area=below[0])
    assert [(code, on) for code, _name, on in there][:2] == [(town, False), (below[0], True)]


def test_the_last_months_and_years_are_offered_and_the_chosen_one_is_marked() -> None:
    year, month = clock.today().year, clock.today().month
    before = (year, month - 1) if month > 1 else (year - 1, 12)
    usual = [
        f"{year}-{month:02}",
        f"{before[0]}-{before[1]:02}",
        f"{year}Q{(month + 2) // 3}",
        f"{year}",
        f"{year - 1}",
    ]
    assert [(code, on) for code, _name, on in offered("period", "town_office")] == [
        (code, False) for code in usual
    ]
    chosen = offered("period", "town_office", period=usual[1])
    assert [code for code, _name, on in chosen if on] == [usual[1]]
    older = offered("period", "town_office", period=f"{year - 4}-05")
    assert [(code, on) for code, _name, on in older] == [
        (f"{year - 4}-05", True),
        *((code, False) for code in usual),
    ]


def test_nothing_found_is_told_apart_from_nothing_there() -> None:
    desk, code = client_of("town_office"), offered("area", "town_office")[0][0]
    for asked, narrowed in (({}, False), ({"q": "没有这样的字"}, True), ({"area": code}, True)):
        assert desk.get("/desk/topics", asked).context["asked_for"] is narrowed, asked


def test_a_place_outside_of_ones_own_narrows_nothing_and_shows_nothing_more() -> None:
    everything = [row.pk for row in rows_of(TOPICS, "town_office")]
    assert [row.pk for row in rows_of(TOPICS, "town_office", area="32")] == everything
    assert [row.pk for row in rows_of(TOPICS, "town_office", area="x", period="x", theme="x")] == everything


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.kind)
def test_the_sheet_holds_the_rows_of_the_page_in_its_order(listing: Listing) -> None:
    for asked in ({}, {"late": "1"}, {"q": "楼"}):
        head, *rows = cells(sheet_of(listing, reader(listing), **asked))
        assert head[0] == "编号"
        assert len(head) == len(listing.columns) + 2
        assert [row[0] for row in rows] == [row.no for row in rows_of(listing, reader(listing), **asked)]


def test_what_looks_like_a_formula_an_address_or_a_number_stays_text() -> None:
    odd = ["=1+1", "+86", "@SUM(A1)", "https://example.org/", "000123", "-1\t=cmd"]
    rows = rows_of(TOPICS, "town_office")[: len(odd)]
    for row, title in zip(rows, odd, strict=True):
        Topic.objects.filter(pk=row.pk).update(title=title)
    content = sheet_of(TOPICS, "town_office")
    titles = {row[0]: row[1] for row in cells(content)}
    assert [titles[row.no] for row in rows] == odd
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "hyperlink" not in "".join(parts.namelist())
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet


def test_a_number_that_a_resident_wrote_down_does_not_leave_with_the_sheet() -> None:
    row = rows_of(SUBMISSIONS, "town_office")[0]
    Submission.objects.filter(pk=row.pk).update(text="打电话13812345678找我", gist="")
    content = sheet_of(SUBMISSIONS, "town_office")
    (line,) = (each for each in cells(content) if each[0] == row.no)
    assert "13812345678" not in str(line)
    assert "打电话" in str(line)


def test_the_sheet_says_what_it_is_a_sheet_of() -> None:
    content = sheet_of(COMMITMENTS, "town_office", late="1", q="楼")
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    said = {str(row[0]): row[1] for row in book.worksheets[1].iter_rows(values_only=True)}
    assert said["表名"] == "承诺事项"
    assert said["筛选"] == "逾期 · 楼"
    assert said["件数"] == str(len(cells(content)) - 1)


def strangers() -> Iterator[tuple[str, Listing]]:
    yield from (("member", listing) for listing in LISTINGS)
    yield from (("grid_worker", listing) for listing in LISTINGS)
    yield from (("doer", listing) for listing in (SUBMISSIONS, TOPICS, DELIBERATIONS, OUTCOMES))
    yield ("leader", SUBMISSIONS)


@pytest.mark.parametrize(("part", "listing"), list(strangers()), ids=lambda each: getattr(each, "kind", each))
def test_whoever_has_not_the_page_has_not_the_sheet(part: str, listing: Listing) -> None:
    client = client_of(part)
    for path in (address(listing), f"{address(listing)}.xlsx"):
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.kind)
def test_neither_page_nor_sheet_of_the_next_room_holds_a_row_of_this_one(listing: Listing) -> None:
    home = User.objects.get(cast="clerk").grants.get().room_no
    for asked in ({}, {"q": "楼"}, {"area": "3211"}):
        rows = rows_of(listing, "outsider", **asked)
        assert home not in {row.room.no for row in rows}
        assert [row[0] for row in cells(sheet_of(listing, "outsider", **asked))[1:]] == [
            row.no for row in rows
        ]


def test_what_concerns_the_rooms_cadres_is_in_no_list_of_the_room() -> None:
    row = rows_of(TOPICS, "clerk")[0]
    Topic.objects.filter(pk=row.pk).update(is_embargoed=True, desk_room_no="")
    assert row.pk not in {each.pk for each in rows_of(TOPICS, "clerk")}
    assert row.no not in str(cells(sheet_of(TOPICS, "clerk", q=row.no)))


def test_a_session_without_a_day_belongs_to_the_time_that_runs_and_to_no_other() -> None:
    home = User.objects.get(cast="clerk").grants.get().room_no
    undated = Deliberation.objects.filter(room__no=home, state=DeliberationState.PREPARED.value).first()
    assert undated is not None
    Deliberation.objects.filter(pk=undated.pk).update(held_at=None)
    today = clock.today()
    for period, is_there in ((f"{today:%Y-%m}", True), (str(today.year), True), (str(today.year - 1), False)):
        found = {row.pk for row in rows_of(DELIBERATIONS, "clerk", period=period)}
        assert (undated.pk in found) == is_there, period


def test_each_late_line_says_for_whom_it_is_late_and_what_is_waited_for() -> None:
    answer = client_of("district_office").get("/desk/commitments", {"late": "1"})
    lines = answer.context["lines"]
    assert all(re.search(r"等.+：.+", line.note) for line in lines)
    waits = " ".join(line.note for line in lines)
    assert "政协工委：" in waits, "an office that is late stands there by its name"
    assert "轮到谁办、期限过了，就算谁逾期" in answer.content.decode()
    assert "就算谁逾期" not in client_of("district_office").get("/desk/commitments").content.decode()
