"""What a draw leaves behind: panel.csv, panels.csv, probabilities.csv and report.json."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shangliang.kit.files import whole_file
from shangliang.sortition import rules
from shangliang.sortition.engine.drawing import Prepared, geometric_mean, gini
from shangliang.sortition.engine.mending import Infeasible, Mend

FILES = ("panel.csv", "panels.csv", "probabilities.csv", "report.json")
DIGITS = 12  # of a probability in a file


def clear(folder: Path) -> None:
    """Take away what an earlier draw left in the folder, so that no two draws are ever mixed."""
    for name in FILES:
        (folder / name).unlink(missing_ok=True)


def write_prepared(prepared: Prepared, folder: Path, pool_digest: str) -> dict[str, Any]:
    """panels.csv and probabilities.csv; returns the report, which the caller writes last."""
    chances = probabilities(prepared)
    with whole_file(folder / "panels.csv") as out:
        out.write(rules.canonical(prepared.panels).decode())
    with whole_file(folder / "probabilities.csv") as out:
        out.write(chances)
    return {
        "feasible": True,
        "method": prepared.method,
        "is_proven": prepared.is_proven,
        "min_probability": prepared.least,
        "upper_bound": prepared.bound,
        "gap": max(prepared.bound - prepared.least, 0.0),
        "unproven": None
        if prepared.is_proven
        else {"reached": prepared.open_reached, "upper_bound": prepared.open_bound},
        "without_chance": [
            who for who, chance in zip(prepared.pool.ids, prepared.chances, strict=True) if chance == 0
        ],
        "gini": gini(prepared.chances),
        "geometric_mean": geometric_mean(prepared.chances),
        "seconds": round(prepared.seconds, 3),
        "pool": len(prepared.pool),
        "size": prepared.size,
        "types": prepared.types,
        "households": "exact" if prepared.pool.households else "not asked",
        "panels": len(prepared.panels),
        "different_panels": len(set(prepared.panels)),
        "largest_deviation": prepared.deviation,
        "pool_sha256": pool_digest,
        "panels_sha256": prepared.fingerprint,
        "probabilities_sha256": hashlib.sha256(chances.encode()).hexdigest(),
    }


def probabilities(prepared: Prepared) -> str:
    """`id,probability`, in the order of the pool."""
    lines = ["id,probability"]
    lines += [
        f"{rules.quoted(who)},{chance:.{DIGITS}f}"
        for who, chance in zip(prepared.pool.ids, prepared.chances, strict=True)
    ]
    return "\n".join(lines) + "\n"


def write_panel(panel: Sequence[str], name: str | Path) -> None:
    """panel.csv: the ids that were drawn."""
    with whole_file(name) as out:
        out.write("\n".join(["id", *map(rules.quoted, panel)]) + "\n")


def write_report(report: dict[str, Any], folder: Path) -> None:
    """report.json, the last file: where it stands, the others do."""
    with whole_file(folder / "report.json") as out:
        json.dump(report, out, ensure_ascii=False, indent=2)
        out.write("\n")


def impossible(found: Infeasible, size: int, pool: int) -> dict[str, Any]:
    """The report where no panel keeps the quotas."""
    return {
        "feasible": False,
        "pool": pool,
        "size": size,
        "largest_size": found.largest,
        "relaxations": [
            {
                "category": each.quota.category,
                "feature": each.quota.feature,
                "min": each.quota.low,
                "max": each.quota.high,
                "new_min": each.low,
                "new_max": each.high,
                "text": in_words(each),
            }
            for each in found.mends
        ],
    }


def in_words(mend: Mend) -> str:
    """One change as a sentence."""
    quota = mend.quota
    name = f"{quota.category} {quota.feature}"
    parts = []
    if mend.low < quota.low:
        parts.append(
            f"“{name}”最少人数由 {quota.low} 降到 {mend.low}。Lower the minimum of {name} to {mend.low}."
        )
    if mend.high > quota.high:
        parts.append(
            f"“{name}”最多人数由 {quota.high} 升到 {mend.high}。Raise the maximum of {name} to {mend.high}."
        )
    return " ".join(parts)
