"""What comes in is re-encoded; what is no picture is told so."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from shangliang.kit.images import LONG_SIDE, Fault, Unfit, clean_photo


def file(width: int = 400, height: int = 300, kind: str = "JPEG", **extra: object) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#b3261e").save(out, kind, **extra)
    out.seek(0)
    return out


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_makes_a_jpeg_of_any_photo(kind: str) -> None:
    cleaned = clean_photo(file(kind=kind))
    assert Image.open(io.BytesIO(cleaned.photo)).format == "JPEG"


def test_it_strips_where_the_photo_was_taken() -> None:
    exif = Image.Exif()
    exif[0x010F] = "phone"
    exif.get_ifd(0x8825)[1] = "N"
    cleaned = clean_photo(file(exif=exif.tobytes()))
    assert not Image.open(io.BytesIO(cleaned.photo)).getexif()


def test_it_turns_the_photo_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    cleaned = clean_photo(file(400, 300, exif=exif.tobytes()))
    assert (cleaned.width, cleaned.height) == (300, 400)


def test_it_shrinks_what_is_large() -> None:
    cleaned = clean_photo(file(4000, 3000))
    assert max(cleaned.width, cleaned.height) == LONG_SIDE


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7 named .jpg", b"<svg onload=alert(1)>", b"\xff\xd8\xff\xe0broken"]
)
def test_it_refuses_what_is_no_picture(content: bytes) -> None:
    with pytest.raises(Unfit) as unfit:
        clean_photo(io.BytesIO(content))
    assert unfit.value.fault == Fault.NO_PICTURE


def test_it_refuses_twenty_megabytes() -> None:
    with pytest.raises(Unfit) as unfit:
        clean_photo(io.BytesIO(b"x" * 20 * 1024 * 1024))
    assert unfit.value.fault == Fault.TOO_LARGE
    assert "10" in str(unfit.value)


def test_it_refuses_a_small_file_that_unfolds() -> None:
    with pytest.raises(Unfit) as unfit:
        clean_photo(file(9000, 9000, "PNG"))
    assert unfit.value.fault == Fault.TOO_MANY_PIXELS
