"""The command line: `shangliang COMMAND`, one file a command, thin."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from pkgutil import iter_modules

from django.core.exceptions import ImproperlyConfigured

BAD_INPUT = 2
OWN = 0o077  # what we write, and what the processes write that we start, is for the owner alone


class Failed(Exception):
    """Something the caller can mend; the message is a sentence that says how. Ends with exit status 2."""


def names() -> list[str]:
    """Every command: the modules of this package."""
    return sorted(
        module.name
        for module in iter_modules(__path__)
        if not module.ispkg and not module.name.startswith("_")
    )


def parser_for(name: str) -> argparse.ArgumentParser:
    """The parser of one command, made by its module's `add`."""
    module = import_module(f"{__name__}.{name}")
    parser = argparse.ArgumentParser(prog=f"shangliang {name}", description=module.__doc__)
    module.add(parser)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangliang.config.settings")
    words = list(sys.argv[1:] if argv is None else argv)
    known = names()
    if not words or words[0] in {"-h", "--help"}:
        sys.stdout.write("shangliang COMMAND [--help]\n\n" + "".join(f"  {name}\n" for name in known))
        return 0 if words else BAD_INPUT
    name = words[0].replace("-", "_")
    if name not in known:
        sys.stderr.write(f"没有“{words[0]}”这个命令。There is no command {words[0]!r}: {', '.join(known)}\n")
        return BAD_INPUT
    before = os.umask(OWN)
    try:
        args = parser_for(name).parse_args(words[1:])
        result: int = import_module(f"{__name__}.{name}").run(args)
    except (Failed, ImproperlyConfigured) as failed:
        sys.stderr.write(f"{failed}\n")
        return BAD_INPUT
    finally:
        os.umask(before)
    return result
