"""What the tools say to the person at the terminal: one sentence in Chinese, the same in English."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NamedTuple, NoReturn


class Sentence(NamedTuple):
    """The same thing said twice."""

    chinese: str
    english: str

    def __str__(self) -> str:
        return f"{self.chinese}\n{self.english}"


class CannotGoOn(Exception):
    """Stops a tool with a sentence that says what to do."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(chinese, english)
        self.sentence = Sentence(chinese, english)


def say(chinese: str, english: str) -> None:
    """Tell what is being done."""
    print(f"· {chinese}  {english}", flush=True)


def run(main: Callable[[], int | None]) -> NoReturn:
    """Run a tool: a reason to stop is a sentence and exit code 1, never a traceback."""
    try:
        sys.exit(main() or 0)
    except CannotGoOn as reason:
        print(f"\n{reason.sentence}", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        if error.errno != 28:  # no space left on device
            raise
        print(f"\n{FULL_DISK}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


FULL_DISK = Sentence(
    "磁盘满了。请先腾出至少 1 GB 空间，再运行同一条命令；装了一半的环境会自动重来。",
    "The disk is full. Free at least 1 GB and run the same command again; what was half installed starts afresh.",
)
