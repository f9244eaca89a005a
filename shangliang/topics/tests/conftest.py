"""The village, its people and an empty store for files."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings

from shangliang.topics.tests.factories import Cast, Places, cast, places


@pytest.fixture
def village(db: None) -> Places:
    return places()


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture(autouse=True)
def _own_store(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
