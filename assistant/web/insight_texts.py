"""Every fixed sentence of the insight page."""

from __future__ import annotations

from assistant.answer import Outcome
from assistant.insight import DESK
from assistant.record import Channel, State

TITLE = "问答看板"
FROM = "开始日期"
TO = "结束日期"
CHANNEL = "渠道"
ALL_CHANNELS = "全部渠道"
SHOW = "查看"
QUICK = "快捷时段"
EXPORT_TURNS = "导出问答明细（CSV）"
EXPORT_GAPS = "导出未解答问题（CSV）"
FIGURES = "概况"
QUESTIONS = "提问"
CONVERSATIONS = "对话"
ANSWERED_SHARE = "有答复"
NOT_ANSWERED = "未能作答"
THUMBS = "赞 / 踩"
LATENCY = "回答用时"
LATENCY_HINT = "半数以内 / 95% 以内"
DAILY = "每日提问"
WEEKLY = "每周提问"
AS_TABLE = "以表格查看"
DAY = "日期"
WEEK = "起始日"
COUNT = "次数"
ENDINGS = "回答结果"
ENDING = "结果"
CLAUSES = "引用最多的条款"
CLAUSE = "条款"
NO_CLAUSES = "这段时间的回答没有引用条款。"
GAPS = "没有得到解答的问题"
GAPS_HINT = "意思相近的问题归在一起，问得最多的在前。可据此补充政策或解读。"
NO_GAPS = "这段时间的问题都得到了解答。"
GAPS_REST = "以上是问得最多的 {shown} 组，另有 {rest} 组见导出的表格。"
NEED = "来电诉求："
TIMES = "{count} 次"
JUDGED = "用户评价"
REASON = "理由"
QUESTION = "问题"
NO_REASON = "未写理由"
NO_JUDGED = "这段时间没有用户评价。"
EMPTY = "这段时间没有提问"
EMPTY_HINT = "换一个时间段或渠道，或等有人提问后再来看。"
OFF = "问答记录已关闭"
OFF_HINT = "设置 POLICY_ASSISTANT_JOURNAL_DAYS 为保留天数（例如 180）后重新启动，即开始记录。"
UNREADABLE = "问答记录暂时读不出来"
BAD_DATE = "“{value}”不是有效日期，已改为最近 {days} 天。"
TOO_LONG = "一次最多看 {days} 天，开始日期已改为 {first}。"
KEPT = "问答记录保留 {days} 天，个人号码在记录时已隐去。"

WAYS = {
    "answered": "已作答",
    "clarify": "请补充信息",
    "declined": "未能作答",
    "unfinished": "未完成",
}
"""How a question ended, in the order the columns are stacked from below."""

CHANNELS = {
    Channel.CHAT: "企业问答",
    Channel.DESK: "坐席查询",
    Channel.CLI: "命令行",
    Channel.API: "接口",
}
ENDING_LABELS: dict[str, str] = {
    Outcome.ANSWERED: "依据原文作答",
    Outcome.GREETING: "问候",
    Outcome.CAPABILITIES: "介绍功能",
    Outcome.THANKS: "致谢",
    Outcome.MISSING_FACT: "请补充数据",
    Outcome.AMBIGUOUS_AWARD: "请选定奖补",
    Outcome.NOT_UNDERSTOOD: "没看明白",
    Outcome.SILENT_ASPECT: "政策没有规定",
    Outcome.SILENT_TOPIC: "政策没有提到",
    Outcome.OTHER_PLACE: "不属本政策地域",
    Outcome.OFF_TOPIC: "不在政策范围",
    Outcome.UNKNOWN_CLAUSE: "没有这一条",
    Outcome.UNSAFE: "无法协助",
    Outcome.INJECTION: "无法协助的指令",
    Outcome.TOO_LONG: "问题太长",
    Outcome.UNVERIFIED: "未通过核对",
    State.ASKED: "正在作答",
    State.FAILED: "程序出错",
    State.INTERRUPTED: "中断",
    DESK: "坐席登记",
}
