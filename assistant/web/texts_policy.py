"""Every fixed sentence of the policy page."""

from __future__ import annotations

from corpus.award import Fixed, Odd, PerUnit, Rate, Support, Tiers, UpTo

TITLE = "政策原文"
SWITCH = "选择政策"
CONTENTS = "目录"
FIND = "在全文中查找"
FIND_BUTTON = "查找"
FOUND = "“{words}”共 {count} 处"
AT = "第 {at} 处"
NOT_FOUND = "全文没有“{words}”。可以换个说法，或者直接提问。"
ELSEWHERE = "《{title}》有 {count} 处"
ASK_INSTEAD = "去提问"
PREVIOUS, NEXT, CLEAR = "上一处", "下一处", "清除"
MOVES = "在查找结果间移动"
ABOUT = "文件信息"
STATUS, ISSUER, REGION, VALIDITY, COUNT, SOURCE = (
    "状态",
    "发文机关",
    "适用地区",
    "施行日期",
    "条款",
    "来源",
)
IN_FORCE, NOT_IN_FORCE = "已生效", "尚未生效"
NO_DATES = "条文没有写明"
CLAUSES = "共 {count} 条"
BADGES_MEAN = "条款旁的标签"
AMOUNT, NO_AMOUNT, UNSTATED = "有奖补金额", "无奖补金额", "未写金额"
CEILING, REVIEWED, STAGED, ONE_OFF = "上限", "需评审", "分阶段", "一次性"
KINDS: dict[type, str] = {
    Fixed: "定额",
    Rate: "按比例",
    PerUnit: "按数量",
    Tiers: "分档",
    Odd: "专门算法",
    UpTo: "",
    Support: "",
}
MEANINGS = (
    (AMOUNT, "条文写明了金额、比例或者上限，可以测算"),
    (UNSTATED, "条文写了予以支持，没有写金额"),
    (NO_AMOUNT, "没有可以测算的奖补"),
    (CEILING, "条文只写了最高给多少，实际金额可能更低"),
    (REVIEWED, "要经过评审、认定等程序"),
    (STAGED, "分期、分阶段给付"),
)
CALCULATE = "测算本条"
ASK = "就本条提问"
PERMALINK = "本条地址"
QUESTION = "{policy}{reference}的支持内容和条件是什么？"
QUESTION_PLAIN = "{policy}{reference}讲了什么？"
QUOTE_LOST = "地址里指的引文在这里找不到，可能条文已经更新。请核对原文。"
VERBATIM = "以下为政策全文，一字未改。"
PRINT = "打印"
