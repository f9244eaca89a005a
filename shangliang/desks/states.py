"""How anything becomes public and is taken down again: one machine for topics, announcements, records, replies."""

from shangliang.access.states import Release
from shangliang.events.kinds import Kind
from shangliang.kit.states import Machine, Transition

R = Release

POST = Machine(
    name="post",
    field="release",
    initial=R.UNRELEASED,
    transitions=(
        # follows from an act on the thing itself, whose permission was asked there
        Transition("propose", (R.UNRELEASED, R.IN_REVIEW, R.HELD_BACK), R.IN_REVIEW, Kind.POST_PROPOSED),
        # what changes after its release is looked at again; while a cover-up waits to be judged it stays down
        Transition(
            "reword", (R.UNRELEASED, R.IN_REVIEW, R.RELEASED, R.HELD_BACK, R.TAKEN_DOWN), R.UNRELEASED, ""
        ),
        # it is about something that was called off before anybody had looked at it
        Transition("withdraw", (R.IN_REVIEW,), R.UNRELEASED, ""),
        # made of words that are public already
        Transition("follow", (R.UNRELEASED,), R.RELEASED, ""),
        Transition("release", (R.IN_REVIEW, R.HELD_BACK), R.RELEASED, Kind.POST_RELEASED, "post.review"),
        Transition("hold_back", (R.IN_REVIEW,), R.HELD_BACK, Kind.POST_HELD_BACK, "post.review"),
        Transition("cover", (R.RELEASED,), R.COVERED, Kind.POST_COVERED, "post.cover"),
        Transition("confirm_cover", (R.COVERED,), R.TAKEN_DOWN, Kind.POST_TAKEN_DOWN, "post.review"),
        Transition("restore", (R.COVERED,), R.RELEASED, Kind.POST_RESTORED, "post.review"),
    ),
    finals=(R.RELEASED, R.HELD_BACK, R.TAKEN_DOWN),
)
MACHINES = (POST,)
