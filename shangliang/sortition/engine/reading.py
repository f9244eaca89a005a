"""Pools, quotas and panels from CSV files in the Sortition Foundation's forms; says which line is wrong and why."""

from __future__ import annotations

from collections.abc import Collection

from shangliang.kit.files import BadFile
from shangliang.kit.tables import Table
from shangliang.sortition import rules
from shangliang.sortition.engine.pool import Pool, Quota

ID = ("id", "nationbuilder_id", "编号")  # not shown: ours, the Sortition Foundation's, and a clerk's


def read_quotas(content: bytes, file: str) -> list[Quota]:
    """`category,feature,min,max[,min_flex,max_flex]`. Raises BadFile."""
    # The Sortition Foundation's earlier files say category and name, its later ones feature and value.
    table = Table(content, file, [("category", "feature"), ("value", "feature", "name"), "min", "max"])
    quotas: dict[tuple[str, str], Quota] = {}
    for line, row in table:
        category = table.text(row, line, "category")
        feature = table.text(row, line, "value")
        low, high = table.number(row, line, "min"), table.number(row, line, "max")
        if low > high:
            raise BadFile(file, line, f"min {low} 大于 max {high}。min {low} is greater than max {high}.")
        low_flex, high_flex = table.maybe(row, line, "min_flex"), table.maybe(row, line, "max_flex")
        if (low_flex is not None and low_flex > low) or (high_flex is not None and high_flex < high):
            raise BadFile(
                file,
                line,
                "min_flex 不能大于 min，max_flex 不能小于 max。"
                "min_flex must not exceed min, nor max_flex fall below max.",
            )
        if (category, feature) in quotas:
            raise BadFile(
                file, line, f"“{category} {feature}”写了两次。{category!r} {feature!r} stands there twice."
            )
        quotas[category, feature] = Quota(category, feature, low, high, low_flex, high_flex)
    if not quotas:
        raise BadFile(file, 1, "没有一行配额。There is no quota in it.")
    return list(quotas.values())


def read_pool(
    content: bytes, file: str, quotas: list[Quota], household: str = "", most: int | None = None
) -> Pool:
    """`id` and a column for each category of the quotas; other columns are passed over. Raises BadFile.

    Values may differ in case from the quotas'. What stands for no address ties nobody; more than `most` people of one
    household are asked back.
    """
    features: dict[str, dict[str, str]] = {}
    for quota in quotas:
        features.setdefault(quota.category, {}).setdefault(quota.feature.casefold(), quota.feature)
    known = {(quota.category, quota.feature) for quota in quotas}
    categories = tuple(features)
    table = Table(content, file, [ID, *categories, *([household] if household else [])])
    ids: dict[str, int] = {}
    values, homes, tied = [], [], dict[str, list[tuple[int, str]]]()
    for line, row in table:
        who = table.text(row, line, "id")
        if who in ids:
            raise BadFile(
                file,
                line,
                f"编号“{who}”在第 {ids[who]} 行已有。The id {who!r} stands in line {ids[who]} already.",
            )
        ids[who] = line
        found = []
        for category in categories:
            said = table.text(row, line, category)
            value = said if (category, said) in known else features[category].get(said.casefold(), "")
            found.append(value)
            if not value:
                raise BadFile(
                    file,
                    line,
                    f"“{category}”里的“{said}”没有配额。{said!r} of {category!r} has no quota.",
                )
        values.append(tuple(found))
        if household:
            home = (row[table.place[household]] if len(row) > table.place[household] else "").strip()
            homes.append(rules.plain_home(home))
            tied.setdefault(homes[-1], []).append((line, home))
    for plain, written in tied.items():
        if plain and most is not None and len(written) > most:
            line, home = written[0]
            raise BadFile(
                file,
                line,
                f"“{household}”写“{home}”的有 {len(written)} 人，一家只抽一位。真是一家，请加 --household-most"
                f" {len(written)}；不是，请把这一格空着。{len(written)} people give {home!r} as their household, of"
                f" which one is drawn at most. If so, add --household-most {len(written)}; if not, leave it empty.",
            )
    return Pool(categories, tuple(ids), tuple(values), tuple(homes) if household else None)


def read_ids(content: bytes, file: str, known: Collection[str]) -> list[str]:
    """`id`, one a line, each in the pool. Raises BadFile."""
    table = Table(content, file, ["id"])
    found: dict[str, int] = {}
    for line, row in table:
        who = table.text(row, line, "id")
        if who not in known:
            raise BadFile(file, line, f"名单里没有“{who}”。{who!r} is not in the pool.")
        if who in found:
            raise BadFile(
                file,
                line,
                f"编号“{who}”在第 {found[who]} 行已有。The id {who!r} stands in line {found[who]} already.",
            )
        found[who] = line
    return list(found)


def read_panels(content: bytes, file: str) -> list[list[str]]:
    """`panel,id`, panels counted from 1 and one after the other, as `prepare` writes them. Raises BadFile."""
    table = Table(content, file, ["panel", "id"])
    panels: list[list[str]] = []
    for line, row in table:
        number, who = table.number(row, line, "panel"), table.text(row, line, "id")
        if number == len(panels) + 1:
            _check_size(panels, file, line)
            panels.append([])
        elif number != len(panels) or number == 0:
            raise BadFile(
                file,
                line,
                f"这里应是第 {len(panels) or 1} 组或下一组，却是 {number}。"
                f"Panel {len(panels) or 1} or the next one belongs here, not {number}.",
            )
        if who in panels[-1]:
            raise BadFile(file, line, f"“{who}”在这一组里写了两次。{who!r} stands in this panel twice.")
        panels[-1].append(who)
    if not panels:
        raise BadFile(file, 1, "没有一组名单。There is no panel in it.")
    _check_size(panels, file, line)
    return panels


def _check_size(panels: list[list[str]], file: str, line: int) -> None:
    """Panels of one lottery have one size: a file that was cut short, or lost a line, is found."""
    if panels and len(panels[-1]) != len(panels[0]):
        here, first = len(panels[-1]), len(panels[0])
        raise BadFile(
            file,
            line,
            f"到这里第 {len(panels)} 组有 {here} 人，第 1 组却有 {first} 人，文件不全。"
            f"Up to here panel {len(panels)} has {here} people and panel 1 has {first}: the file is not whole.",
        )
