"""Tells at once, before anything is filled, that the port of `make run` is taken. Usage: port.py (reads PORT)."""

from __future__ import annotations

import os
import socket

from say import CannotGoOn, run


def is_free(port: int) -> bool:
    """Whether a server could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def main() -> None:
    wanted = os.environ.get("PORT") or "8000"
    if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
        raise CannotGoOn(
            f"PORT 应当是 1 到 65535 之间的数，不能是 {wanted}。例如：make run PORT=8001",
            f"PORT must be a number from 1 to 65535, not {wanted}. For example: make run PORT=8001",
        )
    port = int(wanted)
    if is_free(port):
        return
    other = next((other for other in range(port + 1, min(port + 100, 65536)) if is_free(other)), 8001)
    raise CannotGoOn(
        f"端口 {port} 已被别的程序占用（也许本系统已经在运行）。请停掉它，或换一个端口：make run PORT={other}",
        f"Port {port} is taken (perhaps by this system, already running). Stop that program, or choose another port: make run PORT={other}",
    )


if __name__ == "__main__":
    run(main)
