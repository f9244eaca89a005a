"""A poster is one sheet, whatever a room is called and however far its address goes."""

from collections.abc import Sequence

HEADING, REST = 16, 60  # characters that stand in the large sizes


def is_tight(headings: Sequence[str], rest: Sequence[str] = ()) -> bool:
    """Whether the words need the smaller sizes, for the sheet to stay one."""
    return any(len(heading) > HEADING for heading in headings) or sum(map(len, rest)) > REST
