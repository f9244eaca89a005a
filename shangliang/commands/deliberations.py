"""`shangliang deliberations draw`: the fair draw on files, in one step or in two. Needs no database.

draw POOL.csv QUOTAS.csv --size N --seed S --out DIR       a private draw, in one step
draw prepare POOL.csv QUOTAS.csv --size N --out DIR        fix pool, panels and probabilities
draw pick PANELS.csv --seed S --out DIR                    draw one of the panels by a public seed
draw replace POOL.csv QUOTAS.csv PANEL.csv DECLINED.csv --seed S --out DIR   others for those who declined
"""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shangliang.commands import Failed
from shangliang.kit.files import BadFile

if TYPE_CHECKING:
    from shangliang.sortition.engine.pool import Pool, Quota

IMPOSSIBLE = 3
LONGEST_SEED = 200


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("what", choices=["draw"])
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="the pool (id and a column for each category), the quotas"
        " (category,feature,min,max[,min_flex,max_flex]); - reads one of them from standard input",
    )
    parser.add_argument("--size", type=int, help="how many people a panel has")
    parser.add_argument("--seed", help="a public number or words; the same seed draws the same panel")
    parser.add_argument("--method", choices=["leximin", "maximin"], default="leximin")
    parser.add_argument("--panels", type=int, default=1000, help="how many equally likely panels (1000)")
    parser.add_argument("--time", type=float, default=600.0, metavar="SECONDS", help="at most (600)")
    parser.add_argument("--household", default="", metavar="COLUMN", help="never two of one household")
    parser.add_argument(
        "--household-most",
        type=int,
        metavar="N",
        help="more than N people of one household are asked back (the rulebook's number)",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the files go")


def run(args: argparse.Namespace) -> int:
    """One of the four forms; exit status 3 where no panel keeps the quotas."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    was_there = args.out.exists()
    try:
        args.out.mkdir(parents=True, exist_ok=True)  # before anything long is reckoned
        forms = {"pick": _pick, "replace": _replace}
        return forms.get(args.files[0], _draw)(args)
    except BadFile as bad:
        raise Failed(f"{bad.file} 第 {bad.line} 行有误。Line {bad.line} of {bad.file}: {bad.why}") from bad
    except OSError as failed:
        raise Failed(f"读写不了 {failed.filename}。{failed.filename}: {failed.strerror}") from failed
    finally:
        if not was_there:
            with suppress(OSError):  # something was written
                args.out.rmdir()


def _draw(args: argparse.Namespace) -> int:
    in_two = args.files[0] == "prepare"
    pool, quotas = _read(args, args.files[1:] if in_two else args.files)
    _check(args, args.size, len(pool), in_two=in_two)
    return _drawn(args, pool, quotas, args.size, None if in_two else [])


def _replace(args: argparse.Namespace) -> int:
    """A draw of its own among those who are left, with what the quotas still ask for."""
    from shangliang.sortition.engine.drawing import still_needed
    from shangliang.sortition.engine.reading import read_ids

    if len(args.files) != 5:
        raise Failed(
            "replace 后面跟四个文件：名单、配额、抽中的、不来的。"
            "replace takes four files: the pool, the quotas, the panel and who declined."
        )
    pool, quotas = _read(args, args.files[1:3])
    panel = read_ids(_content(args.files[3]), _name(args.files[3]), set(pool.ids))
    declined = read_ids(_content(args.files[4]), _name(args.files[4]), set(panel))
    if not declined:
        raise Failed("没有人不来，不用补。Nobody has declined.")
    left, needed, places = still_needed(pool, quotas, panel, declined)
    _check(args, places, len(left), in_two=False)
    return _drawn(args, left, needed, places, [who for who in panel if who not in declined])


def _drawn(
    args: argparse.Namespace, pool: Pool, quotas: list[Quota], size: int, stay: list[str] | None
) -> int:
    """Prepare and write; then pick at once for those who `stay` on the panel, unless that is None: a public draw."""
    from shangliang.sortition import rules
    from shangliang.sortition.engine import writing
    from shangliang.sortition.engine.drawing import Infeasible, fingerprint, prepare

    try:
        prepared = prepare(pool, quotas, size, method=args.method, panels=args.panels, seconds=args.time)
    except Infeasible as found:
        writing.clear(args.out)
        report = writing.impossible(found, size, len(pool))
        writing.write_report(report, args.out)
        print(_why(report), file=sys.stderr)
        return IMPOSSIBLE
    except TimeoutError:
        raise Failed(
            "时间不够，还不知道能否组成。请用 --time 多给些时间。"
            "Too little time to know whether a panel exists; give more with --time."
        ) from None
    writing.clear(args.out)
    report = writing.write_prepared(prepared, args.out, fingerprint(pool, quotas))
    if stay is not None:
        number = rules.pick(len(prepared.panels), prepared.fingerprint, args.seed)
        new = prepared.panels[number - 1]
        writing.write_panel([*stay, *new], args.out / "panel.csv")
        report |= {"drawn": "private", "seed": args.seed, "panel": number}
        if stay:
            report["replacements"] = list(new)
    writing.write_report(report, args.out)
    print(_told(report))
    return 0


def _pick(args: argparse.Namespace) -> int:
    from shangliang.sortition import rules
    from shangliang.sortition.engine import writing
    from shangliang.sortition.engine.reading import read_panels

    if len(args.files) != 2:
        raise Failed("pick 后面跟一个文件：panels.csv。pick takes one file: panels.csv.")
    _check_seed(args.seed)
    panels = read_panels(_content(args.files[1]), _name(args.files[1]))
    seal = rules.digest(panels)
    number = rules.pick(len(panels), seal, args.seed)
    drawn = panels[number - 1]
    writing.write_panel(drawn, args.out / "panel.csv")
    writing.write_panel(rules.waiting_order(panels, seal, args.seed, drawn), args.out / "alternates.csv")
    print(
        f"panels_sha256 {seal}\n共 {len(panels)} 组，抽中第 {number} 组。"
        f"Panel {number} of {len(panels)} is drawn."
    )
    return 0


def _read(args: argparse.Namespace, files: list[str]) -> tuple[Pool, list[Quota]]:
    from shangliang.kit import clock
    from shangliang.rulebook import book
    from shangliang.sortition.engine.reading import read_pool, read_quotas

    if len(files) != 2:
        raise Failed("需要两个文件：名单和配额。Two files are needed: the pool and the quotas.")
    if files == ["-", "-"]:
        raise Failed("标准输入只能读一次。Standard input can be read once only.")
    quotas = read_quotas(_content(files[1]), _name(files[1]))
    most = args.household_most or book().at(clock.today()).integer("sortition.home_count")
    return read_pool(_content(files[0]), _name(files[0]), quotas, args.household, most), quotas


def _content(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def _name(name: str) -> str:
    return name if name == "-" else Path(name).name


def _check(args: argparse.Namespace, size: int | None, people: int, *, in_two: bool) -> None:
    if size is None or not 1 <= size <= 100_000:
        raise Failed("请用 --size 写明一组几人。Say with --size how many people a panel has.")
    if people == 0:
        raise Failed("名单里没有人。There is nobody in the pool.")
    if not 1 <= args.panels <= 100_000:
        raise Failed("--panels 应在 1 到 100000 之间。--panels is from 1 to 100000.")
    if not 0 < args.time <= 86_400:
        raise Failed("--time 应在 0 到 86400 秒之间。--time is from 0 to 86400 seconds.")
    if not in_two:
        _check_seed(args.seed)
    elif args.seed is not None:
        raise Failed(
            "prepare 不用种子：名单和各组先定下来，种子以后当众产生。"
            "prepare takes no seed: panels are fixed first, the seed is made in public afterwards."
        )


def _check_seed(seed: str | None) -> None:
    if seed is None or not seed.strip() or len(seed) > LONGEST_SEED:
        raise Failed(
            "请用 --seed 写明种子，比如摇号得到的数。Give a seed with --seed, as a number drawn in public."
        )


def _why(report: dict[str, Any]) -> str:
    lines = ["按这些配额组不成一组。No panel keeps these quotas."]
    lines += [f"  {each['text']}" for each in report["relaxations"]]
    if not report["relaxations"]:
        lines.append(
            f"  名单里最多 {report['largest_size']} 人能坐到一起。"
            f"At most {report['largest_size']} people of the pool can sit together."
        )
    return "\n".join(lines)


def _told(report: dict[str, Any]) -> str:
    proof = (
        "已证明 proven"
        if report["is_proven"]
        else f"未及证明 not proven, at most {report['unproven']['upper_bound']:.6f}"
    )
    lines = [
        f"最小机会 least chance {report['min_probability']:.6f}（{proof}）",
        f"panels_sha256 {report['panels_sha256']}",
    ]
    if report["without_chance"]:
        names = ", ".join(report["without_chance"])
        lines.append(f"抽不到的（那一类没有名额）。No seat is open to: {names}")
    if "panel" in report:
        lines.append(
            f"抽中第 {report['panel']} 组 panel {report['panel']} is drawn（一步抽签，非公开 private）"
        )
    return "\n".join(lines)
