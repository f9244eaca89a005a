"""The form of an appointment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shangliang.access.forms import OFFICE_BACK, Day, days_behind
from shangliang.kit.columns import longest
from shangliang.kit.forms import Words
from shangliang.people.actions import Proposal
from shangliang.people.labels import OFFICES
from shangliang.people.models import Appointment, Person
from shangliang.people.states import Office


class AppointForm(forms.Form):
    """Somebody known, or a new person with name and post; the office, the term, the document."""

    office = forms.ChoiceField(
        label=_("职务"), choices=[(office.value, OFFICES[office]) for office in Office]
    )
    person = forms.ChoiceField(label=_("选一个人"), required=False)
    name = Words(
        label=_("名单里没有的，写姓名"),
        max_length=longest(Person, "name"),
        required=False,
        help_text=_("选了人就不用写。"),
    )
    post = Words(label=_("现任职务"), max_length=longest(Person, "post"), required=False)
    is_party_head = forms.BooleanField(label=_("是党组织负责人"), required=False)
    from_on = Day(label=_("从哪天起"), required=False, back=OFFICE_BACK, near=days_behind)
    until_on = Day(
        label=_("到哪天"),
        required=False,
        near=list,
        help_text=_("召集人不写就按最长的任期。"),
    )
    document = Words(label=_("任命依据"), max_length=longest(Appointment, "document"), required=False)
    q = Words(required=False, widget=forms.HiddenInput)  # by which the people to choose from were found

    def __init__(self, *args: Any, people: Iterable[Person] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        choices: list[tuple[str, Any]] = [("", _("不选"))]
        choices += [(pk, f"{person.name} {person.post}".strip()) for pk, person in self.people.items()]
        self.fields["person"].choices = choices  # type: ignore[attr-defined]  # a choice field

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        new = Person(
            name=data["name"].strip(), post=data["post"].strip(), is_party_head=data["is_party_head"]
        )
        proposal = Proposal(
            office=Office(data["office"]),
            person=self.people.get(data["person"]) or new,
            from_on=data["from_on"],
            until_on=data["until_on"],
            document=data["document"],
        )
        return {"proposal": proposal}
