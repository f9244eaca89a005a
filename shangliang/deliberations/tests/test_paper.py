"""The Word file, opened again: its sheet, its grid, its faces, and what it does not say."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.states import Conclusion
from shangliang.deliberations.tasks import make_document
from shangliang.deliberations.tests import factories as make
from shangliang.deliberations.tests.factories import COUNTY, MONDAY, make_world
from shangliang.ledger.models import Checkpoint
from shangliang.ledger.tasks import seal

pytestmark = pytest.mark.django_db


def opened(deliberation: Deliberation) -> Any:
    """The kept file, as Word reads it."""
    record = deliberation.record
    make_document(record, MONDAY + timedelta(days=9))
    record.refresh_from_db()
    with record.document.open("rb") as file:
        return Document(io.BytesIO(file.read()))


def test_what_came_in_before_texts_were_made_plain_can_still_be_printed() -> None:
    deliberation = make.archived(make_world())
    deliberation.record.said = "灯坏了\x07三个月\x1b。\ufffe"
    deliberation.record.save()
    assert "灯坏了 三个月。" in words(opened(deliberation))


@pytest.mark.parametrize("is_official", [False, True])
def test_the_paper_says_how_the_ledger_stood(is_official: bool) -> None:
    deliberation = make.archived(make_world())
    if is_official:
        Deliberation.objects.update(desk_path=COUNTY, desk_room_no="")
        deliberation = make.again(deliberation)
    assert "系统留痕" not in words(opened(deliberation))
    seal(MONDAY + timedelta(days=8))
    kept = Checkpoint.objects.get()
    last = words(opened(deliberation)).splitlines()[-1]
    day = timezone.localtime(kept.at)
    assert last == f"系统留痕：至{day:%Y-%m-%d %H:%M}共{kept.size}条，指纹{kept.root[:16]}"


def words(document: Any) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


@pytest.fixture
def plain() -> Any:
    return opened(make.archived(make_world()))


@pytest.fixture
def official() -> Any:
    deliberation = make.archived(make_world())
    Deliberation.objects.update(desk_path=COUNTY, desk_room_no="")
    return opened(make.again(deliberation))


@pytest.mark.parametrize("name", ["plain", "official"])
def test_the_sheet_is_that_of_the_standard(name: str, request: pytest.FixtureRequest) -> None:
    section = request.getfixturevalue(name).sections[0]
    measured = {
        "top": section.top_margin,
        "left": section.left_margin,
        "right": section.right_margin,
        "bottom": section.bottom_margin,
    }
    wanted = {"top": Mm(37), "left": Mm(28), "right": Mm(26), "bottom": Mm(35)}
    for side, margin in wanted.items():
        assert abs(measured[side] - margin) < Mm(0.1), side
    assert abs(section.page_width - Mm(210)) < Mm(0.1)
    assert abs(section.page_height - Mm(297)) < Mm(0.1)


@pytest.mark.parametrize("name", ["plain", "official"])
def test_the_grid_has_22_lines_of_28_characters(name: str, request: pytest.FixtureRequest) -> None:
    document = request.getfixturevalue(name)
    grid = document.sections[0]._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "linesAndChars"
    line_pitch = int(grid.get(qn("w:linePitch"))) / 20
    character = document.styles["Normal"].font.size.pt + int(grid.get(qn("w:charSpace"))) / 4096
    assert Mm(225).pt // line_pitch == 22
    assert round(Mm(156).pt / character, 1) == 28.0
    normal = document.styles["Normal"]
    own_width = normal.font.size.pt + int(normal.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert Mm(156).pt // own_width == 28
    assert Mm(225).pt // normal.paragraph_format.line_spacing.pt == 22


@pytest.mark.parametrize("name", ["plain", "official"])
def test_running_text_is_three_in_fangsong(name: str, request: pytest.FixtureRequest) -> None:
    document = request.getfixturevalue(name)
    said = next(row for row in document.paragraphs if "大家都说该修" in row.text)
    run = said.runs[0]
    assert run.font.size.pt == 16
    assert run._element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"
    assert said._p.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"


def test_a_rooms_paper_is_plain(plain: Any) -> None:
    text = words(plain)
    assert text.startswith("协商议事记录\n桃园社区协商议事室")
    assert "文件" not in text
    assert "更换楼道灯" in text
    assert "第一召集人：first_convener（工作台签字）" in text
    assert all(
        run.font.color.rgb is None
        for row in plain.paragraphs
        for run in row.runs
        if run.font.color is not None
    )


def test_an_organs_paper_has_red_head_number_and_signatory(official: Any) -> None:
    rows = official.paragraphs
    assert rows[0].text == "政协京口区委员会文件"
    assert str(rows[0].runs[0].font.color.rgb) == "FF0000"
    number = next(row for row in rows if "〔2026〕" in row.text)
    assert "签发人：" in number.text
    assert number._p.pPr.find(qn("w:pBdr")) is not None
    assert [row.text for row in rows if row.text][-2:] == ["政协京口区委员会", "2026年3月9日"]


def test_an_organs_paper_bears_the_number_that_was_given_where_it_was_opened() -> None:
    deliberation = make.archived(make_world())
    Deliberation.objects.update(desk_path=COUNTY, desk_room_no="", origin_code="B7", origin_key=5)
    assert any("协商〔2026〕B7-5号" in row.text for row in opened(make.again(deliberation)).paragraphs)


@pytest.mark.parametrize("name", ["plain", "official"])
def test_residents_are_numbers_not_names(name: str, request: pytest.FixtureRequest) -> None:
    text = words(request.getfixturevalue(name))
    assert "三号楼住户代表" not in text
    assert "利益相关方：1 人" in text
    assert "群众代表" not in text
    assert "其他群众：21 人" in text, "who came by is no delegate"


def test_a_measure_says_who_answers_for_it_by_when_and_how_one_sees_it(plain: Any) -> None:
    text = words(plain)
    assert "责任单位：" in text
    assert "；完成时限：" in text
    assert "；办结标准：" in text
    assert "。。" not in text
    assert "商定了措施。" not in text, "the heading says it"


def test_a_session_without_measures_has_no_heading_for_them() -> None:
    deliberation = make.archived(make_world())
    deliberation.record.measures.all().delete()
    deliberation.record.conclusion = Conclusion.NO_AGREEMENT
    deliberation.record.save()
    text = words(opened(deliberation))
    assert "三、商量的结果\n未达成一致。" in text
    assert "商定的措施" not in text


def test_a_newer_file_takes_the_place_of_the_former() -> None:
    deliberation = make.archived(make_world())
    opened(deliberation)
    former = deliberation.record.document.name
    make_document(deliberation.record, MONDAY + timedelta(days=10))
    assert deliberation.record.document.name != former
    assert not deliberation.record.document.storage.exists(str(former))


def test_without_signatures_there_are_lines_to_sign_on() -> None:
    assert "第二召集人：＿＿" in words(opened(make.to_sign(make_world())))
