"""Words for draws, lotteries and volunteers."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shangliang.events.kinds import Kind
from shangliang.sortition.states import (
    CallResult,
    DrawState,
    LotteryState,
    OutReason,
    SeedWay,
    Source,
    VolunteerState,
)

DRAW_STATES: dict[DrawState, Promise] = {
    DrawState.COLLECTING: _("正在报名"),
    DrawState.DRAWN: _("抽出来了，等答复"),
    DrawState.SETTLED: _("名单已定"),
    DrawState.CANCELLED: _("不抽了"),
}
STATE_KINDS = {
    DrawState.COLLECTING: "doing",
    DrawState.DRAWN: "soon",
    DrawState.SETTLED: "done",
    DrawState.CANCELLED: "quiet",
}
PREPARING = _("准备中")  # nobody can put themselves down, or can no longer
LOTTERY_STATES: dict[LotteryState, Promise] = {
    LotteryState.ASKED: _("正在编组"),
    LotteryState.FIXED: _("各组已定，等当众产生的数"),
    LotteryState.PICKED: _("已抽出"),
    LotteryState.IMPOSSIBLE: _("编不成组"),
    LotteryState.TAKEN_BACK: _("已取回"),
}
VOLUNTEER_STATES: dict[VolunteerState, Promise] = {
    VolunteerState.WAITING: _("等抽签"),
    VolunteerState.OUT: _("不参加抽签"),
    VolunteerState.DRAWN: _("抽中，等答复"),
    VolunteerState.ACCEPTED: _("答应来"),
    VolunteerState.DECLINED: _("来不了"),
}
VOLUNTEER_KINDS = {
    VolunteerState.WAITING: "quiet",
    VolunteerState.OUT: "merged",
    VolunteerState.DRAWN: "soon",
    VolunteerState.ACCEPTED: "done",
    VolunteerState.DECLINED: "undone",
}
SOURCES: dict[Source, Promise] = {
    Source.CALL: _("自己报名"),
    Source.CLERK: _("代录"),
    Source.REGISTER: _("上次说过愿意再来"),
    Source.FILE: _("名单导入"),
}
OUT_REASONS: dict[OutReason, Promise] = {
    OutReason.WITHDREW: _("自己不参加了"),
    OutReason.ON_DUTY: _("本来就在席上（召集人、委员、单位等）"),
    OutReason.TWICE: _("报了两次"),
    OutReason.NOT_LOCAL: _("不住在这里"),
}
CALL_RESULTS: dict[CallResult, Promise] = {
    CallResult.REACHED: _("打通了，说过了"),
    CallResult.MISSED: _("没打通"),
    CallResult.LATER: _("说好再打"),
}
SEED_WAYS: dict[SeedWay, Promise] = {
    SeedWay.DICE: _("当众掷骰子"),
    SeedWay.LOTTERY: _("事先说好的当天彩票号码"),
    SeedWay.BALLS: _("当众摸球"),
    SeedWay.OTHER: _("别的办法"),
}
UNMET: dict[str, Promise] = {
    "no_quota": _("还没有写分成哪几类人。"),
    "ends_crossed": _("“%(name)s”最少的人数比最多的还多，请改一个。"),
    "lows_above_size": _("“%(name)s”各项最少加起来是 %(sum)s 人，多于要抽的 %(n)s 人，请改小一些。"),
    "highs_below_size": _("“%(name)s”各项最多加起来是 %(sum)s 人，不到要抽的 %(n)s 人，请改大一些。"),
    "call_over": _("这一天已经过去，请选今天或者以后的一天，或者空着。"),
    "call_not_over": _("告诉大家%(day)s前都可以报名，过了那天再封存名单。"),
    "pool_small": _("现在有 %(here)s 人参加抽签，要抽 %(n)s 人，人不够。"),
    "values_missing": _("%(names)s 号没有写全是哪类人，请补上，或者移出。"),
    "same_name": _("%(names)s 号和召集人、委员同名，请看一看是不是同一个人。"),
    "same_person": _("%(names)s 号有同名的，请看一看是不是同一个人报了两次。"),
    "same_home": _(
        "%(names)s 号写的是同一个住址。一家只抽一位：真是一家，请在名单里说一声；不是，请把他们分开。"
    ),
    "no_seat_for": _("%(names)s 号那一类要 0 位，抽不到。请改名额，或者当面告诉他们。"),
    "replies_missing": _("还有 %(n)s 位没有答复。"),
    "seats_empty": _("还空着 %(n)s 个位子，可以补抽。"),
    "lottery_open": _("正在抽签，先抽完或者取回。"),
    "pool_sealed": _("名单已经封存，正在抽签。抽完以后可以再来删。"),
    "seat_gone": _("这个位子已经给了别人，或者正在补抽，不能再改成来。"),
    "nobody_declined": _("没有空位，不用补抽。"),
    "no_alternate": _("候补里没有合适的人，请补抽一次。"),
    "seed_missing": _("请写下当众产生的数。"),
    "reason_missing": _("请写明原因，大家会看到。"),
}
BAD_LINES: dict[str, Promise] = {
    "nothing": _("请至少写一行，比如“性别：男、女”。"),
    "no_category": _("第 %(line)s 行：先写是哪一类，再写冒号，比如“年龄：18到34岁、35到59岁”。"),
    "category_twice": _("第 %(line)s 行：“%(word)s”前面已经写过。"),
    "too_many_categories": _("最多分八类，请合并一些：分得越细，越难抽成。"),
    "bad_feature": _("第 %(line)s 行：“%(word)s”看不懂，名称不超过二十个字，后面可以写人数。"),
    "bad_count": _("第 %(line)s 行：“%(word)s”不是人数，请写整数。"),
    "feature_twice": _("第 %(line)s 行：“%(word)s”写了两次。"),
    "one_feature": _("第 %(line)s 行：“%(word)s”至少要分成两种。"),
    "too_many_features": _("第 %(line)s 行：“%(word)s”分得太细，最多二十种。"),
    "counts_missing": _("第 %(line)s 行：“%(word)s”的人数要么都写，要么都不写。"),
    "too_long": _("第 %(line)s 行：“%(word)s”太长了，请写短一些：姓名和住址各占一格。"),
    "nobody": _("名单是空的，请至少写一行，或者选一个文件。"),
    "column_missing": _("第 %(line)s 行：缺少“%(word)s”这一列。"),
    "name_missing": _("第 %(line)s 行：没有写姓名。"),
    "bad_phone": _("第 %(line)s 行：电话“%(word)s”好像不完整，请再看看；没有电话就空着。"),
    "value_missing": _("第 %(line)s 行：没有写“%(word)s”是哪一种。"),
    "one_cell": _("第 %(line)s 行：只有一栏（%(word)s）。一行一人，各栏用逗号或者制表符分开。"),
    "unknown_value": _("第 %(line)s 行：“%(word)s”不在上面分的类里，请改成一样的写法。"),
}
HISTORY: dict[Kind, Promise] = {
    Kind.DRAW_PREPARED: _("设定抽几人、分哪几类"),
    Kind.DRAW_CALLED: _("公开报名"),
    Kind.DRAW_ASKED: _("封存名单，开始编组"),
    Kind.DRAW_FIXED: _("各组和机会已定，留痕"),
    Kind.DRAW_IMPOSSIBLE: _("编不成组"),
    Kind.DRAW_TAKEN_BACK: _("取回，重新准备"),
    Kind.DRAW_DRAWN: _("当众抽出"),
    Kind.DRAW_FILLED: _("请候补"),
    Kind.DRAW_SETTLED: _("名单已定，请到会"),
    Kind.DRAW_CANCELLED: _("不抽了"),
    Kind.VOLUNTEER_ENTERED: _("代录报名"),
    Kind.VOLUNTEER_LEFT: _("移出抽签名单"),
    Kind.VOLUNTEER_BROUGHT_BACK: _("放回抽签名单"),
    Kind.VOLUNTEER_UNTIED: _("同一个住址，不算一家"),
    Kind.VOLUNTEER_REPLIED: _("收到答复"),
    Kind.VOLUNTEER_CALLED: _("打过电话"),
    Kind.VOLUNTEER_LETTER_BROUGHT: _("信送到了"),
    Kind.VOLUNTEER_PHONE_SEEN: _("看过电话"),
}
# What each clock asks of the one who holds it.
TASKS = {
    "sortition.reply_days": _("问抽中的人来不来"),
}
