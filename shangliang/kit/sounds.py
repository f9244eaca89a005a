"""Sounds that phones, browsers and recorders write: told by content, never by name; kept without place data. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

TYPES = {
    "webm": "audio/webm",
    "ogg": "audio/ogg",
    "m4a": "audio/mp4",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "aac": "audio/aac",
    "amr": "audio/amr",
}
DOWNLOAD_ONLY = frozenset({"amr"})  # no browser plays it; it is heard with the machine's own player
_EBML, _OGG, _AMR, _ID3 = b"\x1aE\xdf\xa3", b"OggS", b"#!AMR", b"ID3"
_MATROSKA_PICTURE = re.compile(rb"V_(?:VP[89]|AV1|MPEG|MJPEG|UNCOMPRESSED)")
_FIRST_BOXES = frozenset({b"ftyp", b"wide", b"free", b"skip", b"mdat", b"moov", b"pnot"})
_SOUND_BRANDS = (b"M4A", b"M4B", b"F4A")
_PICTURE_BRANDS = (b"hei", b"hev", b"mif", b"msf", b"avi", b"avc", b"crx")
_FILM = re.compile(rb"hdlr.{8}vide", re.DOTALL)
_SPEECH = re.compile(rb"hdlr.{8}soun", re.DOTALL)
_HEAD = 64 * 1024
# Where a phone or a recorder writes where and by whom it was spoken: in an ISO file, and in a WAV.
_NOTES = frozenset({b"udta", b"meta", b"uuid"})
_NOTES_OF_WAV = frozenset({b"LIST", b"bext", b"iXML", b"id3 ", b"ID3 ", b"_PMX", b"cart"})
_WITHIN = frozenset({b"moov", b"trak", b"mdia", b"minf", b"moof", b"traf"})
_TAG, _TAG_BYTES = b"TAG", 128  # behind an MP3, as players of old wrote it


def ending(data: bytes) -> str:
    """What kind of sound the bytes are; "" when none that people record, or when pictures move in it."""
    if data.startswith(_EBML):
        return "" if _MATROSKA_PICTURE.search(data[:_HEAD]) else "webm"
    if data.startswith(_OGG):
        return "ogg"
    if data.startswith(b"RIFF"):
        return "wav" if data[8:12] == b"WAVE" else ""  # pictures and films come in RIFF as well
    if data.startswith(_AMR):
        return "amr"
    if data.startswith(_ID3):
        return "mp3"
    if data[4:8] in _FIRST_BOXES:
        return "m4a" if _is_spoken(data) else ""
    return _by_frame(data)


def without_notes(data: bytes) -> bytes:
    """The same sound without title, author and place."""
    if data.startswith(_ID3):
        data = _after_tag(data)
    if data[4:8] in _FIRST_BOXES:
        return _blank(data, _notes(data, 0, len(data)), b"free")
    if data.startswith(b"RIFF") and data[8:12] == b"WAVE":
        return _blank(data, _notes_of_wav(data), b"JUNK")
    if _by_frame(data) == "mp3" and data[-_TAG_BYTES:].startswith(_TAG):
        return data[:-_TAG_BYTES]
    return data


def _blank(data: bytes, notes: Iterable[tuple[int, int, int]], kind: bytes) -> bytes:
    """Of the same length, so that everything else stays where it is; a note is where its kind stands, and its content
    from where to where."""
    clean = bytearray(data)
    for at, start, end in notes:
        clean[at : at + 4] = kind
        clean[start:end] = bytes(max(end - start, 0))
    return bytes(clean)


def _notes_of_wav(data: bytes) -> Iterator[tuple[int, int, int]]:
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] in _NOTES_OF_WAV:
            yield at, at + 8, min(at + 8 + size, len(data))
        at += 8 + size + size % 2


def _by_frame(data: bytes) -> str:
    """MPEG frames: eleven bits of one, then version and layer; every rate that recorders use."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:
        return ""
    version, layer = data[1] >> 3 & 3, data[1] >> 1 & 3
    if data[1] & 0xF6 == 0xF0:  # layer 0: AAC, MPEG-4 or -2, with or without a checksum
        return "aac"
    rate, frequency = data[2] >> 4, data[2] >> 2 & 3
    return "mp3" if version != 1 and layer == 1 and rate not in {0, 15} and frequency != 3 else ""


def _is_spoken(data: bytes) -> bool:
    """An ISO file by its brand, and by whether a picture runs along."""
    brand = next(
        (data[at + 8 : at + 12] for kind, at, _end in _boxes(data, 0, len(data)) if kind == b"ftyp"), b""
    )
    if brand.startswith(_PICTURE_BRANDS) or _FILM.search(data):
        return False
    return brand.startswith(_SOUND_BRANDS) or bool(_SPEECH.search(data))


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, beginning and end of the boxes that lie side by side between `start` and `end`."""
    at = start
    while at + 8 <= end:
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:  # a long one
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        size = size or end - at  # 0: to the end
        if size < 8:
            return
        yield data[at + 4 : at + 8], at, min(at + size, end)
        at += size


def _notes(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    for kind, at, last in _boxes(data, start, end):
        if kind in _NOTES:
            is_long = int.from_bytes(data[at : at + 4], "big") == 1
            yield at + 4, at + (16 if is_long else 8), last
        elif kind in _WITHIN:
            yield from _notes(data, at + 8, last)


def _after_tag(data: bytes) -> bytes:
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    rest = data[10 + size :]
    return rest if _by_frame(rest) else data
