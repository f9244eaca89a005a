"""Photos: recognised by content, turned upright, shrunk, re-encoded, stripped of place data.

What comes in is never what is kept: only pixels are. Called before any transaction.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 60_000_000  # a phone's largest picture; a small file that unfolds to more is a trap
LONG_SIDE = 1600
THUMBNAIL_SIDE = 320
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")  # a phone's MPO opens as JPEG


class Fault(StrEnum):
    """Why a file is no photo of ours."""

    TOO_LARGE = "too_large"
    NO_PICTURE = "no_picture"
    TOO_MANY_PIXELS = "too_many_pixels"


SENTENCES = {
    Fault.TOO_LARGE: _("这张照片太大，请换一张小一点的（不超过 %(megabytes)s MB）。"),
    Fault.NO_PICTURE: _("这个文件不是照片，请上传 JPG、PNG 或 WebP 格式的照片。"),
    Fault.TOO_MANY_PIXELS: _("这张照片的尺寸太大，请用手机原来的照片，或者先截一下图。"),
}


class Unfit(Exception):
    """A file that cannot be taken; `str()` is a sentence for the person who chose it."""

    def __init__(self, fault: Fault, megabytes: int = 0) -> None:
        super().__init__(fault.value)
        self.fault, self.megabytes = fault, megabytes

    def __str__(self) -> str:
        return str(SENTENCES[self.fault]) % {"megabytes": self.megabytes}


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
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Unfit(Fault.TOO_MANY_PIXELS)
                picture.draft("RGB", (LONG_SIDE, LONG_SIDE))
                upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Unfit(Fault.NO_PICTURE) from error
    upright.thumbnail((LONG_SIDE, LONG_SIDE))
    small = upright.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return Photo(_jpeg(upright), _jpeg(small), upright.width, upright.height)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
