"""Photos: recognised by content, turned upright, shrunk, re-encoded, stripped of place data.

What comes in is never what is kept: only pixels are. Called before any transaction.
"""

from __future__ import annotations

import io
import struct
import threading
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Any, ClassVar

from django.utils.translation import gettext_lazy as _
from PIL import Image

try:
    import pillow_heif
except ImportError:  # no wheel for this machine: such photos are asked for in another format
    pillow_heif = None  # type: ignore[assignment]  # a module, where it is there

MOST_PIXELS = 60_000_000  # what may be unfolded; a small file that unfolds to more is a trap
MOST_PIXELS_DRAFTED = (
    250_000_000  # of a JPEG that is read at an eighth to a half: the 108 and 200 megapixels of phones
)
MOST_BYTES = 120 * 1024 * 1024  # that the pixels of one file may take while they are read
# Of one pixel in Pillow's hands, by mode; of HEIF with the decoder's own planes beside it.
BYTES, BYTES_OTHERWISE, BYTES_HEIF = {"1": 1, "L": 1, "P": 1, "I;16": 2}, 4, 5
# Where all that is held can be told beforehand. WebP: three copies in colours with alpha, and the file three times;
# a progressive JPEG: two bytes of each value, and what measuring found besides.
MOST_BYTES_TOLD = 148 * 1024 * 1024
BYTES_WEBP, FILES_WEBP, BYTES_BESIDES = 12, 3, 1.1
BAND_LINES = 256
READ_BY_LINES = frozenset({"JPEG", "MPO"})
LONG_SIDE = 1600
THUMBNAIL_SIDE = 320
QUALITY = 82
FORMATS: tuple[str, ...] = ("JPEG", "PNG", "WEBP", "GIF", "BMP")  # a phone's MPO opens as JPEG
HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
ORIENTATION = 0x0112  # the tag of EXIF
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
READING = (
    threading.Lock()
)  # one picture at a time is unfolded in a process, however many forms arrive at once
SCAN = b"\xda"  # the marker at which the pixels of a JPEG begin
# markers of metadata and comments, but for Adobe's of the colours
NOTES = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
WHITE = (255, 255, 255)
# What the libraries raise at bytes that are not what their first ones promise.
BROKEN = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)

# A picture in one piece: large ones go back to the machine, pieces of 16 MiB would stay with the thread that read them.
Image.core.set_block_size(MOST_BYTES)  # type: ignore[attr-defined]  # its C part
Image.MAX_IMAGE_PIXELS = MOST_PIXELS_DRAFTED  # what is unfolded of them is judged below

if pillow_heif is not None:
    pillow_heif.register_heif_opener(thumbnails=False)
    FORMATS = (*FORMATS, "HEIF")


class Fault(StrEnum):
    """Why a file is no photo of ours."""

    TOO_LARGE = "too_large"
    NO_PICTURE = "no_picture"
    CUT_SHORT = "cut_short"
    TOO_MANY_PIXELS = "too_many_pixels"
    HEIC = "heic"


SENTENCES = {
    Fault.TOO_LARGE: _("这张照片太大，请换一张小一点的（不超过 %(megabytes)s MB）。"),
    Fault.NO_PICTURE: _("这个文件不是照片，请上传 JPG、PNG、WebP 或者 HEIC 格式的照片。"),
    Fault.CUT_SHORT: _("这张照片没有传完整，请再发一次。"),
    Fault.TOO_MANY_PIXELS: _("这张图片的尺寸太大，这里打不开，请截一下图再发。"),
    Fault.HEIC: _(
        "这是 HEIC 格式的照片，这里打不开。请截一下图发来；以后在手机“设置”“相机”“格式”里选“兼容性最佳”。"
    ),
}


