"""What comes in is re-encoded; what is no picture is told so."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from shangliang.kit import images
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


def with_exif(blob: bytes, picture: bytes | None = None) -> io.BytesIO:
    """A photo whose block of EXIF is `blob`."""
    raw = picture or file().read()
    note = b"\xff\xe1" + struct.pack(">H", len(blob) + 8) + b"Exif\0\0" + blob
    return io.BytesIO(raw[:2] + note + raw[2:])


def exif() -> bytes:
    made = Image.Exif()
    made[0x0112], made[0x010F] = 6, "phone"
    made.get_ifd(0x8825)[2] = (32.0, 5.0, 1.0)
    made.get_ifd(0x8769)[0x829A] = 0.01
    return bytes(made.tobytes())[6:]


def test_an_impossible_fraction_beside_the_pixels_costs_nobody_the_photo() -> None:
    """One of -1/0, unsigned: what a phone wrote could be read and not be written again."""
    head, tag = struct.pack("<2sHIH", b"II", 42, 8, 2), struct.pack("<HHIHH", 0x0112, 3, 1, 6, 0)
    fraction = struct.pack("<HHII", 0x011A, 5, 1, 38)
    blob = head + tag + fraction + bytes(4) + struct.pack("<iI", -1, 0)
    cleaned = clean_photo(with_exif(blob))
    assert (cleaned.width, cleaned.height) == (300, 400), "and it stands upright"


def test_no_metadata_whatever_costs_the_photo() -> None:
    blob, chance = exif(), random.Random(9)
    for _turn in range(300):
        odd = bytearray(blob)
        for _change in range(chance.choice((1, 3, 20))):
            odd[chance.randrange(len(odd))] = chance.randrange(256)
        cleaned = clean_photo(with_exif(bytes(odd)))
        assert {cleaned.width, cleaned.height} == {300, 400}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "HEIF"])
def test_whatever_is_broken_gets_a_sentence(kind: str) -> None:
    raw, chance, said = file(60, 50, kind).read(), random.Random(4), []
    for _turn in range(60):
        odd = bytearray(raw[: chance.randrange(1, len(raw) + 1)])
        odd[chance.randrange(len(odd))] = chance.randrange(256)
        try:
            clean_photo(io.BytesIO(bytes(odd)))
        except Unfit as unfit:
            said.append(str(unfit))
    assert said
    assert all(said)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_what_did_not_arrive_whole_is_asked_for_again(kind: str) -> None:
    out = io.BytesIO()
    Image.effect_noise((200, 200), 90).convert("RGB").save(out, kind)
    with pytest.raises(Unfit) as unfit:
        clean_photo(io.BytesIO(out.getvalue()[: -len(out.getvalue()) // 5]))
    assert unfit.value.fault == Fault.CUT_SHORT
    assert str(unfit.value) == "这张照片没有传完整，请再发一次。"


def test_a_photo_of_an_iphone_is_taken() -> None:
    cleaned = clean_photo(file(640, 480, "HEIF"))
    assert (cleaned.width, cleaned.height) == (640, 480)


def test_where_no_program_reads_it_the_sentence_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    heic = file(64, 48, "HEIF")
    monkeypatch.setattr(images, "pillow_heif", None)
    monkeypatch.setattr(images, "FORMATS", ("JPEG", "PNG"))
    with pytest.raises(Unfit, match="兼容性最佳"):
        clean_photo(heic)


def test_ink_on_nothing_stands_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(clean_photo(io.BytesIO(out.getvalue())).photo)) as shown:
        assert sum(shown.convert("L").histogram()[251:]) == 50 * 50


# The kernel's own count of this program: what `getrusage` says, a program takes over from the one that started it.
MEASURE = """
import io, re, sys, time
def most():
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read()).group(1))
import django
from django.conf import settings
settings.configure(USE_I18N=False)
django.setup()
from PIL import Image
from shangliang.kit.images import clean_photo
clean_photo(open(sys.argv[1], "rb"))  # what is loaded once
open("/proc/self/clear_refs", "w").write("5")  # the most is counted from here
before, started = most(), time.process_time()
cleaned = clean_photo(open(sys.argv[2], "rb"))
used = most() - before
print(cleaned.width, cleaned.height, time.process_time() - started, used / 1024)
"""


def measured(tmp_path: Path, large: Path) -> tuple[tuple[float, float], float, float]:
    """Size, seconds of the processor (others work beside it) and mebibytes, in a process of its own."""
    small = tmp_path / "small.jpg"
    Image.new("RGB", (40, 30)).save(small)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(small), str(large)], capture_output=True, text=True, check=True
    )
    width, height, seconds, megabytes = map(float, done.stdout.split())
    return (width, height), seconds, megabytes


QUICKLY: dict[str, dict[str, Any]] = {
    "PNG": {"compress_level": 1},
    "HEIF": {"quality": 30, "enc_params": {"preset": "ultrafast"}},
    "WEBP": {"method": 0},
}
LARGE = (
    ("JPEG", "L", (12000, 9000), (1600, 1200)),  # 108 megapixels
    ("PNG", "RGB", (6000, 5000), (1600, 1334)),
    ("PNG", "RGBA", (6000, 5000), (1600, 1334)),
    ("PNG", "P", (10000, 8000), (1600, 1280)),
    ("HEIF", "RGB", (5712, 4284), (1600, 1200)),  # as iPhones take them unless told otherwise
    ("WEBP", "RGB", (4032, 3024), (1600, 1200)),  # as most phones take them
    ("WEBP", "RGBA", (4000, 3000), (1600, 1200)),
    ("GIF", "P", (6000, 5000), (1600, 1334)),
)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted as Linux counts it")
@pytest.mark.parametrize(("kind", "mode", "size", "shown"), LARGE)
def test_a_large_picture_is_read_in_three_seconds_and_150_megabytes(
    tmp_path: Path, kind: str, mode: str, size: tuple[int, int], shown: tuple[int, int]
) -> None:
    large = tmp_path / f"large.{kind}"
    grey = Image.radial_gradient("L").resize(size)
    made = (
        grey if mode == "L" else Image.merge(mode, [grey] * len(mode)) if mode != "P" else grey.convert("P")
    )
    made.save(large, kind, **QUICKLY.get(kind, {}))
    found, seconds, megabytes = measured(tmp_path, large)
    assert found == shown
    assert seconds <= 3
    assert megabytes <= 150


def progressive(width: int, height: int, subsampling: int) -> bytes:
    out, grey = io.BytesIO(), Image.radial_gradient("L").resize((width, height))
    made = Image.merge("RGB", [grey, grey.rotate(180), grey])
    made.save(out, "JPEG", progressive=True, quality=30, subsampling=subsampling)
    return out.getvalue()


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted as Linux counts it")
@pytest.mark.parametrize(("size", "subsampling"), [((7000, 5200), 2), ((5200, 4100), 0)])
def test_a_progressive_jpeg_is_read_in_150_megabytes(
    tmp_path: Path, size: tuple[int, int], subsampling: int
) -> None:
    """It is held whole until its last line is read, and takes the more the finer its colours are."""
    large = tmp_path / "large.jpg"
    large.write_bytes(progressive(*size, subsampling))
    found, _seconds, megabytes = measured(tmp_path, large)
    assert max(found) == LONG_SIDE
    assert megabytes <= 150


@pytest.mark.parametrize(("size", "subsampling"), [((7600, 5600), 2), ((5600, 4400), 0)])
def test_a_larger_progressive_jpeg_is_refused(size: tuple[int, int], subsampling: int) -> None:
    with pytest.raises(Unfit) as unfit:
        clean_photo(io.BytesIO(progressive(*size, subsampling)))
    assert unfit.value.fault == Fault.TOO_MANY_PIXELS


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted as Linux counts it")
def test_of_many_that_come_at_once_one_after_the_other_is_read(tmp_path: Path) -> None:
    """Three forms in three threads of one process: the pixels of one, and the files and small pictures of three."""
    large, small = tmp_path / "large.png", tmp_path / "small.jpg"
    Image.effect_noise((1000, 800), 90).resize((10000, 8000), 0).save(large, compress_level=1)
    Image.new("RGB", (40, 30)).save(small)
    program = MEASURE.replace(
        'cleaned = clean_photo(open(sys.argv[2], "rb"))',
        """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(3) as threads:
    cleaned = list(threads.map(lambda _turn: clean_photo(open(sys.argv[2], "rb")), range(3)))[0]
