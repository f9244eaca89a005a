"""The opinion map as one JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from shangliang.opinions.engine.opinion_map import OpinionMap

AT_ONCE = 4096  # participants joined into one piece of text


def pieces(found: OpinionMap, seconds: float) -> Iterator[str]:
    """The text of the object in pieces: a million participants never stand in memory as a million dictionaries."""
    people, statements = found.points.shape[0], len(found.statements)
    head: dict[str, Any] = {
        "n_participants": people,
        "n_statements": statements,
        "n_votes": found.votes,
        "mode": found.mode.value,
        "k": found.k,
        "silhouette": found.silhouette,
    }
    yield json.dumps(head)[:-1] + ',\n"participants": ['
    yield from participants(found)
    rest = {
        "statements": statements_of(found),
        "groups": [asdict(group) for group in found.groups],
        "consensus": {"agree": list(found.agreed_by_all), "disagree": list(found.refused_by_all)},
        "seconds": round(seconds, 4),
    }
    yield "],\n" + json.dumps(rest, ensure_ascii=False, allow_nan=False)[1:] + "\n"


def participants(found: OpinionMap) -> Iterator[str]:
    """Rows of participants, written by hand: the general writer takes four times as long."""
    names = [json.dumps(group.id, ensure_ascii=False) for group in found.groups] + ["null"]  # -1 is the last
    before = ""
    for at in range(0, len(found.participants), AT_ONCE):
        part = slice(at, at + AT_ONCE)
        ids: list[Any] = found.participants[part].tolist()
        shown = (
            ids
            if found.participants.dtype.kind in "iu"
            else [json.dumps(each, ensure_ascii=False) for each in ids]
        )
        x, y = found.points[part].T.tolist()
        groups = [names[each] for each in found.group_of[part].tolist()]
        rows = zip(shown, x, y, groups, strict=True)
        yield before + ",\n".join(
            [
                f'{{"id": {id_}, "x": {right!r}, "y": {up!r}, "group": {group}}}'
                for id_, right, up, group in rows
            ]
        )
        before = ",\n"


def statements_of(found: OpinionMap) -> list[dict[str, Any]]:
    """One row a statement."""
    columns = {
        "id": found.statements,
        "agree": found.agree,
        "disagree": found.disagree,
        "pass": found.passed,
        "x": found.statement_points[:, 0],
        "y": found.statement_points[:, 1],
        "extremity": found.extremity,
        "priority": found.priority,
        "consensus_agree": found.consensus_agree,
        "consensus_disagree": found.consensus_disagree,
    }
    rows = zip(*(np.asarray(each).tolist() for each in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]
