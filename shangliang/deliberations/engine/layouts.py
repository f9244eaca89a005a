"""The two layouts: a room's plain 协商议事记录, and an organ's paper with red head, number and signatory."""

from __future__ import annotations

import io
from typing import Any

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt

from shangliang.deliberations.engine.content import Paper
from shangliang.deliberations.engine.sheet import (
    BODY_FACE,
    BODY_WIDTH,
    HEAD_FACE,
    NAME_FACE,
    RED,
    THREE,
    TITLE_FACE,
    TWO,
    from_right,
    line,
    new_sheet,
    rule,
    set_face,
)
from shangliang.kit import text

CENTER = WD_ALIGN_PARAGRAPH.CENTER
BLANK_LINE = "＿＿＿＿＿＿＿＿"
RED_HEAD, RED_HEAD_WIDTH = Pt(42), 0.95  # 发文机关标志: as large as fits one line, not more than this
RED_HEAD_SPACE = Mm(35)  # 7.2.4: its upper edge 35 mm below the upper edge of the text
RULE_SPACE = Mm(4)  # 7.2.7: the red rule 4 mm below the number


def plain(paper: Paper) -> bytes:
    """协商议事记录 of a room: a room is no organ that issues documents."""
    document = new_sheet()
    line(document, "协商议事记录", face=TITLE_FACE, size=TWO, align=CENTER, indent=False)
    line(document, f"{paper.organ}　{paper.number}", align=CENTER, indent=False, face=NAME_FACE)
    line(document, indent=False)
    _body(document, paper)
    line(document, indent=False)
    for signed in paper.signatures:
        words = f"{signed.name}（{signed.how}）　{_day(signed.on)}" if signed.name else BLANK_LINE
        line(document, f"{signed.seat}：{words}")
    _addenda(document, paper)
    _stamp(document, paper)
    return _bytes(document)


def official(paper: Paper) -> bytes:
    """Of a district's or city's organ: red head, number, signatory, GB/T 9704-2012."""
    document = new_sheet()
    mark = f"{paper.organ}文件"
    size = min(RED_HEAD, Pt(BODY_WIDTH.pt * RED_HEAD_WIDTH / len(mark)))
    head = line(document, mark, face=TITLE_FACE, size=size, align=CENTER, indent=False, colour=RED)
    head.paragraph_format.space_before = RED_HEAD_SPACE
    head.paragraph_format.line_spacing = 1.0
    line(document, indent=False)
    line(document, indent=False)
    number = line(document, paper.number, align=None, indent=False)
    number.paragraph_format.space_after = RULE_SPACE
    number.paragraph_format.tab_stops.add_tab_stop(BODY_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    _signatory(number, paper.signatory)
    rule(number, "FF0000", 1.5)
    line(document, indent=False)
    line(
        document,
        f"关于{paper.subject_line}的协商议事纪要",
        face=TITLE_FACE,
        size=TWO,
        align=CENTER,
        indent=False,
    )
    line(document, indent=False)
    _body(document, paper)
    line(document, indent=False)
    from_right(line(document, paper.organ, indent=False), 2)
    from_right(line(document, _day(paper.issued_on), indent=False), 4)
    _addenda(document, paper)
    _stamp(document, paper)
    return _bytes(document)


def _signatory(paragraph: Any, name: str) -> None:
    """签发人, in 楷体, at the right end of the number's line."""
    if not name:
        return
    for words, face in (("\t签发人：", BODY_FACE), (name, NAME_FACE)):
        run = paragraph.add_run(text.plain(words))
        run.font.size = THREE
        set_face(run, face)


def _body(document: Document, paper: Paper) -> None:
    for label, words in (("时间", paper.when), ("地点", paper.place), ("主题", paper.subject_line)):
        line(document, f"{label}：{words}")
    line(document, f"形式：{paper.form}")
    _head(document, "一、参加的人")
    for seat, who in paper.present:
        line(document, f"{seat}：{who}")
    _head(document, "二、商量的情况")
    for words in paper.said.splitlines() or ["（无）"]:
        line(document, words)
    _head(document, "三、商定的措施" if paper.items else "三、商量的结果")
    if paper.conclusion or paper.route:
        line(document, "；".join(part for part in (paper.conclusion, paper.route) if part) + "。")
    for number, item in enumerate(paper.items, 1):
        line(document, f"（{number}）{_sentence(item.what)}" + (_sentence(item.note) if item.note else ""))
    if paper.dissent:
        _head(document, "四、不同意见和解释")
        for words in paper.dissent.splitlines():
            line(document, words)
    _head(document, "五、效果" if paper.dissent else "四、效果")
    line(document, paper.effect)


def _sentence(words: str) -> str:
    """With one full stop, also where somebody typed it."""
    return words.rstrip("。；; ") + "。"


def _head(document: Document, words: str) -> None:
    line(document, words, face=HEAD_FACE)


def _addenda(document: Document, paper: Paper) -> None:
    if paper.addenda:
        line(document, indent=False)
        _head(document, "补记")
    for words in paper.addenda:
        line(document, words)


def _stamp(document: Document, paper: Paper) -> None:
    """One line with which whoever keeps the paper holds the ledger to what it was that day."""
    if paper.stamp is not None:
        line(document, indent=False)
        words = f"系统留痕：至{paper.stamp.at:%Y-%m-%d %H:%M}共{paper.stamp.size}条，指纹{paper.stamp.root}"
        line(document, words, face=NAME_FACE, indent=False)


def _day(day: Any) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _bytes(document: Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
