"""How far a thing may be shown, and where it stands on its way to the public."""

from enum import StrEnum


class Scope(StrEnum):
    """How far a thing may be shown once it is released."""

    PUBLIC = "public"
    PLACE = "place"
    PARTICIPANTS = "participants"
    INTERNAL = "internal"


class Release(StrEnum):
    """Where a thing stands on its way to the public."""

    UNRELEASED = "unreleased"
    IN_REVIEW = "in_review"
    RELEASED = "released"
    HELD_BACK = "held_back"  # with a reason; the submitter still reads the result on the slip
    COVERED = "covered"  # taken down at once; a tombstone stays until confirmed or restored
    TAKEN_DOWN = "taken_down"  # the reviewer has confirmed it; the tombstone stays
