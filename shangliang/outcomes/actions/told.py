"""代录: an office takes down what a doer says by telephone or on paper, while nobody signs in for that doer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile

from shangliang.access.roles import Role
from shangliang.access.transitions import Begun
from shangliang.desks.labels import OF_AREA
from shangliang.kit import ids
from shangliang.kit.guards import Unmet
from shangliang.kit.papers import PHOTO
from shangliang.outcomes.models import Commitment, Relay
from shangliang.outcomes.queries import entering_offices
from shangliang.outcomes.states import Way
from shangliang.places.models import Area


@dataclass(frozen=True)
class Told:
    """How it came, and the photo of the paper, already judged by its content."""

    way: Way
    paper: bytes | None = None


def act_of(act: str, told: Told | None) -> str:
    """Which row of the table it is: the doer's own act, or the office's for it."""
    return f"enter_{act}" if told else act


def facts_of(told: Told | None) -> dict[str, object]:
    """What the ledger keeps of it."""
    return {"told": told.way.value} if told else {}


def gaps_of(told: Told | None) -> list[Unmet]:
    """What came on paper is shown by a photo of the paper."""
    is_missing = told is not None and told.way == Way.PAPER and not told.paper
    return [Unmet("paper_missing", mend="paper")] if is_missing else []


def take_down(told: Told | None, commitment: Commitment, begun: Begun, at: datetime) -> Relay | None:
    """Keep by whom and how it was entered; None for what the doer has done by its own hand."""
    if told is None or begun.role is None:
        return None
    made = Relay(
        commitment=commitment,
        event=begun.event,
        way=told.way.value,
        role=begun.role.value,
        place_name=_place(commitment, begun.role),
        at=at,
    )
    if told.paper:
        made.paper.save(f"{ids.new_key()}.{PHOTO}", ContentFile(told.paper), save=False)
    made.save()
    return made


def _place(commitment: Commitment, role: Role) -> str:
    """The room or area of the office that enters it, as it is called now."""
    if role not in OF_AREA:
        return commitment.room.name
    office = next(each for each in entering_offices(commitment) if each.role == role)
    return Area.objects.get(path=office.area_path).name
