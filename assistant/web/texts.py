"""Every fixed sentence that the page itself shows; what answers say lives with the answers."""

from __future__ import annotations

from assistant.answer import Outcome, Status
from corpus.award import Nature

SERVICE = "政策问答"
PAGES = "各页面"
CHAT_PAGE = "企业问答"
DESK_PAGE = "坐席查询"
INSIGHT_PAGE = "问答看板"
CALCULATOR_PAGE = "奖补测算"
POLICY_PAGE = "政策原文"
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
STOP = "停止"
WAITING = "正在查阅政策原文……"
CLEAR = "清空"
NEW = "新对话"
HISTORY = "历史对话"
HISTORY_HINT = "对话只保存在这个浏览器里，可随时删除。在公用电脑上用完请删除。"
NO_HISTORY = "还没有以前的对话。"
FORGET_ALL = "全部删除"
EXPORT = "导出"
PRINT = "打印"
PRINTED = "政策问答记录"
TOOLS = "对话操作"
EDITING = "正在修改上一个问题，发送后重新回答。"
CANCEL = "取消"
EDIT = "修改"
UNDO = "撤回"
COPY = "复制"
RETRY = "重新回答"
JUDGE = "评价这个回答"
HELPFUL = "有帮助"
NOT_HELPFUL = "没帮助"
WHY = "哪里不满意？（可不填）"
REASONS = ("没有答到点上", "依据不对", "金额不对", "看不明白")
MORE_WORDS = "补充说明"
SEND = "提交"
NOT_NOW = "不填了"
READER = "政策原文"
WHOLE_TEXT = "查看全文页"
CLOSE = "关闭"
UNDERSTOOD = "我理解您问的是："
EVIDENCE = "政策依据"
CALCULATION = "测算过程"
CAVEATS = "请注意"
CHOOSE = "请选择"
ASK_NEXT = "接着可以问"
STEP_HEADINGS = ("项目", "计算", "结果", "依据")
TO_CALCULATOR = "换个数字再算"
AT_MOST = "不超过{total}"
FAILED = "抱歉，这个问题暂时没能处理成功，未生成回答。请稍后重试，或换一种问法。"
TOO_MANY = "提问太频繁了，请稍等半分钟再试。"
NOT_RECALLED = "之前的对话没能恢复，可以直接重新提问。"
TOO_LARGE = "提交的内容过大，请精简后重试。"
NOT_IN_FORCE = "尚未生效，内容仅供了解，最终以正式发布的文本为准。"
STOPPED = "页面已停止。"
NOT_OFFERED = "本页面不提供此地址。"

SCRIPT_WORDS = {
    "empty": "请先输入问题，再点“提问”。",
    "lost": "与服务器的连接已断开，问题没有发出。请稍后重试。",
    "retry": "重试",
    "copied": "已复制回答和依据",
    "notCopied": "浏览器不允许复制，请手动选择文字",
    "thanks": "谢谢，您的评价已记下。",
    "cleared": "已清空",
    "restore": "恢复",
    "busy": "请等上一个问题答完。",
    "question": "问",
    "answer": "答",
    "at": "时间",
    "file": "政策问答记录",
    "record": "政策问答记录",
    "remove": "删除",
    "turn": "第{n}问",
    "turns": "{n}个问题",
    "gone": "暂时打不开原文，引用的原话是：",
    "answered": "回答已显示",
    "printed": "打印时间：",
    "growing": "正在补充说明……",
}
"""What the page's script says; the script itself holds no sentence."""

CURVE_TITLE = "{title}：金额随{label}变化的曲线"
CURVE_STEPS = "{label}的门槛或分档：{values}"
CURVE_FULL = "{label}达到 {value}起，金额停在 {sum}"
CURVE_POINT = "您填的 {value}{word} {sum}"
CURVE_PAYS = "对应"
CURVE_AT_MOST = "对应最高不超过"
AXIS = "{label}（{unit}）"
AXIS_PAYS = "金额"
AXIS_AT_MOST = "最高额"
THRESHOLD = "门槛 "
CAP = "上限 "
MOST = "最多 "

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


def opens_source(sign: str, label: str) -> str:
    """Return what a mark is called: it opens the clause it stands for."""
    return f"依据{sign}：{label}，查看原文"


def clauses(count: int) -> str:
    """Return how many clauses are folded away."""
    return f"共{count}条，点开查看原文"
