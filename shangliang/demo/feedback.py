"""What people have said about the system itself: waiting, answered, asked again, told where it belongs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shangliang.access.actor import ANONYMOUS, Actor
from shangliang.access.roles import Role
from shangliang.demo.story import PHONE, Stage
from shangliang.events.tasks import react
from shangliang.feedback import actions
from shangliang.feedback.models import Feedback
from shangliang.feedback.states import ROOM, FeedbackKind, FeedbackWay
from shangliang.kit import clock

K = FeedbackKind


@dataclass
class Remark:
    """One of them, step by step."""

    stage: Stage
    at: datetime
    row: Feedback

    def do(self, action: Callable[..., Any], actor: Actor, *, days: float, **facts: Any) -> Remark:
        self.at = min(self.at + timedelta(days=days), self.stage.now)
        with clock.at(self.at):
            action(feedback=self.row, actor=actor, at=self.at, **facts)
            react(self.at)
        self.row.refresh_from_db()
        return self

    def answered(self, text: str, *, days: float = 1) -> Remark:
        return self.do(actions.answer, self.stage.person(Role.CITY_OFFICE), days=days, text=text)


def tell(stage: Stage) -> None:
    """The newest first, so that their numbers do not tell which is the oldest."""

    def said(
        days_ago: float,
        kind: FeedbackKind,
        page: str,
        text: str,
        *,
        phone: str = "",
        way: FeedbackWay = FeedbackWay.ONLINE,
    ) -> Remark:
        stage.count += 1
        at = stage.now - timedelta(days=days_ago)
        given = actions.Said(kind, text, f"demo-feedback-{stage.count}", page, phone, way)
        actor = ANONYMOUS if way == FeedbackWay.ONLINE else stage.person(Role.CLERK)
        with clock.at(at):
            received = actions.receive(actor=actor, said=given, at=at)
            react(at)
        return Remark(stage, at, received.feedback)

    said(1, K.HELP, "/say", "手机上点了“录音”没有反应，不知道要先点哪里。我用的是老人机，字也看不太清。")
    said(
        2,
        K.COMPLAINT,
        "",
        "打电话查进展，报了 12 位号，要等很久才有人接。他说网上的页面他孙子也打不开。",
        phone=PHONE,
        way=FeedbackWay.PHONE,
    )
    said(16, K.SUGGESTION, "/results", "“办理结果”里最好能只看我们小区的，现在要翻好几页。").answered(
        "谢谢您。进您那个议事室的页面，就只有本小区的结果；门上的二维码扫开就是。列表里按地方筛选，我们记下了，下一版来做。",
        days=2,
    )
    again = said(9, K.HELP, "/s", "回执上写“了解情况”，是什么意思？是没人管吗？").answered(
        "“了解情况”是有人在看、在问，还没有到商量的一步。回执上写着谁来办、什么时候以前。"
    )
    again.do(
        actions.ask_again,
        actions.holder_of(again.row),
        days=6,
        text="日子过了两天，页面上还是“了解情况”，也没有人打电话来，我该找谁？",
    )
    said(20, K.COMPLAINT, "/", "我们楼下的路灯坏了半个月，没有人来修。").do(
        actions.pass_on,
        stage.person(Role.CITY_OFFICE),
        days=1,
        destination=ROOM,
        room=stage.home.room.no,
        text="路灯的事，请在这个议事室说，他们会请管路灯的单位来办。",
    )
    said(25, K.HELP, "/desk", "工作台上的字太小，我们几个老联络员看着吃力，能不能放大？").answered(
        "页面上方按一下“大字”就放大了，这台电脑以后都是大字，不用每次再按。", days=6
    )
