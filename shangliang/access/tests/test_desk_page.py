"""The runner of desk pages: what is offered, what is missing, one press, and back with all that was typed.

Met with a thing of its own, a box that is filled and shut, so that every look of an act occurs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import path
from django.utils import translation

from shangliang.access import desk_page
from shangliang.access.actor import ANONYMOUS, Actor, ActorKind, Grant
from shangliang.access.denied import Denied
from shangliang.access.request import Request
from shangliang.access.roles import Permission, Role
from shangliang.access.things import FOLD, PRESS, Act, Thing
from shangliang.kit.guards import Unmet, require
from shangliang.kit.states import Machine, Transition

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
Words: Any = str  # what an app hands in is translated; here the words are already said


def answered(request: Request, **kwargs: str) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("boxes", answered, name="boxes"),
    path("boxes/<str:no>", answered, name="box"),
    path("boxes/<str:no>/shelf", answered, name="shelf"),
    path("boxes/<str:no>/label", answered, name="box_label"),
    path("boxes/<str:no>/do/<slug:name>", answered, name="box_do"),
]
pytestmark = pytest.mark.urls(__name__)


class Step(StrEnum):
    OPEN = "open"
    SHUT = "shut"


@dataclass
class Box:
    """Something on a desk."""

    no: str = "7"
    pk: int = 70
    desk_path: str = "32/3211/"
    desk_room_no: str = "1"
    is_embargoed: bool = False
    state: str = "open"
    holds: str = ""


class Shelf(list[Box]):
    """What lies on the desk."""

    def filter(self, pk: int) -> Shelf:
        return Shelf(box for box in self if box.pk == pk)

    def exists(self) -> bool:
        return bool(self)


MACHINE: Machine[Step] = Machine(
    name="box",
    initial=Step.OPEN,
    transitions=(
        Transition("fill", (Step.OPEN,), None, "box.filled", Permission.TOPIC_ADOPT.value),
        Transition("shut", (Step.OPEN,), Step.SHUT, "box.shut", Permission.TOPIC_ADOPT.value),
        Transition("lend", (Step.OPEN,), None, "box.lent", Permission.TOPIC_ADOPT.value),
        Transition("open", (Step.SHUT,), Step.OPEN, "box.opened", Permission.TOPIC_ADOPT.value),
    ),
)


class FillForm(forms.Form):
    what = forms.CharField(label="装什么")
    reason = forms.CharField(label="理由", required=False)


class LendForm(forms.Form):
    """Says by `facts` what it means."""

    to = forms.CharField(label="借给谁")
    reason = forms.CharField(label="理由", required=False)

    def __init__(self, *data: Any, ours: str = "", **options: Any) -> None:
        super().__init__(*data, **options)
        self.ours = ours

    def facts(self) -> dict[str, str]:
        return {"to": f"{self.ours}{self.cleaned_data['to']}"}


done: list[tuple[object, ...]] = []


def fill(*, box: Box, what: str, reason: str, actor: Actor, at: datetime) -> None:
    gaps = {"stone": Unmet("too_heavy", {"what": what}, mend="what"), "water": Unmet("leaks", mend="seal")}
    require([gaps[what]] if what in gaps else [])
    MACHINE.go(box, "fill")
    box.holds = what
    done.append(("fill", what, reason, actor))


def shut(*, box: Box, actor: Actor, at: datetime) -> None:
    MACHINE.go(box, "shut")
    done.append(("shut", actor))


def lend(*, thing: Box, to: str, actor: Actor, at: datetime) -> str:
    done.append(("lend", to, actor))
    return to


def shut_gaps(box: Box, at: datetime) -> list[Unmet]:
    return [] if box.holds else [Unmet("empty", mend="fill"), Unmet("no_label", mend="label", advice=True)]


FILL = Act(
    "fill",
    ("fill",),
    Words("装箱"),
    fill,
    said=Words("装好了。"),
    form=FillForm,
    look=FOLD,
    unmet={"too_heavy": Words("%(what)s太重。")},
)
SHUT = Act(
    "shut",
    ("shut",),
    Words("关箱"),
    shut,
    said=Words("关好了。"),
    gaps=shut_gaps,
    next=Words("关上"),
    look=PRESS,
)
LEND = Act(
    "lend-out",
    ("lend",),
    Words("出借"),
    lend,
    said=Words("借出了。"),
    form=LendForm,
    takes="thing",
    given=lambda box, request: {"ours": box.no},
    then=lambda request, box, to: HttpResponse(f"借给{to}"),
)
LABEL = Act("label", ("fill",), Words("贴标签"), page="box_label", by=Permission.POST_REVIEW)
OPEN = Act(
    "open", ("open",), Words("开箱"), lambda **facts: None, said=Words("开了。"), sure="kit/guard.html"
)

shelf = Shelf()
BOXES = Thing(
    kind="box",
    label=Words("箱子"),
    rows=lambda actor: shelf,
    title=lambda box: box.no,
    place=lambda box: "",
    page="box",
    listed="boxes",
    act_page="box_do",
    machine=MACHINE,
    acts=(FILL, SHUT, LEND, LABEL, OPEN),
    unmet={
        "empty": Words("箱子还是空的。"),
        "no_label": Words("最好贴上标签。"),
        "leaks": Words("箱子会漏。"),
        "too_heavy": Words("太重。"),
    },
    mends=lambda box: {"seal": f"/seals/{box.no}"},
)


@pytest.fixture(autouse=True)
def box() -> Box:
    made = Box()
    shelf[:] = [made]
    done.clear()
    return made


def staff(role: Role, room_no: str = "1") -> Actor:
    return Actor(ActorKind.STAFF, key="account:1", grants=(Grant(role, room_no=room_no),))


FIRST = staff(Role.FIRST_CONVENER)
CLERK = staff(Role.CLERK)
REVIEWER = staff(Role.REVIEWER)


def asking(actor: Actor = FIRST, data: dict[str, Any] | None = None) -> Request:
    factory = RequestFactory()
    request: Any = factory.get("/") if data is None else factory.post("/", data)
    request.actor, request._messages = actor, CookieStorage(request)
    return request  # type: ignore[no-any-return]


class Drawn(HttpResponse):
    """The page, as the app is asked to draw it."""

    more: dict[str, Any]


def draw(request: Request, row: Any, **more: Any) -> HttpResponse:
    page = Drawn()
    page.more = more
    return page


def pressed(name: str, box: Box, data: dict[str, Any], actor: Actor = FIRST) -> tuple[Any, list[str]]:
    """The answer to a press, and what is said above the next page."""
    request = asking(actor, data)
    with translation.override("zh-hans"):
        answer = desk_page.press(request, BOXES, box, name, draw)
        return answer, [str(message) for message in get_messages(request)]


# What is offered.


def names(offers: desk_page.Offers) -> list[str]:
    return [offer.act.name for offer in offers]


def test_only_what_the_table_opens_to_the_reader_is_offered(box: Box) -> None:
    assert names(desk_page.offers(BOXES, box, asking(), NOW)) == ["fill", "shut", "lend-out"]
    assert names(desk_page.offers(BOXES, box, asking(CLERK), NOW)) == []
    assert names(desk_page.offers(BOXES, box, asking(REVIEWER), NOW)) == ["label"]
    box.state = "shut"
    assert names(desk_page.offers(BOXES, box, asking(), NOW)) == ["open"]
    assert names(desk_page.offers(BOXES, box, asking(REVIEWER), NOW)) == []


def test_an_act_of_another_app_says_itself_when_it_is_open(box: Box) -> None:
    labelled = Act(
        "label", ("fill",), Words("x"), page="box_label", by=Permission.POST_REVIEW, when=lambda box: False
    )
    assert desk_page.is_offered(BOXES, LABEL, box, REVIEWER)
    assert not desk_page.is_offered(BOXES, labelled, box, REVIEWER)


def test_a_template_asks_by_name_and_a_wrong_name_is_an_error(box: Box) -> None:
    offers = desk_page.offers(BOXES, box, asking(), NOW)
    by_name = offers["lend_out"]
    assert by_name is not None
    assert by_name.act is LEND
    assert offers["lend-out"] is by_name
    assert offers["open"] is None
    with pytest.raises(KeyError, match="no act fly"):
        offers["fly"]


def test_what_is_missing_is_said_with_where_it_is_mended(box: Box) -> None:
    offers = desk_page.offers(BOXES, box, asking(), NOW)
    assert offers.gaps == [
        {"sentence": "箱子还是空的。", "url": "#fill", "advice": False},
        {"sentence": "最好贴上标签。", "url": "", "advice": True},
    ]
    assert offers.next is None
    box.holds = "books"
    offers = desk_page.offers(BOXES, box, asking(), NOW)
    assert offers.gaps == []
    assert offers.next is not None
    assert offers.next.act is SHUT


def test_mere_advice_holds_nothing_up() -> None:
    advice = {"sentence": "x", "url": "", "advice": True}
    assert desk_page.Offer(SHUT, "", "", lambda: None, [advice]).is_ready
    assert not desk_page.Offer(SHUT, "", "", lambda: None, [advice, {**advice, "advice": False}]).is_ready


def test_an_act_has_its_address_its_anchor_and_its_form(box: Box) -> None:
    offers = desk_page.offers(BOXES, box, asking(), NOW)
    filling = offers["fill"]
    assert filling is not None
    assert (filling.url, filling.anchor, filling.is_tried) == ("/boxes/7/do/fill", "fill", False)
    assert filling.form.auto_id == "fill_%s"
    assert filling.form is filling.form, "made once"
    shutting = offers["shut"]
    assert shutting is not None
    assert shutting.form is None
    reviewed = desk_page.offers(BOXES, box, asking(REVIEWER), NOW)["label"]
    assert reviewed is not None
    assert reviewed.url == "/boxes/7/label"


def test_where_several_share_a_page_their_acts_are_told_apart(box: Box) -> None:
    assert desk_page.anchor_of(replace(BOXES, is_on_a_list=True), FILL, box) == "fill-70"


def test_a_form_that_was_pressed_stays_as_it_was(box: Box) -> None:
    tried = FillForm({"what": ""})
    offers = desk_page.offers(BOXES, box, asking(), NOW, tried={"fill": tried})
    filling, lending = offers["fill"], offers["lend-out"]
    assert filling is not None
    assert lending is not None
    assert (filling.form, filling.is_tried, lending.is_tried) == (tried, True, False)


def test_fields_of_the_same_name_say_whose_they_are(box: Box) -> None:
    offers = desk_page.offers(BOXES, box, asking(), NOW, about="7号箱")
    filling, lending = offers["fill"], offers["lend-out"]
    assert filling is not None
    assert lending is not None
    about = {name: asked.about for name, asked in filling.form.fields.items()}
    assert about == {"what": "7号箱", "reason": "装箱 · 7号箱"}
    assert lending.form.fields["reason"].about == "出借 · 7号箱"


# Conditions in words.


def test_a_condition_leads_to_its_page_to_an_open_act_or_to_a_field(box: Box) -> None:
    unmet = [Unmet("leaks", mend="seal"), Unmet("empty", mend="fill"), Unmet("no_label", mend="label")]
    unmet += [Unmet("too_heavy", {"what": "石头"}, mend="what"), Unmet("leaks", mend="nowhere")]
    found = desk_page.sentences(BOXES, box, unmet, ["fill", "label"], FILL, FillForm(auto_id="fill_%s"))
    assert [each["url"] for each in found] == ["/seals/7", "#fill", "/boxes/7/label", "#fill_what", ""]
    assert found[3]["sentence"] == "石头太重。", "the act's own words before the thing's"
    assert desk_page.in_words(BOXES, unmet[3]) == "太重。"
    closed = desk_page.sentences(BOXES, box, unmet[1:2], ["shut"])
    assert closed[0]["url"] == "", "an act that is not open mends nothing"


def test_a_group_of_choices_is_led_to_as_a_whole() -> None:
    class Choosing(forms.Form):
        one = forms.ChoiceField(widget=forms.RadioSelect)
        many = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
        word = forms.CharField()

    form = Choosing(auto_id="c_%s")
    assert [desk_page._anchor(form[name]) for name in form.fields] == ["c_one_set", "c_many_set", "c_word"]


# A press.


def test_a_press_does_it_says_so_and_goes_back(box: Box) -> None:
    answer, said = pressed("fill", box, {"what": "books", "reason": "x"})
    assert done == [("fill", "books", "x", FIRST)]
    assert (answer.status_code, answer["Location"], said) == (302, "/boxes/7", ["装好了。"])


def test_what_has_left_the_desk_leads_to_the_list(box: Box) -> None:
    shelf.clear()
    answer, said = pressed("shut", box, {})
    assert (answer["Location"], said) == ("/boxes", ["关好了。"])


def test_several_on_one_page_stay_on_it(box: Box) -> None:
    shelf.clear()
    listed = replace(BOXES, is_on_a_list=True, stands_on=lambda box: "/shelf")
    assert desk_page.back(asking(), listed, box)["Location"] == "/shelf"


def test_facts_are_the_forms_own_and_an_act_may_lead_elsewhere(box: Box) -> None:
    answer, said = pressed("lend-out", box, {"to": "王某"})
    assert done == [("lend", "7王某", FIRST)]
    assert (answer.content.decode(), said) == ("借给7王某", ["借出了。"])


def test_a_form_with_an_error_comes_back_as_it_was_and_nothing_is_done(box: Box) -> None:
    answer, said = pressed("fill", box, {"what": "", "reason": "x"})
    ((name, form),) = answer.more["tried"].items()
    assert (name, form.data["reason"], list(form.errors), done, said) == ("fill", "x", ["what"], [], [])


def test_a_file_has_to_be_chosen_again(box: Box) -> None:
    _answer, said = pressed("fill", box, {"what": "", "photo": SimpleUploadedFile("a.jpg", b"x")})
    assert said == ["照片和文件请再选一次，写下的字都还在。"]


def test_a_condition_that_fails_stands_beside_its_field(box: Box) -> None:
    answer, said = pressed("fill", box, {"what": "stone"})
    assert answer.more["tried"]["fill"].errors == {"what": ["stone太重。"]}
    assert (answer.more["unmet"], said) == ([], [])


def test_a_condition_without_a_field_is_a_sentence(box: Box) -> None:
    answer, _said = pressed("fill", box, {"what": "water"})
    assert answer.more["tried"]["fill"].errors == {}
    assert answer.more["unmet"] == [{"sentence": "箱子会漏。", "url": "/seals/7", "advice": False}]


def test_advice_never_stands_beside_a_field_as_an_error(box: Box) -> None:
    form = FillForm({"what": "x"})
    found = desk_page.beside_fields(BOXES, box, [Unmet("empty", mend="what", advice=True)], form, FILL)
    assert form.errors == {}
    assert [each["sentence"] for each in found] == ["箱子还是空的。"]


def test_an_act_that_is_over_says_so(box: Box) -> None:
    box.state = "shut"
    answer, said = pressed("shut", box, {})
    assert answer["Location"] == "/boxes/7"
    assert said == ["这一步已经办过，或者现在还不能办。页面已更新。"]


@pytest.mark.parametrize("name", ["fly", "label"])
def test_what_is_no_act_of_this_page_is_not_found(name: str, box: Box) -> None:
    with pytest.raises(Http404):
        pressed(name, box, {})


def test_what_cannot_be_undone_is_asked_once_more(box: Box) -> None:
    with pytest.raises(Http404):
        pressed("open", box, {})  # not open to be asked about
    box.state = "shut"
    with pytest.raises(Http404):
        pressed("open", box, {}, CLERK)
    asked, said = pressed("open", box, {})
    assert (asked.status_code, said) == (200, [])
    answer, said = pressed("open", box, {"sure": "1"})
    assert (answer.status_code, said) == (302, ["开了。"])


# An act with a page of its own.


def filled_in(name: str, box: Box, actor: Actor = FIRST, data: dict[str, Any] | None = None) -> Any:
    request = asking(actor, data)
    with translation.override("zh-hans"):
        return desk_page.fill_in(request, BOXES, box, name, draw)


def test_its_page_shows_the_form_and_takes_it(box: Box) -> None:
    shown = filled_in("fill", box)
    assert isinstance(shown.more["tried"]["fill"], FillForm)
    assert not shown.more["tried"]["fill"].is_bound
    again = filled_in("fill", box, data={"what": ""})
    assert list(again.more["tried"]["fill"].errors) == ["what"]
    assert done == []
    assert filled_in("fill", box, data={"what": "books"})["Location"] == "/boxes/7"
    assert done == [("fill", "books", "", FIRST)]


@pytest.mark.parametrize("actor", [CLERK, ANONYMOUS, staff(Role.FIRST_CONVENER, room_no="2")])
def test_its_page_is_refused_to_whoever_may_never_do_it(actor: Actor, box: Box) -> None:
    with pytest.raises(Denied):
        filled_in("fill", box, actor)


def test_its_page_leads_back_where_it_is_not_open(box: Box) -> None:
    box.state = "shut"
    assert filled_in("fill", box)["Location"] == "/boxes/7"
    assert filled_in("fill", box, data={"what": "books"})["Location"] == "/boxes/7"
    assert done == []


@pytest.mark.parametrize("name", ["fly", "shut"])
def test_only_an_act_with_a_form_has_such_a_page(name: str, box: Box) -> None:
    with pytest.raises(Http404):
        filled_in(name, box)


# What a thing says of itself.


def test_a_thing_knows_where_it_stands(box: Box) -> None:
    assert (BOXES.link("7"), BOXES.address(box), BOXES.act("fill"), BOXES.act("fly")) == (
        "/boxes/7",
        "/boxes/7",
        FILL,
        None,
    )
    assert replace(BOXES, stands_on=lambda box: "/boxes/7/shelf").address(box) == "/boxes/7/shelf"