""",
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(small), str(large)], capture_output=True, text=True, check=True
    )
    assert float(done.stdout.split()[3]) <= 190, "two at once would be 80 more"


def test_what_a_program_wrote_as_a_comment_is_gone() -> None:
    """In a JPEG and in a GIF beside the pixels, in a PNG as text."""
    text = PngInfo()
    text.add_text("Comment", "COMMENT-SECRET")
    for kind in ("JPEG", "GIF"):
        assert b"COMMENT-SECRET" in file(kind=kind, comment=b"COMMENT-SECRET").read()
        cleaned = clean_photo(file(kind=kind, comment=b"COMMENT-SECRET"))
        assert b"COMMENT-SECRET" not in cleaned.photo + cleaned.thumbnail
        with Image.open(io.BytesIO(cleaned.photo)) as kept:
            assert "comment" not in kept.info
    cleaned = clean_photo(file(kind="PNG", pnginfo=text))
    assert b"COMMENT-SECRET" not in cleaned.photo + cleaned.thumbnail


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted as Linux counts it")
@pytest.mark.parametrize("kind", ["PNG", "HEIF", "WEBP"])
def test_what_is_larger_still_is_refused_before_it_is_unfolded(tmp_path: Path, kind: str) -> None:
    """48 megapixels, as iPhones take them when they are told to; of WebP 16."""
    large = tmp_path / f"large.{kind}"
    size = (4618, 3464) if kind == "WEBP" else (8064, 6048)
    Image.new("RGB", size, "#b3261e").save(large, kind, **QUICKLY[kind])
    program = MEASURE.replace(
        'cleaned = clean_photo(open(sys.argv[2], "rb"))',
        """
