"""The sheet of GB/T 9704-2012: A4, its margins, 22 lines of 28 characters, and the faces it names."""

from __future__ import annotations

import math
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from shangliang.kit.text import plain

# GB/T 9704-2012, 5.2: 天头 37 mm, 订口 28 mm, 版心 156 mm x 225 mm
PAGE_WIDTH, PAGE_HEIGHT = Mm(210), Mm(297)
TOP, LEFT = Mm(37), Mm(28)
BODY_WIDTH, BODY_HEIGHT = Mm(156), Mm(225)
LINES, CHARACTERS = 22, 28  # 5.2.3: 一般每面排 22 行，每行排 28 个字
THREE = Pt(16)  # 三号
TWO = Pt(22)  # 二号
FOUR = Pt(14)  # 四号
BODY_FACE, HEAD_FACE, TITLE_FACE, NAME_FACE = "仿宋_GB2312", "黑体", "方正小标宋简体", "楷体_GB2312"
LATIN_FACE = "Times New Roman"
RED = RGBColor(0xFF, 0, 0)
TWIPS_PER_POINT, CHAR_UNITS_PER_POINT = 20, 4096


def new_sheet() -> DocumentType:
    """An empty document on that sheet, in 三号仿宋."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = PAGE_WIDTH, PAGE_HEIGHT
    section.top_margin, section.left_margin = TOP, LEFT
    section.right_margin = Length(PAGE_WIDTH - LEFT - BODY_WIDTH)
    section.bottom_margin = Length(PAGE_HEIGHT - TOP - BODY_HEIGHT)
    section.footer_distance = Mm(28)
    _grid(section)
    normal = document.styles["Normal"]
    normal.font.size = THREE
    _face(normal.element.get_or_add_rPr(), BODY_FACE)
    shape = normal.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    _off_the_grid(normal)
    _page_numbers(section)
    return document


def _grid(section: Any) -> None:
    """w:docGrid linesAndChars: the pitch of 22 lines, and what 28 characters leave between them."""
    properties = section._sectPr
    for former in properties.findall(qn("w:docGrid")):
        properties.remove(former)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "linesAndChars")
    grid.set(qn("w:linePitch"), str(int(BODY_HEIGHT.pt * TWIPS_PER_POINT / LINES)))
    pitch = BODY_WIDTH.pt / CHARACTERS - THREE.pt
    grid.set(qn("w:charSpace"), str(round(pitch * CHAR_UNITS_PER_POINT)))
    properties.append(grid)


def _off_the_grid(style: Any) -> None:
    """Keep 22 lines of 28 characters by the style's own measures, and let text stand beside the declared grid.

    28 characters of 三号 are wider than 156 mm, so the grid's cells are narrower than a character: Word and WPS
    condense them, LibreOffice gives each character two cells. Set like this they come out the same everywhere.
    """
    shape = style.paragraph_format
    shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    shape.line_spacing = Pt(BODY_HEIGHT.pt * TWIPS_PER_POINT // LINES / TWIPS_PER_POINT)
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    style.element.get_or_add_pPr().find(qn("w:spacing")).addprevious(snap)
    space = OxmlElement("w:spacing")
    narrower = math.floor((BODY_WIDTH.pt / CHARACTERS - THREE.pt) * TWIPS_PER_POINT)
    space.set(qn("w:val"), str(narrower))
    style.element.get_or_add_rPr().find(qn("w:sz")).addprevious(space)


def _face(properties: Any, face: str, latin: str = LATIN_FACE) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    fonts.set(qn("w:eastAsia"), face)
    fonts.set(qn("w:ascii"), latin)
    fonts.set(qn("w:hAnsi"), latin)


def set_face(run: Any, face: str) -> None:
    """The face of one run."""
    _face(run._element.get_or_add_rPr(), face)


def line(
    document: Any,
    words: str = "",
    *,
    face: str = BODY_FACE,
    size: Pt = THREE,
    align: WD_ALIGN_PARAGRAPH | None = None,
    indent: bool = True,
    bold: bool = False,
    colour: RGBColor | None = None,
) -> Paragraph:
    """One paragraph; running text begins two characters in."""
    paragraph: Paragraph = document.add_paragraph()
    if align is not None:
        paragraph.alignment = align
    if indent:
        _first_line(paragraph)
    run = paragraph.add_run(plain(words))  # also of rows that came in before words were made plain
    run.font.size, run.bold = size, bold
    if colour is not None:
        run.font.color.rgb = colour
    set_face(run, face)
    return paragraph


def _first_line(paragraph: Paragraph) -> None:
    """左空二字, counted in characters so that it follows the grid."""
    properties = paragraph._p.get_or_add_pPr()
    indent = OxmlElement("w:ind")
    indent.set(qn("w:firstLineChars"), "200")
    indent.set(qn("w:firstLine"), str(int(THREE.pt * TWIPS_PER_POINT * 2)))
    properties.append(indent)


def rule(paragraph: Paragraph, colour: str, points: float) -> None:
    """A line under a paragraph, as wide as the text."""
    properties = paragraph._p.get_or_add_pPr()
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", str(int(points * 8))), ("space", "4"), ("color", colour)):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    properties.append(borders)


def from_right(paragraph: Paragraph, characters: int) -> None:
    """右空若干字."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    properties = paragraph._p.get_or_add_pPr()
    indent = OxmlElement("w:ind")
    indent.set(qn("w:rightChars"), str(characters * 100))
    indent.set(qn("w:right"), str(int(THREE.pt * TWIPS_PER_POINT * characters)))
    properties.append(indent)


def _page_numbers(section: Any) -> None:
    """4 号半角宋体阿拉伯数字, a dash on either side (7.5)."""
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, words in (("text", "— "), ("field", "PAGE"), ("text", " —")):
        run = paragraph.add_run(words if kind == "text" else "")
        run.font.size = FOUR
        _face(run._element.get_or_add_rPr(), "宋体", "宋体")
        if kind == "field":
            _field(run, words)


def _field(run: Any, code: str) -> None:
    for mark in ("begin", "separate", "end"):
        if mark == "separate":
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = code
            run._element.append(instruction)
        element = OxmlElement("w:fldChar")
        element.set(qn("w:fldCharType"), mark)
        run._element.append(element)
