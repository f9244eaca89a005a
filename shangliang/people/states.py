"""Offices in a room, levels of members, kinds of doers."""

from enum import StrEnum


class Office(StrEnum):
    """What somebody is in a room."""

    FIRST_CONVENER = "first_convener"
    SECOND_CONVENER = "second_convener"
    STAND_IN = "stand_in"  # signs for a convener who is away
    CLERK = "clerk"
    REVIEWER = "reviewer"


class MemberLevel(StrEnum):
    """四级政协委员."""

    NATIONAL = "national"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


class UnitKind(StrEnum):
    """Who can do what was agreed."""

    BUREAU = "bureau"
    TOWN = "town"
    COMMITTEE = "committee"  # 村（居）委会
    OWNERS = "owners"  # 业委会
    PROPERTY = "property"  # 物业
    COLLECTIVE = "collective"  # 集体经济组织
    ENTERPRISE = "enterprise"
    MEMBER = "member"  # 委员认领
    VOLUNTEERS = "volunteers"
    OFFICE = "office"  # an assigning office


MACHINES = ()