class Unfit(Exception):
    """A file that cannot be taken; `str()` is a sentence for the person who chose it."""

    sentences: ClassVar[Mapping[Any, Any]] = SENTENCES  # what may be wrong -> words

    def __init__(self, fault: StrEnum, megabytes: int = 0) -> None:
        super().__init__(fault.value)
        self.fault, self.megabytes = fault, megabytes

    def __str__(self) -> str:
        return str(self.sentences[self.fault]) % {"megabytes": self.megabytes}


@dataclass(frozen=True)
class Photo:
    """JPEG bytes without any metadata, and a small one for lists."""

    photo: bytes
    thumbnail: bytes
    width: int
    height: int


def clean_photo(file: IO[bytes], *, megabytes: int = 10) -> Photo:
    """The pixels of `file` as fresh JPEGs; raises Unfit."""
    raw = file.read(megabytes * 1024 * 1024 + 1)
    if len(raw) > megabytes * 1024 * 1024:
        raise Unfit(Fault.TOO_LARGE, megabytes)
    with warnings.catch_warnings():
        # about size, which is judged here, and about odd metadata, which is dropped
        warnings.simplefilter("ignore")
        with READING:
            upright = _pixels(raw)
    small = upright.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return Photo(_jpeg(upright), _jpeg(small), upright.width, upright.height)


def _pixels(raw: bytes) -> Image.Image:
    """Read, shrunk and upright. How it was turned is asked for apart: what else its metadata says may be nonsense."""
    with _opened(raw) as picture:
        if picture.format not in READ_BY_LINES and picture.width * picture.height > _most_pixels(
            picture, raw
        ):
            raise Unfit(
                Fault.TOO_MANY_PIXELS
            )  # before its metadata is asked for: PNG reads the pixels for it
        turned = _turned(picture)
        try:
            # As little as possible is unfolded: a JPEG at the next larger half, quarter or eighth of its size.
            whole = picture.width * picture.height
            picture.draft("RGB", (LONG_SIDE, LONG_SIDE))
            is_held_whole = picture.info.get("progressive")  # until its last line is read
            if is_held_whole and whole * _bytes_held(picture) > MOST_BYTES_TOLD:
                raise Unfit(Fault.TOO_MANY_PIXELS)
            if picture.width * picture.height > _most_pixels(picture, raw):
                raise Unfit(Fault.TOO_MANY_PIXELS)
            small = _reduced(UNFOLDED.get(picture.format or "", _of_pillow)(picture, raw))
        except Image.DecompressionBombError as error:
            raise Unfit(Fault.TOO_MANY_PIXELS) from error
        except BROKEN as error:
            raise Unfit(Fault.CUT_SHORT) from error
    del picture  # what was unfolded, before room is taken for what is made of it
    small.thumbnail((LONG_SIDE, LONG_SIDE))
    return small.transpose(turned) if turned is not None else small


def _most_pixels(picture: Image.Image, raw: bytes) -> int:
    """How many may be unfolded of that kind of file within `MOST_BYTES`; a JPEG is read line by line."""
    if picture.format in READ_BY_LINES:
        return MOST_PIXELS
    if picture.format == "WEBP":
        return (MOST_BYTES_TOLD - FILES_WEBP * len(raw)) // BYTES_WEBP
    held = BYTES_HEIF if picture.format == "HEIF" else BYTES.get(picture.mode, BYTES_OTHERWISE)
    return MOST_BYTES // held


def _bytes_held(picture: Any) -> float:
    """Of one pixel of a progressive JPEG; its colours stand for one pixel or for several."""
    parts: list[tuple[int, int]] = [(across, down) for _part, across, down, *_table in picture.layer]
    most = max(across for across, _down in parts) * max(down for _across, down in parts)
    return 2 * sum(across * down for across, down in parts) / most + BYTES_BESIDES


@dataclass(frozen=True)
class _Unfolded:
    """A picture that can be read in bands of its lines, so that no second whole copy of it is ever held."""

    width: int
    height: int
    band: Callable[[int, int], Image.Image]  # from line to line


def _of_pillow(picture: Image.Image, _raw: bytes) -> _Unfolded:
    picture.load()
    return _Unfolded(
        picture.width, picture.height, lambda top, end: picture.crop((0, top, picture.width, end))
    )


