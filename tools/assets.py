"""Join and shrink the styles and scripts: one hashed file of each per kind of page, and a manifest.

`python tools/assets.py` needs what `npm ci` brings; the result ships in the wheel, so servers need neither.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tempfile
from pathlib import Path

from environment import ROOT
from say import CannotGoOn, run

STATIC = ROOT / "shangliang/kit/static"
SOURCE, DIST = STATIC / "src", STATIC / "dist"
ESBUILD = ROOT / "node_modules/.bin/esbuild"
TARGET = "es2019,chrome70,safari12"  # phones of 2019
FIRST, LAST = ("tokens", "dark", "base", "layout"), ("print",)
# Where the colours of dark.css hold: no selector can say "chosen, or by the device", so the build says both.
DARK = {
    "@media screen": ':root[data-theme="dark"]',
    "@media screen and (prefers-color-scheme: dark)": ':root:not([data-theme="light"])',
}
DESK_ONLY, PART_ONLY = "desk-", "part-"


def styles(kind: str) -> list[Path]:
    """The sources of one kind of page in their fixed order; pages named desk-… only reach the desk, those named part-…
    the desk and the sheet that pages for taking part ask for besides, so that the first page of all stays light."""
    css = SOURCE / "css"
    pages = sorted((css / "pages").glob("*.css"))
    if kind == "part":
        return [page for page in pages if page.name.startswith(PART_ONLY)]
    if kind != "desk":
        pages = [page for page in pages if not page.name.startswith((DESK_ONLY, PART_ONLY))]
    return [
        *(css / f"{name}.css" for name in FIRST),
        *sorted((css / "components").glob("*.css")),
        *pages,
        *(css / f"{name}.css" for name in LAST),
    ]


def source(path: Path) -> bytes:
    """A style sheet as it is, the one of the dark colours for each way to come to them."""
    text = path.read_text("utf-8")
    if path.stem == "dark":
        text = "\n".join(f"{where} {{{text.replace(':root', root)}}}" for where, root in DARK.items())
    return text.encode()


def esbuild(*arguments: str, text: bytes = b"") -> bytes:
    """What esbuild makes of it, or its complaint and the end."""
    done = subprocess.run([str(ESBUILD), *arguments], input=text, capture_output=True, cwd=ROOT, check=False)
    if done.returncode or b"WARNING" in done.stderr:
        complaint = done.stderr.decode()
        raise CannotGoOn(f"样式或脚本有错：\n{complaint}", "The styles or scripts have a fault, see above.")
    return done.stdout


def build() -> dict[str, bytes]:
    """Every built file by the name that templates ask for."""
    built = {}
    for kind in ("public", "part", "desk"):
        joined = b"\n".join(source(path) for path in styles(kind))
        built[f"{kind}.css"] = esbuild("--loader=css", "--minify", f"--target={TARGET}", text=joined)
    for kind in ("public", "desk"):
        script = str(SOURCE / f"js/{kind}.js")
        built[f"{kind}.js"] = esbuild(
            script, "--bundle", "--minify", "--format=iife", "--charset=utf8", f"--target={TARGET}"
        )
    return built


def write(built: dict[str, bytes]) -> None:
    """New files first, then the manifest at once, then the old files away: a running server never misses one."""
    DIST.mkdir(parents=True, exist_ok=True)
    manifest = {}
    for name, content in built.items():
        stem, _, suffix = name.rpartition(".")
        manifest[name] = f"{stem}-{hashlib.sha256(content).hexdigest()[:10]}.{suffix}"
        (DIST / manifest[name]).write_bytes(content)
    with tempfile.NamedTemporaryFile("w", dir=DIST, suffix=".json", delete=False) as draft:
        json.dump(manifest, draft, indent=1)
    Path(draft.name).chmod(0o644)
    Path(draft.name).replace(DIST / "manifest.json")
    for old in DIST.iterdir():
        if old.name not in {*manifest.values(), "manifest.json"}:
            old.unlink()


def main() -> None:
    if not ESBUILD.exists():
        raise CannotGoOn(
            "没有 node_modules。请先在这个文件夹里运行 npm ci（需要 Node 18 以上），或者用 make assets。",
            "node_modules is missing. Run `npm ci` in this folder first (Node 18 or later), or use `make assets`.",
        )
    built = build()
    write(built)
    for name, content in built.items():
        print(f"{name:12} {len(content) / 1000:6.1f} kB")


if __name__ == "__main__":
    run(main)