from types import SimpleNamespace
try:
    cleaned = clean_photo(open(sys.argv[2], "rb"))
except Exception as unfit:
    assert unfit.fault == "too_many_pixels"
    cleaned = SimpleNamespace(width=0, height=0)
""",
    )
    small = tmp_path / "small.jpg"
    Image.new("RGB", (40, 30)).save(small)
    done = subprocess.run(
        [sys.executable, "-c", program, str(small), str(large)], capture_output=True, text=True, check=True
    )
    width, _height, seconds, megabytes = map(float, done.stdout.split())
    assert width == 0
    assert seconds <= 1
    assert megabytes <= 20


@pytest.mark.parametrize("kind", ["PNG", "HEIF", "WEBP", "GIF"])
def test_no_line_is_lost_where_one_band_ends_and_the_next_begins(kind: str) -> None:
    """A picture of one colour stays of one colour, and a ramp a ramp: no seam, no shift."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((90, 4111)).convert("RGB").save(out, kind, **QUICKLY.get(kind, {}))
    out.seek(0)
    with Image.open(io.BytesIO(clean_photo(out).photo)) as shown:
        middle = [shown.convert("L").getpixel((shown.width // 2, line)) for line in range(shown.height)]
    steps = [int(after) - int(before) for before, after in zip(middle, middle[1:], strict=False)]  # type: ignore[arg-type]
    assert max(map(abs, steps)) <= 8
    assert middle[0] in range(8)
    assert middle[-1] in range(247, 256)
