"""`shangliang manage …`: Django's own commands, for keepers who know them."""

from __future__ import annotations

import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """Everything after the name goes to Django."""
    parser.add_argument("words", nargs=argparse.REMAINDER)


def run(args: argparse.Namespace) -> int:
    """Hand over."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["shangliang manage", *args.words])
    return 0
