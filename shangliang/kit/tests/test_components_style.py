"""The stylesheet: contrast of its colours, words that phones of 2019 do not know, weight of what is built."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.test import override_settings

from shangliang.kit.templatetags import kit

CSS = Path(__file__).resolve().parent.parent / "static" / "src" / "css"
PUBLIC = sorted(path for path in CSS.rglob("*.css") if not path.name.startswith("desk-"))
PUBLIC_LIMIT = 33_000  # bytes of style and script together, so that a page of 27 kB still keeps within 60 kB

# Unknown to Chrome 70 or Safari 12, and not rewritten by the build.
UNKNOWN = [
    r"@layer", r"@container", r"@property", r":has\(", r":is\(", r":where\(", r"\binset(-\w+)?\s*:", r"aspect-ratio",
    r"\bclamp\(", r"[^-]\bmin\(", r"[^-]\bmax\(", r"(margin|padding|border)-(inline|block)", r"color-mix", r"\boklch\(",
    r"\b\d+(dvh|svh|lvh)\b", r"backdrop-filter", r"\bsubgrid\b", r"^\s*&",
]  # fmt: skip


def blocks(css: str) -> dict[str, dict[str, str]]:
    """The variables of every rule that sets any, by selector (the last one of the same name wins)."""
    found = {}
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", css, flags=re.S)):
        pairs = dict(re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{3,6})", body))
        if pairs:
            found[" ".join(selector.split())] = pairs
    return found


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    light = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


LIGHT = blocks((CSS / "tokens.css").read_text("utf-8"))[":root, .sheet"]
DARK = LIGHT | blocks((CSS / "dark.css").read_text("utf-8"))[":root"]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_stands_out_from_what_it_stands_on(theme: dict[str, str]) -> None:
    grounds = ("--paper", "--sheet")
    pairs = [
        (ink, ground) for ink in ("--ink", "--ink-2", "--ink-3", "--dai", "--zhu-deep") for ground in grounds
    ]
    pairs += [(name, f"{name}-wash") for name in ("--dai", "--song", "--amber")]
    pairs += [
        ("--zhu-deep", "--zhu-wash"),
        ("--on-zhu", "--zhu"),
        ("--on-zhu", "--zhu-deep"),
        ("--ink", "--line"),
    ]
    pairs += [("--ink", f"{name}-wash") for name in ("--dai", "--song", "--amber", "--zhu")]
    weak = [(ink, ground) for ink, ground in pairs if contrast(theme[ink], theme[ground]) < 4.5]
    assert weak == []


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_border_of_an_input_can_be_seen(theme: dict[str, str]) -> None:
    for line in ("--line-strong", "--zhu", "--dai"):
        for ground in ("--paper", "--sheet"):
            assert contrast(theme[line], theme[ground]) >= 3, (line, ground)


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: str(path.relative_to(CSS)))
def test_public_styles_use_only_what_phones_of_2019_know(path: Path) -> None:
    source = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)
    for word in UNKNOWN:
        assert not re.search(word, source, flags=re.M), word
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", source):
        if re.search(r"(?<![\w-])(row-|column-)?gap\s*:", body):
            assert "grid" in body or "grid" in source.split(selector)[0].rsplit("}", 1)[-1], (
                f"{selector.strip()}: gap works in grids only (Safari 12)"
            )


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: str(path.relative_to(CSS)))
def test_colours_stand_in_the_tokens_alone(path: Path) -> None:
    if path.name in {"tokens.css", "dark.css", "print.css", "sheet.css"}:
        return
    source = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", path.read_text("utf-8"), flags=re.S)
    colours = set(re.findall(r":[^;{]*?(#[0-9a-fA-F]{3,8})\b", source)) - {"#fff"}
    assert colours == set()


def test_an_asset_that_is_not_built_yet_still_has_an_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kit, "DIST", tmp_path)
    with override_settings(DEBUG=True):
        assert kit.asset("public.css") == "/static/dist/public.css"
        (tmp_path / "manifest.json").write_text(json.dumps({"public.css": "public-1.css"}))
        assert kit.asset("public.css") == "/static/dist/public-1.css"


def test_the_built_public_files_are_light() -> None:
    built = kit.manifest()
    if not built:
        pytest.skip("not built yet: make assets")
    assert (
        sum((kit.DIST / built[name]).stat().st_size for name in ("public.css", "public.js")) <= PUBLIC_LIMIT
    )
