"""The table of a topic, written down a second time where later stages use it: from where each of their acts leads on.

What topics does itself is met by its acts; what deliberations and outcomes ask of a topic is met only here in full.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from shangliang.kit.states import IllegalMove
from shangliang.topics.states import TOPIC, TopicState

T = TopicState
BY_LATER_STAGES = {
    "begin_deliberation": ({T.OPENED, T.RESEARCHING, T.ADOPTED, T.UNSOLVED}, T.DELIBERATING),
    "call_off": ({T.DELIBERATING}, T.ADOPTED),
    "reach_agreement": ({T.DELIBERATING}, T.AGREED),
    "leave_unsolved": ({T.DELIBERATING, T.AGREED, T.IN_HAND, T.ASKING}, T.UNSOLVED),
    "ask_residents": ({T.IN_HAND, T.AGREED}, T.ASKING),
    "conclude": ({T.ASKING, T.IN_HAND, T.AGREED}, T.CONCLUDED),
    "reopen": ({T.ASKING, T.CONCLUDED}, T.IN_HAND),
}


@pytest.mark.parametrize("act", BY_LATER_STAGES)
def test_a_later_stage_moves_a_topic_from_there_and_from_nowhere_else(act: str) -> None:
    sources, target = BY_LATER_STAGES[act]
    for state in T:
        topic = SimpleNamespace(state=state.value)
        if state in sources:
            TOPIC.go(topic, act)
            assert topic.state == target
        else:
            with pytest.raises(IllegalMove):
                TOPIC.go(topic, act)
            assert topic.state == state
    assert TOPIC.needs(act) == "", "asked for by the stage that does it"
