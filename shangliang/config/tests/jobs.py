"""Jobs for tests: one that ends, one that does not, one that wants too much, one that outlives nobody."""

import os
import time
from pathlib import Path


def write(name: str, text: str) -> None:
    Path(name).write_text(f"{text} {os.getpid()}")


def sleep(name: str) -> None:
    Path(name).write_text(str(os.getpid()))
    time.sleep(600)


def take_memory(megabytes: str) -> None:
    held = bytearray(int(megabytes) * 1024 * 1024)
    held[::4096] = b"x" * len(held[::4096])


def fail() -> None:
    raise RuntimeError("a job of a test that fails")
