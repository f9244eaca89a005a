"""What one map hands to the next, so that it starts warm and stays put; as bytes that hold no code."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shangliang.opinions.engine import polis, steady
from shangliang.opinions.engine.votes import Floats, Ints

VERSION = 1


class Mode(StrEnum):
    """How groups are formed: steadily, or as Polis does for comparison."""

    DEFAULT = "default"
    POLIS = "polis"


class BadState(ValueError):
    """Bytes that are no saved state of this version."""


@dataclass(frozen=True)
class State:
    """The axes by statement, who is in and in which group, and what the grouping keeps."""

    mode: Mode
    statements: NDArray[Any]
    vectors: Floats
    participants: NDArray[Any]  # who is in
    labels: Ints  # the group of each, -1 for none
    steady: steady.Kept
    polis: polis.Kept  # its people are numbered by their place in `participants`

    def to_bytes(self) -> bytes:
        """The same state gives the same bytes."""
        base_of = np.full(len(self.participants), -1, np.int64)
        for id_, members in self.polis.bases.items():
            base_of[members] = id_
        parts: dict[str, Any] = {
            "version": VERSION,
            "mode": self.mode.value,
            "statements": self.statements,
            "vectors": self.vectors,
            "participants": self.participants,
            "labels": self.labels,
            "steady": [self.steady.shown, self.steady.better, self.steady.times],
            "base_of": base_of,
            "polis": [self.polis.shown, self.polis.best, self.polis.times],
            "groups": np.array(
                [
                    (k, id_, base)
                    for k, groups in self.polis.groups.items()
                    for id_, bases in groups.items()
                    for base in bases
                ],
                np.int64,
            ).reshape(-1, 3),
        }
        parts |= {f"centres_{k}": centres for k, centres in self.steady.centres.items()}
        out = BytesIO()
        np.savez_compressed(out, **parts)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, saved: bytes) -> State:
        """Read what `to_bytes` wrote; refuses anything else."""
        try:
            with np.load(BytesIO(saved), allow_pickle=False) as archive:
                parts = {name: archive[name] for name in archive.files}
            if int(parts["version"]) != VERSION:
                raise BadState("saved by another version")
            bases: dict[int, list[int]] = {}
            for person, id_ in enumerate(parts["base_of"].tolist()):
                if id_ >= 0:
                    bases.setdefault(id_, []).append(person)
            groups: dict[int, dict[int, list[int]]] = {}
            for k, id_, base in parts["groups"].tolist():
                groups.setdefault(k, {}).setdefault(id_, []).append(base)
            centres = {
                int(name.removeprefix("centres_")): parts[name]
                for name in parts
                if name.startswith("centres_")
            }
            shown, best, times = parts["polis"].tolist()
            return cls(
                mode=Mode(str(parts["mode"])),
                statements=parts["statements"],
                vectors=parts["vectors"],
                participants=parts["participants"],
                labels=parts["labels"],
                steady=steady.Kept(centres, *parts["steady"].tolist()),
                polis=polis.Kept(bases, groups, shown, best, times),
            )
        except BadState:
            raise
        except (ValueError, KeyError, OSError, EOFError, TypeError, zipfile.BadZipFile) as error:
            raise BadState(f"this is no saved opinion map: {error}") from error


def places(ids: NDArray[Any], among: NDArray[Any]) -> Ints:
    """For each id its place in `among`, -1 where it is not there."""
    if ids.dtype.kind != among.dtype.kind and "U" in (ids.dtype.kind, among.dtype.kind):
        ids, among = ids.astype(str), among.astype(str)
    if not len(among):
        return np.full(len(ids), -1, np.int64)
    order = np.argsort(among, kind="stable")
    at = np.minimum(np.searchsorted(among, ids, sorter=order), len(among) - 1)
    found = order[at]
    return np.where(among[found] == ids, found, -1)
