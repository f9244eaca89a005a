"""A poster is one sheet, whatever a room is called and however far its address goes."""

HEADING, REST = 16, 60  # characters that stand in the large sizes


def is_tight(heading: str, *rest: str) -> bool:
    """Whether the words need the smaller sizes, for the sheet to stay one."""
    return len(heading) > HEADING or sum(map(len, rest)) > REST
