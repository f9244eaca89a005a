"""What is decided from words, numbers and times alone. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import sqrt

from shangliang.search import rules as search
from shangliang.topics.states import Grade, SubmissionState, TopicState

DEEP_WAY = ("received", "looking", "talking", "doing", "rating", "done")
QUICK_WAY = ("received", "looking", "rating", "done")
QUICK_WAY_AGAIN = ("received", "looking", "doing", "rating", "done")  # answered at once, and done after that
AT_STEP = {
    TopicState.OPENED: "looking",
    TopicState.RESEARCHING: "looking",
    TopicState.ADOPTED: "looking",
    TopicState.PASSED_UP: "looking",
    TopicState.DELIBERATING: "talking",
    TopicState.AGREED: "talking",
    TopicState.IN_HAND: "doing",
    TopicState.ASKING: "rating",
    TopicState.CONCLUDED: "done",
    TopicState.PLANNED: "planned",
    TopicState.UNSOLVED: "undone",
    TopicState.ENDED: "undone",
}
BEFORE_TOPIC = {
    SubmissionState.RECEIVED: "received",
    SubmissionState.SUPPLEMENT_ASKED: "supplement",
    SubmissionState.HANDED_OVER: "handed_over",
    SubmissionState.ENDED: "undone",
}


def mentions(text: str, words: Iterable[str]) -> bool:
    """Whether any of the words stands in the text; spaces that somebody put between characters do not hide it."""
    plain = "".join(text.split())
    return any(word in plain for word in words)


CADRE_LISTS = ("topics.cadre_words_list", "topics.cadre_titles_list", "topics.cadre_conduct_list")


def about_cadres(text: str, words: Iterable[str], titles: Iterable[str], conduct: Iterable[str]) -> bool:
    """Whether a text speaks of the room's own cadres: by one of the words, or by an office and what is done in it.

    The lists are those of CADRE_LISTS, in that order.
    """
    return mentions(text, words) or (mentions(text, titles) and mentions(text, conduct))


def bigrams(text: str) -> Counter[str]:
    """Pairs of neighbouring characters, letters and digits and Chinese only, in one way of writing."""
    plain = "".join(char for char in search.alike(text) if char.isalnum())
    return Counter(plain[start : start + 2] for start in range(len(plain) - 1))


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """Cosine of two bags of character pairs: 0 nothing in common, 1 the same."""
    if not one or not other:
        return 0.0
    shared = sum(count * other[pair] for pair, count in one.items() if pair in other)
    return shared / (sqrt(sum(n * n for n in one.values())) * sqrt(sum(n * n for n in other.values())))


def most_alike(
    text: str, others: Mapping[int, str], *, least_percent: int, most: int
) -> list[tuple[int, float]]:
    """Keys of the texts most like `text`, the likest first, none below the threshold."""
    asked = bigrams(text)
    found = [(key, likeness(asked, bigrams(other))) for key, other in others.items()]
    good = [pair for pair in found if pair[1] * 100 >= least_percent]
    return sorted(good, key=lambda pair: (-pair[1], pair[0]))[:most]


def sensitive_field(text: str, table: Sequence[Mapping[str, object]]) -> str:
    """The code of the field that begins as internal, or "" (征地拆迁、涉稳、民族宗教、未成年人)."""
    for row in table:
        words = row.get("words")
        if isinstance(words, list | tuple) and mentions(text, [str(word) for word in words]):
            return str(row["code"])
    return ""


def is_plan_too_far(planned_on: date, today: date, most_months: int) -> bool:
    """Whether a planned day lies behind the farthest one allowed."""
    months = (planned_on.year - today.year) * 12 + planned_on.month - today.month
    return months > most_months or (months == most_months and planned_on.day > today.day)


def step_of(submission_state: str, topic_state: str) -> str:
    """Where a matter stands on its way, in one of the few words that residents read."""
    if topic_state:
        return AT_STEP[TopicState(topic_state)]
    return BEFORE_TOPIC.get(SubmissionState(submission_state), "received")


def way(step: str, grade: str, *, was_talked_over: bool = True) -> list[tuple[str, str]]:
    """The step line of its own track: (step, "past" | "now" | "next")."""
    track: tuple[str, ...] = DEEP_WAY
    if grade == Grade.QUICK and step != "talking":
        track = QUICK_WAY_AGAIN if step == "doing" else QUICK_WAY
    match step:
        case "supplement":
            return [("received", "past"), ("supplement", "now"), *((name, "next") for name in QUICK_WAY[1:])]
        case "handed_over":
            return [("received", "past"), ("handed_over", "now")]
        case "planned":
            return [("received", "past"), ("looking", "past"), ("planned", "now")]
        case "undone":
            between = ("received", "looking", "talking") if was_talked_over else ("received",)
            return [*((name, "past") for name in between), ("undone", "now")]
    here = track.index(step)
    return [
        (name, "past" if place < here else "now" if place == here else "next")
        for place, name in enumerate(track)
    ]
