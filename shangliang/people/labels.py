"""Words for offices, members and doers."""

from django.utils.translation import gettext_lazy as _

from shangliang.events.kinds import Kind
from shangliang.people.states import MemberLevel, Office, UnitKind

OFFICES = {
    Office.FIRST_CONVENER: _("第一召集人"),
    Office.SECOND_CONVENER: _("第二召集人"),
    Office.STAND_IN: _("代理召集人"),
    Office.CLERK: _("联络员"),
    Office.REVIEWER: _("发布审核员"),
}
MEMBER_LEVELS = {
    MemberLevel.NATIONAL: _("全国政协委员"),
    MemberLevel.PROVINCE: _("省政协委员"),
    MemberLevel.CITY: _("市政协委员"),
    MemberLevel.COUNTY: _("区（县、市）政协委员"),
}
UNIT_KINDS = {
    UnitKind.BUREAU: _("部门"),
    UnitKind.TOWN: _("镇（街道）"),
    UnitKind.COMMITTEE: _("村（居）委会"),
    UnitKind.OWNERS: _("业主委员会"),
    UnitKind.PROPERTY: _("物业企业"),
    UnitKind.COLLECTIVE: _("集体经济组织"),
    UnitKind.ENTERPRISE: _("企业"),
    UnitKind.MEMBER: _("委员认领"),
    UnitKind.VOLUNTEERS: _("志愿者队伍"),
    UnitKind.OFFICE: _("交办单位"),
}
UNMET = {
    "name_missing": _("请选一个人，或者写下姓名。"),
    "not_party_head": _("第一召集人要由党组织负责人担任。"),
    "not_member": _("第二召集人要由在任期内的政协委员担任。"),
    "both_offices": _("同一个人不能既当第一召集人，又当第二召集人。"),
    "office_taken": _("现在由%(name)s担任，请先办卸任。"),
    "in_office_already": _("%(name)s已经在任，不用再任命；换任期的，请先卸任。"),
    "from_missing": _("请写从哪天起。"),
    "term_backwards": _("到哪天不能早于从哪天。"),
    "term_too_long": _("任期最长到 %(day)s。"),
}
HISTORY = {Kind.OFFICE_APPOINTED: _("任命"), Kind.OFFICE_ENDED: _("卸任")}
