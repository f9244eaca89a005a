"""tools/node.py: what is said when the front end's tools cannot be installed."""

import pytest
from node import UNKNOWN, explain


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("npm error code ENOSPC", "Free at least"),
        ("npm error code EAI_AGAIN", "npm registry cannot be reached"),
        ("npm error code EINTEGRITY", "locked hash"),
        ("npm error code E_NOBODY_KNOWS", UNKNOWN.english),
    ],
)
def test_it_says_what_to_do(output: str, advice: str) -> None:
    assert advice in explain(output).english
