"""A sound is told by its content; pictures and films are none."""

from __future__ import annotations

import pytest

from shangliang.kit.sounds import ending, without_notes


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return (len(body) + 8).to_bytes(4, "big") + kind + body


def track(handler: bytes) -> bytes:
    return box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(12))))


PLACE = box(b"udta", box(b"\xa9xyz", b"+32.20+119.45/"))
SPOKEN = box(b"ftyp", b"isom", bytes(4)) + box(b"moov", track(b"soun"), PLACE) + box(b"mdat", b"sound")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xfb\x90\x64", "mp3"),  # MPEG-1
        (b"\xff\xfa\x90\x64", "mp3"),  # the same with a checksum
        (b"\xff\xf3\x40\xc0", "mp3"),  # MPEG-2, as recorders at 16 kHz write
        (b"\xff\xf2\x40\xc0", "mp3"),
        (b"\xff\xe3\x40\xc0", "mp3"),  # MPEG-2.5, at 8 kHz
        (b"\xff\xf1\x50\x80", "aac"),
        (b"\xff\xf9\x50\x80", "aac"),
        (b"ID3\x04\0\0\0\0\0\0", "mp3"),
        (b"#!AMR\n<", "amr"),
        (b"#!AMR-WB\n", "amr"),
        (b"RIFF\0\0\0\0WAVEfmt ", "wav"),
        (b"OggS\0", "ogg"),
        (b"\x1aE\xdf\xa3 webm A_OPUS", "webm"),
        (box(b"ftyp", b"M4A ", bytes(4)), "m4a"),
        (box(b"wide") + SPOKEN, "m4a"),
        (box(b"wide") + box(b"mdat", b"sound") + box(b"moov", track(b"soun")), "m4a"),
        (SPOKEN, "m4a"),
        (box(b"ftyp", b"3gp4", bytes(4)) + box(b"moov", track(b"soun")), "m4a"),
    ],
)
def test_it_is_told_by_its_content(content: bytes, kind: str) -> None:
    assert ending(content) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ...",
        b"\xff\xd8\xff\xe0 a photo",
        b"\xff\xfe\x48\x00 UTF-16",
        b"\xff\xfb\xf0\x00",  # no such rate
        b"RIFF\0\0\0\0AVI LIST",
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"\x1aE\xdf\xa3 webm V_VP9 A_OPUS",
        box(b"ftyp", b"heic", bytes(4)) + box(b"meta"),
        box(b"ftyp", b"avif", bytes(4)) + box(b"meta"),
        box(b"ftyp", b"isom", bytes(4)) + box(b"moov", track(b"vide"), track(b"soun")),
        box(b"ftyp", b"qt  ", bytes(4)),
    ],
)
def test_what_shows_pictures_is_no_sound(content: bytes) -> None:
    assert ending(content) == ""


def test_it_is_kept_without_where_it_was_spoken() -> None:
    clean = without_notes(SPOKEN)
    assert b"119.45" in SPOKEN
    assert b"119.45" not in clean
    assert len(clean) == len(SPOKEN), "the sound must stay where the head says that it is"
    assert ending(clean) == "m4a"
    assert without_notes(clean) == clean


@pytest.mark.parametrize(
    "note",
    [
        b"\0\0\0\1udta" + (16 + 30).to_bytes(8, "big") + box(b"\xa9xyz", b"+32.20+119.45/") + bytes(8),
        box(b"uuid", bytes(16), b"<exif:GPSLatitude>+32.20+119.45"),
        box(b"trak", box(b"mdia", PLACE)),
        b"\0\0\0\0udta" + box(b"\xa9xyz", b"+32.20+119.45/"),  # to the end of the file
    ],
    ids=["long", "uuid", "inside", "to the end"],
)
def test_it_is_kept_without_place_wherever_that_stands(note: bytes) -> None:
    begun = box(b"ftyp", b"M4A ", bytes(4)) + box(b"mdat", b"sound")
    content = begun + (box(b"moov", track(b"soun"), note) if note[4:8] != b"udta" or note[3] else note)
    clean = without_notes(content)
    assert b"119.45" in content
    assert b"119.45" not in clean
    assert len(clean) == len(content)
    assert clean.startswith(begun)


def test_a_wav_is_kept_without_who_recorded_it() -> None:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return kind + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2)

    sound = chunk(b"data", b"\1\2\3")
    inner = b"WAVE" + chunk(b"fmt ", bytes(16)) + chunk(b"LIST", b"INFOIARTLaowang") + sound
    inner += chunk(b"bext", b"Laowang, 32.20N")
    content = b"RIFF" + len(inner).to_bytes(4, "little") + inner
    clean = without_notes(content)
    assert b"Laowang" not in clean
    assert sound in clean
    assert len(clean) == len(content)


def test_the_tag_behind_an_mp3_is_cut_off() -> None:
    sound = b"\xff\xf3\x40\xc0" + bytes(200)
    assert without_notes(sound + b"TAG" + b"Laowang".ljust(125)) == sound
    assert without_notes(b"ID3\x04\0\0\0\0\0\0" + sound + b"TAG" + b"Laowang".ljust(125)) == sound


def test_the_tag_before_an_mp3_is_cut_off() -> None:
    sound = b"\xff\xf3\x40\xc0" + bytes(100)
    assert without_notes(b"ID3\x04\0\0\0\0\0\x05" + b"Laowa" + sound) == sound


def test_other_sounds_stay_as_they_are() -> None:
    for sound in (b"OggS....", b"#!AMR\n<...", b"", box(b"moov", b"\0\0\0\5udta")):
        assert without_notes(sound) == sound
