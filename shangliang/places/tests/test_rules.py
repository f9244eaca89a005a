"""Reading area paths."""

from __future__ import annotations

import pytest

from shangliang.places import rules
from shangliang.places.rules import ancestors, codes, level_of, tier_above, upto
from shangliang.places.states import AreaLevel
from shangliang.places.tests.factories import CITY, COUNTY, TOWN, VILLAGE

PROVINCE = "32/"
PATHS = [PROVINCE, CITY, COUNTY, TOWN, VILLAGE]


def test_a_path_is_its_codes_from_the_province_down() -> None:
    assert codes(VILLAGE) == ["32", "3211", "321102", "321102001", "321102001001"]
    assert codes("") == []


def test_every_tier_has_its_depth() -> None:
    assert [level_of(path) for path in PATHS] == list(AreaLevel)
    assert list(rules.DEPTH) == list(AreaLevel)
    with pytest.raises(KeyError):
        level_of("")


@pytest.mark.parametrize(
    ("path", "level", "cut"),
    [
        (VILLAGE, AreaLevel.VILLAGE, VILLAGE),
        (VILLAGE, AreaLevel.TOWN, TOWN),
        (VILLAGE, AreaLevel.COUNTY, COUNTY),
        (VILLAGE, AreaLevel.CITY, CITY),
        (VILLAGE, AreaLevel.PROVINCE, PROVINCE),
        (COUNTY, AreaLevel.TOWN, COUNTY),  # it ends above the tier that is asked for
        (CITY, AreaLevel.VILLAGE, CITY),
    ],
)
def test_a_path_is_cut_off_at_a_tier(path: str, level: AreaLevel, cut: str) -> None:
    assert upto(path, level) == cut


@pytest.mark.parametrize(
    ("path", "above"), [(VILLAGE, TOWN), (TOWN, COUNTY), (COUNTY, CITY), (CITY, CITY), (PROVINCE, PROVINCE)]
)
def test_a_matter_goes_one_tier_up_and_a_city_is_its_own_last_resort(path: str, above: str) -> None:
    assert tier_above(path) == above


def test_the_way_down_holds_every_tier_and_the_place_itself() -> None:
    assert ancestors(VILLAGE) == PATHS
    assert ancestors(PROVINCE) == [PROVINCE]