def _of_webp(picture: Any, _raw: bytes) -> _Unfolded:
    """The decoder's own lines of its first picture; Pillow would hold them twice."""
    decoder, picture._decoder = picture._decoder, None
    found = decoder.get_next()
    del decoder  # with two of its copies
    if found is None:
        raise EOFError
    (width, height), lines, mode = picture.size, memoryview(found[0]), picture.mode

    def band(top: int, end: int) -> Image.Image:
        some: Any = lines[top * width * 4 : end * width * 4]
        return Image.frombytes(mode, (width, end - top), some, "raw", picture.rawmode)

    return _Unfolded(width, height, band)


def _of_heif(_picture: Image.Image, raw: bytes) -> _Unfolded:
    """Straight from the decoder's own lines; Pillow would copy them once more."""
    found = pillow_heif.open_heif(raw, convert_hdr_to_8bit=True)
    (width, height), stride, lines, mode = found.size, found.stride, memoryview(found.data), found.mode

    def band(top: int, end: int) -> Image.Image:
        some: Any = lines[top * stride : end * stride]
        return Image.frombuffer(mode, (width, end - top), some, "raw", mode, stride, 1)

    return _Unfolded(width, height, band)


UNFOLDED: Mapping[str, Callable[[Any, bytes], _Unfolded]] = {"HEIF": _of_heif, "WEBP": _of_webp}


def _reduced(found: _Unfolded) -> Image.Image:
    """Band by band by a whole number, to no less than what is kept."""
    factor = max(1, max(found.width, found.height) // LONG_SIDE)
    step = BAND_LINES // factor * factor or factor
    small = Image.new("RGB", (-(-found.width // factor), -(-found.height // factor)))
    for top in range(0, found.height, step):
        band = _on_white(found.band(top, min(top + step, found.height)))
        small.paste(band.reduce(factor) if factor > 1 else band, (0, top // factor))
    return small


def _opened(raw: bytes) -> Image.Image:
    """By its first bytes; not yet unfolded."""
    for content in (raw, without_notes(raw)):
        try:
            return Image.open(io.BytesIO(content), formats=FORMATS)
        except Image.DecompressionBombError as error:
            raise Unfit(Fault.TOO_MANY_PIXELS) from error
        except BROKEN:  # an unknown kind is one of them
            continue
    if raw[4:8] == b"ftyp" and raw[8:12] in HEIF_BRANDS:
        raise Unfit(Fault.HEIC if pillow_heif is None else Fault.CUT_SHORT)
    if raw.startswith(b"RIFF") and raw[8:12] == b"WEBP":
        raise Unfit(Fault.CUT_SHORT)
    raise Unfit(Fault.NO_PICTURE)


def without_notes(raw: bytes) -> bytes:
    """A JPEG without what programs wrote beside its pixels: odd metadata must not cost the photo."""
    if not raw.startswith(b"\xff\xd8"):
        return b""
    kept, at = [raw[:2]], 2
    while raw[at : at + 1] == b"\xff" and raw[at + 1 : at + 2] not in {b"", SCAN}:
        end = at + 2 + int.from_bytes(raw[at + 2 : at + 4], "big")
        if raw[at + 1] not in NOTES:
            kept.append(raw[at:end])
        at = end
    return b"".join([*kept, raw[at:]])


def _turned(picture: Image.Image) -> Image.Transpose | None:
    try:
        return UPRIGHT.get(picture.getexif().get(ORIENTATION, 1))
    except BROKEN:
        return None


def _on_white(picture: Image.Image) -> Image.Image:
    """In three colours; what shines through stands on paper, so that ink stays legible."""
    if not picture.has_transparency_data:
        return picture if picture.mode == "RGB" else picture.convert("RGB")
    inked = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    paper = Image.new("RGB", inked.size, WHITE)
    paper.paste(inked, mask=inked.getchannel("A"))
    return paper


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
