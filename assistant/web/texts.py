"""Every fixed sentence that the page itself shows; what answers say lives with the answers."""

from __future__ import annotations

from assistant.answer import Outcome, Status
from corpus.award import Nature

SERVICE = "政策问答"
PAGES = "各页面"
CHAT_PAGE = "企业问答"
SKIP = "跳到正文"
TO_CHAT = "去提问"
NOT_FOUND = "没有这个页面"
NOT_FOUND_HINT = "地址可能有误，或页面已经移走。"
PLACEHOLDER = "请输入您的问题"
QUESTION_LABEL = "您的问题"
SUBMIT = "提问"
CONVERSATION_LABEL = "问答记录"
WELCOME = "请问您想了解什么？"
WELCOME_HINT = "直接用自己的话提问即可。每个回答都附政策原文依据；政策没有规定的，会如实告知。"
FOOTNOTE = "回答依据政策原文自动生成，仅供参考。"
CLEAR = "清空对话"
UNDERSTOOD = "我理解您问的是："
EVIDENCE = "政策依据"
CALCULATION = "测算"
STEP_BY_STEP = "点开可看每一步及依据"
QUOTED = "点开可看条款全文，高亮处为引用"
STEP_HEADINGS = ("步骤", "计算", "依据")
AT_MOST = "不超过{total}"
UNKNOWN_AMOUNT = "暂无法测算"
EMPTY_QUESTION = "请先输入问题，再点“提问”。"
FAILED = "抱歉，这个问题暂时没能处理成功，未生成回答。请稍后重试，或换一种问法。"
TOO_LARGE = "提交的内容过大，请精简后重试。"
NOT_IN_FORCE = "尚未生效，内容仅供了解，最终以正式发布的文本为准。"
STOPPED = "页面已停止。"
NOT_OFFERED = "本页面不提供此地址。"

STATUS_LABELS = {
    Status.ANSWERED: "依据原文作答",
    Status.CLARIFY: "需要补充信息",
    Status.DECLINED: "未能作答",
}
OUTCOME_LABELS = {
    Outcome.SILENT_ASPECT: "政策没有规定",
    Outcome.SILENT_TOPIC: "政策没有提到",
    Outcome.OTHER_PLACE: "不属本政策地域",
    Outcome.OFF_TOPIC: "不在政策范围",
    Outcome.UNKNOWN_CLAUSE: "没有这一条",
    Outcome.UNSAFE: "无法协助",
    Outcome.UNVERIFIED: "未通过核对",
}
NATURE_LABELS = {
    Nature.ENTITLEMENT: "按标准测算",
    Nature.CEILING: "最高额度，非保证金额",
    Nature.UNSPECIFIED: "条文未写明金额",
}


def ready(address: str) -> str:
    """Return what the terminal says once the page can be opened."""
    return f"页面已就绪：{address}（按 Ctrl-C 停止）"


def original_of(reference: str) -> str:
    """Return the question that asks for a clause word for word."""
    return f"{reference}原文是什么？"
