"""Every fixed sentence that the desk asks, reads aloud or copies, names in braces filled in."""

from __future__ import annotations

ABOUT_AWARD = "{clause}给多少支持？"
ABOUT_CLAUSE = "{clause}讲了什么？"
WITHIN = "{clause}，{typed}"
WITH_FIGURES = "{clause}，{figures}，能补多少？"
FIGURE = "{label}{values}"

ACCORDING_TO = "根据{policies}，答复如下："
QUOTED = "条文原话是：“{words}”"
QUOTED_AFTER = "“{words}”"
WORKED = "算法是：{steps}。"
CARE = "请您留意：{words}"
DRAFT = "还要说明，{policies}目前是{kind}，尚未正式施行，请以正式发布的文本为准。"
SOURCE = "依据：{policy}{reference}"
ASKED_ON = "查询日期：{day}"
DAY = "{day.year}年{day.month}月{day.day}日"

COMES_TO = "按您说的{figures}，测算为{sum}{place}。"
COMES_TO_MOST = "按您说的{figures}，最高不超过{sum}{place}。"
COMES_TO_NOTHING = "按您说的情况，不能获得{reference}的“{title}”。"
OPEN = "还需符合：{conditions}。"
SIMPLY_SO = "情况"

SAID_ALOUD = (
    (" × ", "乘以"), (" ÷ ", "除以"), (" + ", "加"), (" − ", "减"), (" - ", "减"),
    (" = ", "，等于"), (" > ", "，高于"), (" < ", "，低于"),
    (" ≥ ", "，不低于"), (" ≤ ", "，不高于"),
)  # fmt: skip
"""Signs of arithmetic as they are read aloud."""
