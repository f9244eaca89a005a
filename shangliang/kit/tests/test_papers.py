"""Letters that offices send: what is taken, by its content, and what is said of the rest."""

from __future__ import annotations

import io
from zipfile import ZipFile

import pytest
from docx import Document
from pikepdf import Array, Dictionary, Encryption, Name, Pdf, Stream, String
from PIL import Image

from shangliang.kit.images import Unfit
from shangliang.kit.papers import TYPES, Paper, UnfitPaper, clean_paper
from shangliang.kit.tests.made import pdf


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (180, 40, 30)).save(out, "PNG")
    return out.getvalue()


PDF = pdf()
WORD = packed("[Content_Types].xml", "word/document.xml")
SECRET = b"Wang Guifang"  # whoever typed it, on whose machine, and where


@pytest.mark.parametrize(("raw", "ending"), [(PDF, "pdf"), (WORD, "docx")])
def test_a_letter_stays_of_its_kind(raw: bytes, ending: str) -> None:
    assert clean_paper(io.BytesIO(raw)).ending == ending
    assert ending in TYPES


def photographed() -> bytes:
    """A JPEG that says where it was taken, and by whom."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x013B] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (40, 30), (180, 40, 30)).save(out, "JPEG", exif=exif, comment=SECRET)
    return out.getvalue()


def written_pdf() -> Pdf:
    """A letter as office programs write it: an author, XMP, a remark, a program, a file and a photo in it."""
    made = Pdf.open(io.BytesIO(PDF))
    made.docinfo["/Author"] = SECRET.decode()
    with made.open_metadata() as xmp:
        xmp["dc:creator"] = [SECRET.decode()]
    page = made.pages[0]
    remark = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Text,
        Rect=Array([0, 0, 9, 9]),
        T=String(SECRET.decode()),
        Contents=String("read"),
    )
    photo = Stream(made, photographed())
    photo.stream_dict = Dictionary(
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=40,
        Height=30,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    page.obj["/Annots"] = made.make_indirect(Array([made.make_indirect(remark)]))
    page.obj["/Resources"] = Dictionary(XObject=Dictionary(Photo=photo))
    page.obj["/PieceInfo"] = Dictionary(Word=Dictionary(Private=String(SECRET.decode())))
    made.Root["/OpenAction"] = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    made.attachments["draft.txt"] = SECRET
    return made


def saved(made: Pdf, **how: object) -> bytes:
    out = io.BytesIO()
    made.save(out, **how)  # type: ignore[arg-type]  # as pikepdf takes them
    return out.getvalue()


def unfolded(raw: bytes) -> bytes:
    """Every object and stream of a PDF as it can be read."""
    with Pdf.open(io.BytesIO(raw)) as found:
        streams = [each.read_raw_bytes() for each in found.objects if isinstance(each, Stream)]
        return (
            b"".join([*streams, *(repr(each).encode() for each in found.objects)])
            + repr(found.trailer).encode()
        )


def test_a_pdf_keeps_what_it_shows_and_loses_who_wrote_it() -> None:
    raw = saved(written_pdf())
    assert unfolded(raw).count(SECRET) >= 5
    kept = clean_paper(io.BytesIO(raw))
    assert SECRET not in unfolded(kept.data)
    assert b"app.alert" not in unfolded(kept.data)
    with Pdf.open(io.BytesIO(kept.data)) as found:
        assert "/Info" not in found.trailer
        assert "/Metadata" not in found.Root
        assert not found.attachments
        page = found.pages[0]
        assert page.Contents.read_bytes() == b"% dear neighbours"
        assert str(page.Annots[0].Contents) == "read"
        photo = io.BytesIO(page.Resources.XObject.Photo.read_raw_bytes())
    with Image.open(photo) as shown:
        assert not shown.getexif()
        assert shown.convert("RGB").getpixel((5, 5)) == pytest.approx((180, 40, 30), abs=3)


def test_what_a_pdf_was_before_its_last_change_is_not_kept() -> None:
    """Programs write changes behind the former text, which stays in the file."""
    before = PDF.replace(b"%%EOF\n", b"") + b"% " + SECRET + b"\n%%EOF\n"
    assert SECRET not in clean_paper(io.BytesIO(before)).data


def test_a_seal_is_not_broken() -> None:
    made = written_pdf()
    made.Root["/AcroForm"] = Dictionary(
        SigFlags=3,
        Fields=Array(
            [
                made.make_indirect(
                    Dictionary(
                        FT=Name.Sig,
                        T=String("seal"),
                        V=Dictionary(
                            Type=Name.Sig, ByteRange=Array([0, 1, 2, 3]), Contents=String(b"\x00\x01")
                        ),
                    )
                )
            ]
        ),
    )
    raw = saved(made)
    assert clean_paper(io.BytesIO(raw)) == Paper(raw, "pdf")


def test_a_letter_under_a_password_says_what_to_do() -> None:
    raw = saved(written_pdf(), encryption=Encryption(owner="a", user="b"))
    with pytest.raises(UnfitPaper, match="请去掉密码再传"):
        clean_paper(io.BytesIO(raw))


def test_a_word_file_keeps_its_words_and_loses_who_wrote_them() -> None:
    made, out = Document(), io.BytesIO()
    made.core_properties.author = made.core_properties.last_modified_by = SECRET.decode()
    made.add_paragraph("答复：路灯已经修好。")
    remarked = made.add_paragraph("12 盏。")
    made.add_comment(remarked.runs, text="数过了", author=SECRET.decode(), initials="WGF")
    made.add_picture(io.BytesIO(photographed()))
    made.save(out)
    kept = clean_paper(io.BytesIO(out.getvalue()))
    with ZipFile(io.BytesIO(kept.data)) as parts:
        assert not any(SECRET in parts.read(name) for name in parts.namelist())
    again = Document(io.BytesIO(kept.data))
    assert [each.text for each in again.paragraphs][:2] == ["答复：路灯已经修好。", "12 盏。"]
    assert [each.text for each in again.comments] == ["数过了"]
    assert again.core_properties.author == ""


def test_a_small_word_file_that_unfolds_is_refused() -> None:
    out = io.BytesIO()
    with ZipFile(out, "w", 8) as made:
        made.writestr("word/document.xml", bytes(70 * 1024 * 1024))
    with pytest.raises(UnfitPaper):
        clean_paper(io.BytesIO(out.getvalue()))


def test_of_a_photo_of_the_sheet_only_the_pixels_are_kept() -> None:
    paper = clean_paper(io.BytesIO(picture()))
    assert paper.ending == "jpg"
    assert paper.data.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"%PDF-1.7 half of it", "没有传完整"),
        (WORD[:-30], "没有传完整"),
        (packed("xl/workbook.xml"), "请上传 PDF、Word（docx）或者照片"),
        (packed("word/document.xml", "word/vbaProject.bin"), "有宏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "老格式"),
        (b"MZ\x90 a program", "请上传 PDF、Word（docx）或者照片"),
        (b"", "请上传 PDF、Word（docx）或者照片"),
    ],
)
def test_what_cannot_be_taken_says_what_to_do(raw: bytes, said: str) -> None:
    with pytest.raises(UnfitPaper) as unfit:
        clean_paper(io.BytesIO(raw))
    assert said in str(unfit.value)


def test_what_is_too_large_says_how_large_it_may_be() -> None:
    with pytest.raises(UnfitPaper) as unfit:
        clean_paper(io.BytesIO(PDF + b" " * 1024 * 1024 + b"%%EOF"), megabytes=1)
    assert "不超过 1 MB" in str(unfit.value)


def test_a_photo_that_did_not_come_whole_says_so_in_its_own_words() -> None:
    with pytest.raises(Unfit):
        clean_paper(io.BytesIO(picture()[:-40]))
