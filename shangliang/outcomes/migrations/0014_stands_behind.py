"""Who stands behind the units that have promised something: as `outcomes.queries.stands_behind` says on that day."""

from django.db import migrations

from shangliang.kit.numbered import by_nos
from shangliang.kit import numbers

COUNTY, TOWN = 3, 4  # how many codes a path of that tier has
BATCH = 500


def behind(commitment):
    """As the three columns of a clock."""
    codes = [code for code in commitment.desk_path.split("/") if code]

    def upto(depth):
        return "".join(f"{code}/" for code in codes[:depth])

    tier = {TOWN: "town_office", COUNTY: "district_office"}.get(min(len(codes), TOWN), "city_office")
    if commitment.outcome.route == "community":
        if commitment.desk_room_no:
            return "clerk", "", commitment.desk_room_no
        return tier, upto(TOWN), ""
    if commitment.outcome.route == "reported" or tier != "town_office":
        return "assigning_office", upto(COUNTY), ""
    return tier, upto(TOWN), ""


def fill(apps, schema_editor):
    clocks, commitments = apps.get_model("clocks", "Clock"), apps.get_model("outcomes", "Commitment")
    running = clocks.objects.filter(
        stopped_at=None, subject_kind="commitment", role="doer", behind_role=""
    ).order_by("pk")
    waiting = list(running)
    for start in range(0, len(waiting), BATCH):
        rows = waiting[start : start + BATCH]
        found = by_nos(commitments.objects.select_related("outcome"), [row.subject_no for row in rows])
        known = {(each.origin_code, each.origin_key or each.pk): each for each in found}
        for row in rows:
            number = numbers.parse(row.subject_no)
            commitment = known.get((number.origin, number.key)) if number else None
            if commitment is not None:
                row.behind_role, row.behind_area_path, row.behind_room_no = behind(commitment)
        clocks.objects.bulk_update(rows, ["behind_role", "behind_area_path", "behind_room_no"])


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0013_relay"), ("clocks", "0003_stands_behind")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
