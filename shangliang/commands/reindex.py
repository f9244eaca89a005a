"""`shangliang reindex`: put the words of everything into the search index anew."""

from __future__ import annotations

import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(args: argparse.Namespace) -> int:
    """Fill the index of the lists and of the search page; print how many rows it holds."""
    import django

    django.setup()
    from shangliang.desks.actions.indexing import index_all
    from shangliang.topics.actions.indexing import index_topics

    count = sum(index_all().values())
    topics = index_topics()
    print(f"已重建搜索索引：清单 {count} 条，公开搜索 {topics} 个议题。")
    print(f"The search index is filled anew: {count} rows of lists, {topics} topics of the search page.")
    return 0
