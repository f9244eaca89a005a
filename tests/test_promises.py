"""No sentence says that something was sent, or that somebody will be told, unless it is so.

Every text of the interface with such words stands here with what makes it true, and that is looked up: the reaction that
writes the message, the clock that rings, the line on the slip. A new one fails until somebody has looked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polib
import pytest
from django.conf import settings

from shangliang.config.reactions import REACTIONS
from shangliang.deliberations.reactions import date_draw
from shangliang.events.kinds import Kind
from shangliang.rulebook import book
from shangliang.web import slip_story

SAYS_SO = re.compile(
    r"发出|短信|通知|送到|转告|会请|(?:告诉|联系)(?:到|了)?(?:您|他|对方|群众|反映人|大家)"
    r"|会(?:再|在|把|问)?[^，。；]{0,6}(?:收到|提醒|告诉|看到|知道|打|联系|评价)"
)


@dataclass(frozen=True)
class Message:
    """A reaction writes it, or what it promises: `app.function` after that event."""

    kind: Kind
    by: str


@dataclass(frozen=True)
class Rings:
    """A clock asks somebody for it."""

    rule: str


@dataclass(frozen=True)
class OnSlip:
    """Whoever raised the matter reads it among what happened on their slip."""

    kind: Kind


@dataclass(frozen=True)
class Beside:
    """The page itself shows it to those whom it names; where, and under which condition."""

    where: str


@dataclass(frozen=True)
class Fate:
    """The fate of a message or a telling, as the outbox knows it."""


@dataclass(frozen=True)
class ByHand:
    """It asks its reader to tell somebody, or notes that they did; the system claims nothing."""


@dataclass(frozen=True)
class OtherSense:
    """The words mean something else here."""

    what: str


LOOKED_AT: dict[str, object] = {
    # draws: poster, the call's own page and the room's page say that day until it is over
    "告诉大家%(day)s前都可以报名，过了那天再封存名单。": Beside("poster and page of the call"),
    "告诉大家的是%(day)s前都可以报名。提前结束，后来的人就报不上了。": Beside("poster and page of the call"),
    "现在 %(here)s 人，要抽 %(n)s 位，人够了；告诉大家还可以报名，报名的都要算进来。": Beside(
        "poster and page of the call"
    ),
    "请写明谁要求抹去、怎么知道是本人，核实的人会看到。": Beside(
        "the submission's page above the confirming button"
    ),
    # deliberations: the worker has not come to the event of the news yet
    "通知还没有发完": Fate(),
    # desks: the worker waits with what follows until then
    "刚才：%(what)s。按错了，%(until)s 以前可以收回；在这以前不发通知。": Beside("events wait until then"),
    "已收回，和按以前一样，没有通知任何人。": Beside("its event is deleted before the worker came to it"),
    # accounts
    "关闭以后，登录只要密码。您的职责如果可以查看群众电话，会请您重新开启。": Beside("sign-in asks again"),
    "接收通知的电子邮箱": OtherSense("a field"),
    "界面和通知的语言": OtherSense("a field"),
    "语言和通知": OtherSense("a heading"),
    # deliberations
    "反映人（在回执上通知）": OnSlip(Kind.DELIBERATION_ANNOUNCED),
    "大家会看到。": Beside("the reason stands on the page of the session, once it is announced"),
    "改期了：%(what)s。原因：%(why)s。新的时间会再告诉您。": Message(
        Kind.DELIBERATION_ANNOUNCED, "deliberations.tell_invited"
    ),
    "改期，时间另行通知": Message(Kind.DELIBERATION_ANNOUNCED, "deliberations.tell_invited"),
    "请写明原因，大家会看到。": Message(Kind.DELIBERATION_CANCELLED, "deliberations.tell_changed"),
    "还有 %(n)s 位，系统没有发出消息，要您打电话、送信或者当面说。": Fate(),
    "通知文本": OtherSense("words to paste into a group"),
    # desks: what of an answer stays closed
    "有没有勾的，请写明为什么不公开，附上的人会看到。": Message(Kind.POST_RELEASED, "outcomes.tell_withheld"),
    # feedback
    "不是系统的事：告诉他该找谁": ByHand(),
    "他留了电话，答复以后请打电话告诉他。每看一次都记下，对方看得到。": ByHand(),
    "告诉他": ByHand(),
    "对方会看到去处的电话和地址。系统不替他转过去；去处不在上面的，请在这里写明单位和怎么找。": Beside(
        "the person's own page under its address"
    ),
    "已告诉他该找谁。": Beside("the person's own page under its address"),
    "怎么告诉他": ByHand(),
    "想让人打电话告诉您就留一个。加密保存，答复的人点开才看得到，每看一次都记在您的那一页上，办结后抹去。": ByHand(),
    "期间内收到的意见建议里，第一次答复没有超过期限的。告诉对方该找谁的，也算答复。还没有答复的不算。": OtherSense(
        "how a figure is counted"
    ),
    "这不是系统的事，已经告诉对方该找谁": Beside("the person's own page under its address"),
    "问一问：答复了要不要打电话告诉他。加密保存。": ByHand(),
    # inbox
    "%(channel)s已发出": Fate(),
    "不确定是否发出，请另行联系": Fate(),
    "发出": Fate(),
    "已发出": Fate(),
    "没有发出": Fate(),
    "没有接短信网关，没有发出，请另行联系": Fate(),
    "短信": OtherSense("the name of a channel"),
    "等着发出": Fate(),
    # kit
    "别人会看到这些话，里面好像有%(what)s。请改掉；要是没有写错，就在下面勾一下。": Beside(
        "where the words stand"
    ),
    "大家都会看到这些话，里面好像有%(what)s，请改掉。": Beside("where the words stand"),
    # outcomes
    "不采纳须写明理由，群众会看到。": OnSlip(Kind.TOPIC_LEFT_UNSOLVED),
    "已交办。有账号的承办单位在工作台上看得到；没有账号的，请打电话告诉他们，签收、答复由人代录。": Message(
        Kind.COMMITMENT_ASSIGNED, "outcomes.tell_doer"
    ),
    "承办单位没有账号，请打电话告诉他们，再代录签收：%(what)s": Beside("asked of whoever reads it"),
    "已答复不同意延期，承办单位会看到理由。": Message(
        Kind.COMMITMENT_EXTENSION_REFUSED, "outcomes.tell_doer_of_time"
    ),
    "已说明，过问的领导会看到。": Message(Kind.COMMITMENT_EXPLAINED, "outcomes.tell_who_asked"),
    "已记下：区里看过了。写了转告的，承办单位和联络员会收到消息。": Message(
        Kind.COMMITMENT_HEARD, "outcomes.tell_what_the_district_passes_on"
    ),
    "区里转告：%(note)s": Message(Kind.COMMITMENT_HEARD, "outcomes.tell_what_the_district_passes_on"),
    "区里看了群众只给区里说的话，转告您：%(what)s": Message(
        Kind.COMMITMENT_HEARD, "outcomes.tell_what_the_district_passes_on"
    ),
    "转告承办单位和联络员的话": Message(Kind.COMMITMENT_HEARD, "outcomes.tell_what_the_district_passes_on"),
    "不用转告就空着。不要写是谁说的，也不要照抄群众的原话。": Message(
        Kind.COMMITMENT_HEARD, "outcomes.tell_what_the_district_passes_on"
    ),
    "有群众把话只给区推进办说了，这里看不到。区里看过以后，要转告的写在这里。": Message(
        Kind.COMMITMENT_HEARD, "outcomes.tell_what_the_district_passes_on"
    ),
    "已过问，交办单位会在工作台上看到，说明原因以后告诉您。": Message(
        Kind.COMMITMENT_EXPLAINED, "outcomes.tell_who_asked"
    ),
    "您写的话里好像有%(what)s，看的人都会看到。不想让人看到的，请删掉；要留着的，请勾这一格。": Beside(
        "who reads a reason stands on the page of the rating"
    ),
    "自己评价的时间已经过了。留了电话的，议事室以外的人会打一次，问问办得怎样。": Rings(
        "outcomes.callback_days"
    ),
    "裁定须写明理由，群众会看到。": OnSlip(Kind.COMMITMENT_DECIDED),
    "请写明为什么不同意延期，承办单位会看到。": Message(
        Kind.COMMITMENT_EXTENSION_REFUSED, "outcomes.tell_doer_of_time"
    ),
    "请写明延期理由，群众会看到。": OnSlip(Kind.COMMITMENT_EXTENDED),
    "请说明为什么晚了、打算什么时候办好，过问的领导会看到。": Message(
        Kind.COMMITMENT_EXPLAINED, "outcomes.tell_who_asked"
    ),
    "返工以后还是没有解决，请区推进办来裁定，结果会写明理由告诉您。": Message(
        Kind.COMMITMENT_DECIDED, "outcomes.tell_residents"
    ),
    "这是返工之前的评价。重新办好以后，会再请群众评价。": Message(
        Kind.COMMITMENT_REPLIED, "outcomes.tell_residents"
    ),
    "已改派，原来的承办单位会收到消息，看得到理由。": Message(
        Kind.COMMITMENT_HANDED_ON, "outcomes.tell_former_doer"
    ),
    "请写明为什么改派，原来的承办单位会看到。": Message(
        Kind.COMMITMENT_HANDED_ON, "outcomes.tell_former_doer"
    ),
    # people
    "验证码只在这一页上显示，系统里不保存。再给一个，前一个就作废。给了和用了，都会记下来，本人也会收到消息。": Beside(
        "accounts.actions writes to them within the act itself"
    ),
    # sortition
    "%(names)s 号那一类要 0 位，抽不到。请改名额，或者当面告诉他们。": ByHand(),
    "同一家只抽一位，所以要问；没有手机的，信也送到这里。": ByHand(),
    "抽中了，联络员按这个电话告诉您。不留也行，抽中了把信送到您家。": Message(
        Kind.DRAW_DRAWN, "sortition.send_letters"
    ),
    "还有 %(n)s 位没有答复，系统也没有发出消息：请打电话，或者打印信送到。": Fate(),
    "请在 %(day)s前答复。来不了没关系，会请候补。": Message(
        Kind.VOLUNTEER_REPLIED, "sortition.tell_declined"
    ),
    "候补已经补上，等他们答复。请打印信，逐一送到。": ByHand(),
    "请打印信，逐一送到。": ByHand(),
    "信送到了": ByHand(),
    "这是抽签本身的机会；抽中的人要是来不了，会请候补，那一份没有算在里面。": Message(
        Kind.VOLUNTEER_REPLIED, "sortition.tell_declined"
    ),
    "送到：%(home)s": OtherSense("the address on a letter"),
    # topics
    "%(day)s送到": OtherSense("the day on a slip that is carried to the door"),
    "决定怎么办，告诉您": Message(Kind.SUBMISSION_ACCEPTED, "topics.tell_holder"),
    "可以这样告诉他": ByHand(),
    "告诉反映人的话": Beside("the slip, under 给您的说明"),
    "已了结，反映人会看到理由。": Message(Kind.SUBMISSION_ENDED, "topics.tell_holder"),
    "已列入计划，到时候会提醒。": Rings("topics.plan_months"),
    "已答复，会请反映人评价。": Message(Kind.TOPIC_ANSWERED, "outcomes.follow_quick_answer"),
    "已终止，反映人会看到理由。": OnSlip(Kind.TOPIC_ENDED),
    "已记下，反映人会看到。": Message(Kind.SUBMISSION_REPORTED_BACK, "topics.tell_holder"),
    "想让人联系您就留一个。加密保存，工作人员点开才看得到，每看一次都记在您的回执上，办结后抹去。": ByHand(),
    "我们会问一问那边的进展，告诉您": Rings("topics.handover_followup_days"),
    "期间内从四个渠道送来的来件，按送到那天计。后来合并、转交、了结或按要求抹除的也算；代录的与网上的一样算。": OtherSense(
        "how a figure is counted"
    ),
    "理由只写一遍，每位反映人都会看到。": Message(Kind.SUBMISSION_ENDED, "topics.tell_holder"),
    "请写几句话告诉反映人：为什么、可以去哪里。": Beside("the slip, under 给您的说明"),
    "转交时告诉反映人的话": Beside("the slip, under 给您的说明"),
    # web
    "到期没有答复，会提醒承办单位，并报推进办。": OtherSense("a sample in the gallery"),
    "只用来告诉您办得怎样。加密保存，每次查看都会记在您的回执上。": OtherSense("a sample in the gallery"),
    "已经送到。有了回话会出现在这里。": Message(Kind.SUBMISSION_MESSAGED, "topics.tell_holder"),
}
SLIP = {*slip_story.SUBMISSION, *slip_story.TOPIC, *slip_story.MEETING, *slip_story.PROMISE}


def test_a_draw_hears_of_every_change_of_when_and_where() -> None:
    """Its letters and the pages of those who are drawn say that it stands there once it is fixed."""
    for kind in (Kind.DELIBERATION_ANNOUNCED, Kind.DELIBERATION_POSTPONED):
        assert date_draw in REACTIONS[kind]


def sentences() -> set[str]:
    """Every text of the interface that says so, by its Chinese."""
    return {
        entry.msgid
        for path in settings.PACKAGE.glob("*/locale/en/LC_MESSAGES/django.po")
        for entry in polib.pofile(str(path))
        if not entry.obsolete and SAYS_SO.search(entry.msgid)
    }


def test_somebody_has_looked_at_every_sentence_that_says_so() -> None:
    """What is new: find out what makes it true and write it above, or say it otherwise."""
    assert sentences() - set(LOOKED_AT) == set()


def test_what_is_said_no_more_stands_here_no_more() -> None:
    assert set(LOOKED_AT) - sentences() == set()


@pytest.mark.parametrize(
    ("sentence", "truth"), LOOKED_AT.items(), ids=[str(n) for n in range(len(LOOKED_AT))]
)
def test_what_makes_it_true_is_there(sentence: str, truth: object) -> None:
    match truth:
        case Message(kind, by):
            app, _dot, name = by.partition(".")
            found = {(each.__module__.split(".")[1], each.__name__) for each in REACTIONS[kind]}
            assert (app, name) in found, sentence
        case Rings(rule):
            assert book().has(rule), sentence
        case OnSlip(kind):
            assert kind in SLIP, sentence
