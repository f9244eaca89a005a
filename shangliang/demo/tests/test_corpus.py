"""The corpus: complete, filled, within the forms' limits, invented, and the same for a seed."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from functools import cache
from importlib.resources import files
from random import Random

import pytest

from shangliang.deliberations.states import Mode, Seat
from shangliang.demo.corpus.doers import Doer, doers, offices, unit_for
from shangliang.demo.corpus.matters import (
    WEIGHTS,
    MatterText,
    any_theme,
    cadre_matter,
    matter,
    suited,
    templates,
    theme_weights,
)
from shangliang.demo.corpus.persons import clerk_post, head_post, member_post, office_phone, person, phone
from shangliang.demo.corpus.phrases import Phrase, meeting_place, outside, phrase
from shangliang.demo.corpus.places import places
from shangliang.demo.corpus.rooms import RoomSpec, rooms
from shangliang.places.states import AreaLevel, Family
from shangliang.topics.states import Theme

WRITTEN = [
    theme
    for theme in Theme
    if files("shangliang.demo.corpus").joinpath("themes", f"{theme.value}.toml").is_file()
]
LONG_NUMBER = re.compile(r"\d{6,}")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]")


@cache
def network() -> tuple[RoomSpec, ...]:
    return tuple(rooms(places(), Random(1)))


@cache
def every_matter() -> tuple[MatterText, ...]:
    """Each matter several times at every kind of place it is suited to."""
    rng = Random(7)
    by_kind = {kind: [room for room in network() if room.site.kind == kind] for kind in WEIGHTS}
    found = []
    for theme in WRITTEN:
        for kind, sites in by_kind.items():
            for _ in range(12 * len(templates(theme))):
                site = rng.choice(sites).site
                if suited(theme, site):
                    found.append(matter(rng, theme, site))
            found += [cadre_matter(rng, rng.choice(sites).site) for _ in range(20) if kind == "village"]
    return tuple(found)


@cache
def six_thousand() -> tuple[tuple[RoomSpec, MatterText], ...]:
    """As many as a city has in a year, with the rooms where they came up."""
    rng = Random(2026)
    found = []
    for _ in range(6000):
        room = rng.choice(network())
        found.append((room, matter(rng, any_theme(rng, room.site), room.site, rng.randint(1, 12))))
    return tuple(found)


def texts(thing: object) -> list[str]:
    """Every string inside a frozen dataclass."""
    if isinstance(thing, str):
        return [thing]
    if isinstance(thing, tuple):
        return [text for item in thing for text in texts(item)]
    if dataclasses.is_dataclass(thing):
        return [text for field in dataclasses.fields(thing) for text in texts(getattr(thing, field.name))]
    return []


def test_it_knows_the_places_of_zhenjiang() -> None:
    tiers = Counter(place.level for place in places())
    assert len(places()) == 838
    assert (tiers[AreaLevel.COUNTY], tiers[AreaLevel.TOWN], tiers[AreaLevel.VILLAGE]) == (7, 60, 769)
    assert sum(place.is_zone for place in places()) == 6
    assert sum(not place.is_point_approximate for place in places()) == 34


def test_every_point_lies_in_zhenjiang() -> None:
    for place in places():
        if place.level is not AreaLevel.PROVINCE:
            assert place.lat is not None
            assert place.lon is not None
            assert 31.6 < place.lat < 32.4
            assert 118.9 < place.lon < 120.0


def test_rooms_stand_in_the_proportions_of_the_city() -> None:
    families = Counter(room.family for room in network())
    assert len(network()) == 1063
    assert families[Family.VILLAGE] + families[Family.COMMUNITY] == 769
    assert families[Family.TOWN] + families[Family.PARK] == 60
    assert (families[Family.CENTRE], families[Family.ALLIANCE]) == (7, 1)
    assert set(families) == set(Family)


def test_rooms_have_numbers_and_names_of_their_own_that_fit() -> None:
    assert len({room.no for room in network()}) == len(network())
    assert len({room.name for room in network()}) == len(network())
    for room in network():
        assert len(room.no) <= 20
        assert len(room.name) <= 24
        assert len(room.introduction) <= 300
        assert len(room.address) <= 120
        assert len(room.hours) <= 80


def test_there_are_45_doers_and_one_for_every_kind_everywhere() -> None:
    found = doers(places())
    assert len(found) == 45
    assert len({unit.code for unit in found}) == 45
    for room in network():
        for doer in Doer:
            unit = unit_for(doer, room.site)
            assert len(unit.code) <= 20
            assert 0 < len(unit.name) <= 60
    assert len({unit.code for place in places() for unit in offices(place)}) == 4 + 7 * 4 + 60 * 2


def test_people_are_named_plausibly_and_their_phones_cannot_ring() -> None:
    rng = Random(3)
    found = [person(rng) for _ in range(2000)]
    assert all(2 <= len(one.name) <= 3 and "某" in one.masked for one in found)
    assert len({one.name for one in found}) > 1500
    assert re.fullmatch(r"1600000\d{4}", phone(rng))
    assert re.fullmatch(r"0511-0000 \d{4}", office_phone(rng))
    assert head_post("桃园社区") == "桃园社区党组织书记"
    assert member_post(rng, "市政协委员").startswith("市政协委员，")
    assert clerk_post(rng, "上党村", is_rural=True).startswith("上党村")


@pytest.mark.parametrize("theme", WRITTEN)
def test_a_theme_has_enough_matters_each_with_its_own_name(theme: Theme) -> None:
    names = [item["id"] for item in templates(theme)]
    assert len(names) >= 18
    assert len(set(names)) == len(names)
    for item in templates(theme):
        assert 3 <= len(item["says"]) <= 5, item["id"]
        assert len(item["table"]) >= 3, item["id"]
        assert 1 <= len(item["measures"]) <= 3, item["id"]


def test_there_are_ten_themes() -> None:
    assert set(WRITTEN) == set(Theme)


def test_every_theme_that_arises_somewhere_has_matters_there_in_every_month() -> None:
    for kind, weights in WEIGHTS.items():
        site = next(room.site for room in network() if room.site.kind == kind)
        for theme, weight in weights.items():
            assert not weight or all(suited(theme, site, month=month) for month in range(1, 13)), (
                kind,
                theme,
            )


def test_no_slot_is_left_unfilled_and_no_text_is_empty() -> None:
    for found in every_matter():
        for text in texts(found):
            assert "{" not in text, (found.code, text)
            assert "}" not in text, (found.code, text)
        for text in (found.title, found.summary, found.said.text, found.effect, found.found, found.place):
            assert text, found.code


def test_texts_keep_to_the_limits_of_the_forms() -> None:
    for found in every_matter():
        assert len(found.title) <= 24, (found.code, found.title)
        assert len(found.place) <= 80
        assert all(len(said.text) <= 200 for said in (found.said, *found.echoes)), found.code
        for raised in (found.by_grid, found.by_member, found.by_government):
            assert len(raised) <= 200, (found.code, raised)
        assert len(found.summary) <= 160, (found.code, found.summary)
        assert all(len(m.what) <= 120 and len(m.seen) <= 120 for m in found.measures), found.code
        assert len(found.found) <= 300
        assert len(found.effect) <= 300
        assert all(len(text) <= 500 for text in texts(found.replies))


def test_a_summary_is_written_in_sentences() -> None:
    for found in every_matter():
        assert found.summary.endswith("。"), (found.code, found.summary)
        assert not HALF_WIDTH.search("".join(texts(found))), found.code


def test_a_village_and_a_community_are_each_spoken_of_in_their_own_words() -> None:
    strange = {"village": ("村（社区）", "居民希望", "楼长（"), "community": ("村民", "村规民约", "村里")}
    met: Counter[str] = Counter()
    for room, found in six_thousand():
        met[room.site.kind] += 1
        for word in strange.get(room.site.kind, ()):
            assert word not in "".join(texts(found)), (found.code, word)
    assert all(met[kind] > 1000 for kind in strange), met


def test_a_title_says_where() -> None:
    titles = [found.title for _room, found in six_thousand()[:3000]]
    assert len(set(titles)) > 2600


def test_season_matters_keep_to_their_months() -> None:
    village = next(room.site for room in network() if room.site.kind == "village")
    in_june = {item["id"] for item in suited(Theme.SAFETY, village, month=6)}
    in_january = {item["id"] for item in suited(Theme.SAFETY, village, month=1)}
    assert "water_edge" in in_june - in_january
    assert "fireworks_store" in in_january - in_june


def test_nothing_looks_like_a_telephone_number_or_an_identity_number() -> None:
    for found in every_matter():
        for text in texts(found):
            assert not LONG_NUMBER.search(text), (found.code, text)


def test_the_doers_of_measures_and_the_seats_exist() -> None:
    used = set()
    for found in every_matter():
        used |= {measure.doer for measure in found.measures}
        assert all(measure.days > 0 for measure in found.measures), found.code
        assert Seat.FIRST_CONVENER in {remark.seat for remark in found.remarks}, found.code
    assert len(used) >= 28


def test_matters_about_cadres_come_only_when_asked_for() -> None:
    rng = Random(5)
    villages = [room.site for room in network() if room.site.kind == "village"]
    assert len({cadre_matter(rng, rng.choice(villages)).code for _ in range(200)}) >= 4
    assert all(cadre_matter(rng, villages[0]).is_about_cadres for _ in range(20))
    for _ in range(500):
        site = rng.choice(villages)
        assert not matter(rng, any_theme(rng, site), site).is_about_cadres


def test_land_and_collective_income_and_village_rules_know_what_only_a_vote_decides() -> None:
    for theme in (Theme.LAND, Theme.COLLECTIVE_INCOME, Theme.VILLAGE_RULES):
        assert sum("statutory" in item for item in templates(theme)) >= 6


def test_the_same_seed_gives_the_same_city() -> None:
    def draw(seed: int) -> list[MatterText]:
        rng = Random(seed)
        found = []
        for _ in range(50):
            site = rng.choice(network()).site
            found.append(matter(rng, any_theme(rng, site), site, rng.randint(1, 12)))
        return found

    assert draw(11) == draw(11)
    assert draw(11) != draw(12)
    assert rooms(places(), Random(1)) == list(network())


def test_six_thousand_submissions_do_not_read_as_copies() -> None:
    found = {matter.said.text for _room, matter in six_thousand()}
    assert len(found) >= 0.95 * len(six_thousand())


def test_a_matter_that_does_not_arise_somewhere_is_refused() -> None:
    village = next(room.site for room in network() if room.site.kind == "village")
    assert Theme.OLD_ESTATES not in theme_weights(village)
    with pytest.raises(LookupError, match="no matter"):
        matter(Random(1), Theme.OLD_ESTATES, village)


def test_every_phrase_fills_and_fits() -> None:
    rng = Random(1)
    for room in rng.sample(network(), 40):
        for kind in Phrase:
            text = phrase(rng, kind, room.site)
            assert text
            assert "{" not in text
            assert len(text) <= 200
        for mode in Mode:
            assert 0 < len(meeting_place(rng, mode, room.site)) <= 80


def test_what_belongs_elsewhere_has_an_address() -> None:
    rng = Random(1)
    for _ in range(400):
        found = outside(rng, rng.choice(network()).site)
        assert len(found.said.text) <= 200
        assert len(found.note) <= 300
        assert not LONG_NUMBER.search("".join(texts(found)))
