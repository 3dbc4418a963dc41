"""The words a reader of a report or a table sees: names of what is measured, shares in percent."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from assistant.answer import Status

if TYPE_CHECKING:
    from eval.scores import Share

STATUS_NAMES = {
    Status.ANSWERED: "回答",
    Status.CLARIFY: "追问",
    Status.DECLINED: "说明不能答",
}
CATEGORY_NAMES = {
    "amount": "金额与标准",
    "condition": "条件",
    "object": "对象",
    "scope": "范围",
    "navigate": "查条款",
    "status": "文件状态",
    "calc": "测算",
    "inverse": "反算",
    "clarify": "需要追问",
    "followup": "连续对话",
    "silent": "政策未规定",
    "offtopic": "无关问题",
    "otherplace": "其他地区",
    "smalltalk": "寒暄",
    "premise": "错误前提",
    "adversarial": "不当要求",
    "noisy": "口语与错字",
    "listing": "列举与计数",
    "comparison": "比较",
    "twopart": "一问两事",
    "goal": "目标与背景",
}
MODEL_FATES = {
    "used": "采用",
    "reread": "只换了读法",
    "suggested": "只给出建议问题",
    "not_needed": "无需",
    "nothing": "无可补充",
    "rejected": "未通过核对",
    "slow": "超时",
    "unreachable": "连不上",
    "busy": "限流",
    "refused": "被拒",
    "broken": "出错",
    "garbled": "读不出",
    "looped": "没有结果",
    "over_budget": "超出用量",
    "resting": "暂停",
    "stopped": "被停止",
}
FIELD_NAMES = {
    "status": "结果",
    "clauses": "引用条款",
    "any_clause": "引用条款",
    "amounts": "测算金额",
    "says": "文中金额",
    "contains": "应有文字",
    "contains_any": "应有文字",
    "excludes": "不应有文字",
}


def percent(value: float) -> str:
    """Return a share as a percentage with one decimal; 100% only when nothing is missing."""
    shown = math.floor(value * 1000) / 10 if value > 0.999 else round(value * 100, 1)
    return f"{shown:g}%"


def interval(share: Share) -> str:
    """Return the 95% interval of a share: 94.2%–99.0%."""
    low, high = share.interval
    return f"{percent(low)}–{percent(high)}"


def category_name(category: str) -> str:
    """Return a category in Chinese where it has a name, else as it is."""
    return CATEGORY_NAMES.get(category, category)
