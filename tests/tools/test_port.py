"""tools/port.py: a taken or mistyped port is told before anything else is done."""

import socket

import pytest
from port import main
from say import CannotGoOn


def test_it_names_another_port_when_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(CannotGoOn, match=f"{port}.*make run PORT=") as stopped:
            main()
    assert str(port) in stopped.value.sentence.chinese


@pytest.mark.parametrize("wrong", ["abc", "0", "70000"])
def test_it_refuses_what_is_no_port(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("PORT", wrong)
    with pytest.raises(CannotGoOn):
        main()
