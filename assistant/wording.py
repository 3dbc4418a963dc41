"""Every fixed sentence that a user can see, in one place. Names in braces are filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.answer import Outcome
from assistant.model_use import Fate

if TYPE_CHECKING:
    from corpus.policy import Clause, PolicyInfo

GREETING = (
    "您好！我可以帮您查{policy}的条款、逐字引用原文、测算奖补金额；政策没写的，我会直接说没写。\n\n"
    "您可以这样问："
)
CAPABILITIES = (
    "我是政策问答助手，只依据{policy}的原文回答：查条款和原文、说明支持对象和条件、"
    "按条文测算金额（也能倒推要多少才能拿满）、比较不同条款。"
    "我不代替主管部门答复，也不对能否获批作出承诺。\n\n您可以这样问："
)
THANKS = "不客气！还有其他政策问题，随时问我。"
NOT_UNDERSTOOD = "抱歉，我没看明白您想问什么。可以换个说法，或者告诉我您关心的事项，例如："
TOO_LONG = (
    "您的问题有 {length} 个字，超过了 {limit} 字的上限。请只写要问的事项和有关金额，再发一次。"
)
UNSAFE = (
    "这个请求我办不到。我只依据公开的政策条文回答，不作获批承诺，不透露系统设置和他人的对话，"
    "也不协助规避条件。想了解条文规定，可以直接问我，例如："
)
OTHER_PLACE = "您问的是“{place}”，我这里只有{policies}，不能回答其他地方的政策。"
OFF_TOPIC = "这个问题不在政策范围内，我只能回答{policy}的内容。您可以这样问："
SILENT_TOPIC = "{policy}没有提到“{terms}”，所以不能据此答复。"
SILENT_ASPECT = "{policy}没有规定{aspects}。"
SILENT_ASPECT_OF = "{reference}没有规定{aspects}。"
NEAREST = "最接近的是{name}，写的是：“{words}”。"
UNKNOWN_CLAUSE = "{policy}没有{named}，最后一条是{last}。"
NO_NEIGHBOUR = "再往前或往后的条款"
SECTIONS_ARE = "全文的部分有：{headings}。"
UNVERIFIED = (
    "这个问题的答复没有通过引文和数字的核对，因此不显示。请直接查看{reference}原文，或换个问法。"
)
ALSO_SILENT = "另外，{policy}没有规定{aspects}。"
ALSO_UNMENTIONED = "另外，{policy}没有提到“{terms}”。"

MISSING_FACT = "可以测算{place}。{ask}{hint}"
AMBIGUOUS_WITH_SUM = "“{sum}”要看用在哪一项上，不同条款算法不同。您问的是哪一项？"
EITHER_AWARD = "{reference}有几项都按这个数算，标准不同。“{sum}”属于哪一项？"
AMBIGUOUS = "政策里有多项支持，您问的是哪一项？"
NO_AMOUNT = "{reference}没有写明具体金额或比例，只写了：“{words}”。"
NO_SUPPORT_WORDS = "{reference}没有写明具体金额或比例。"
NO_RATE = "{reference}没有规定比例，写的是：{words}。"
NO_CAP = "{reference}没有写上限，写的是：{words}。"
NOT_COMBINED = "以上按各条分别测算；政策没有规定几项能否合并享受，请勿直接相加。"
FOREIGN_MONEY = "“{sum}”不是人民币金额，我不替您换算。请折合成人民币后再测算。"
NEGATIVE = "“{sum}”是负数，不能作为测算的金额。"
ABSURD = "“{sum}”明显超出常理，请核对单位后再测算。"
VAGUE = "“{sum}”不是确定的数，请给出具体金额后再测算。"
MULTIPLIED = "“{sum}”按{value}计。"
APPROXIMATE = "“{sum}”按{value}估算。"
CONDITIONS = "还需符合：{conditions}。"
WRITTEN = "条文写明“{words}”。"
CEILING = "这是上限，不等于实际能得到的金额。"
RECEIVED_UNUSED = "“{sum}”是此前已得的金额，该条没有规定是否扣减，测算没有计入。"
TOTAL = "分别计算后相加，合计{ceiling}**{sum}**{place}："
TOTAL_OVER_CAP = "{reference}没有写明上限{cap}是按每一项还是按合计；如按合计，最高{cap}。"
SEVERAL_VALUES = "以上按每个数分别测算；如果是同一项目的几笔，请给出合计后的金额再算。"
WARNING = "请注意："
DENIED = WARNING + "条文要求“{quote}”；不符合的，不能按下面的标准享受。"
OUTSIDE = WARNING + "{references}没有提到“{terms}”，是否适用请核对条件。"
SHARED = "这几项合计最高{sum}。"
SHARED_BY = "{titles}合计最高{sum}（“{quote}”）。"
SUMMED = "相加合计{ceiling}**{sum}**：{items}。"
DIFFER = "相差**{sum}**：{items}。"
ONLY_ADDED = "这只是把各项的数相加；政策没有规定几项能否合并享受。"
PAID_BEFORE = "已获得"
COMPUTED_BEFORE = "原来的"
STILL_NEEDED = "{label}还需要**{rest}**：至少需要{needed}，已有{have}{place}。"
REACHED = "{label}已有{have}，达到了所需的**{needed}**{place}。"
WANTED = "想拿到的金额"
UNUSED = "“{sum}”没有计入测算：请说明它是哪一项数据，或给出合计后的金额。"
NEEDS = "{reference}的支持要求：{conditions}。"
GIVES = "相关规定在{reference}：**{words}**。"
ACCORDING_TO = "按{inputs}："
RIGHT = "条文写有“{stated}”，完整的规定是："
SUM_RIGHT = "“{stated}”与测算一致："
SUM_WRONG = "不是“{stated}”。"
WRONG = "不是“{stated}”。"
STATUS_DRAFT = (
    "{policy}目前是**{kind}**，尚未正式施行，内容可能调整，现在还不能据此领取资金。"
    "请以正式发布的文本为准。"
)
STATUS_IN_FORCE = "{policy}的状态：**{kind}**。"
POLICIES_ARE = "我这里有："
ISSUED_BY = "{policy}由{issuer}发布。"
TITLE_IS = "政策全称是《{title}》。"
COUNT = "{policy}共{parts}**{clauses}条**："
PARTS = "{parts}个部分、"
SECTION_IS = "{heading}包括："
BASIS_IS = "制定目的和依据写在前言："
COMPARED = "{references}的不同如下："
HIGHEST = "最高的是**{references}**，{sum}："
MOST_IS = "最高{sum}"
RATE_IS = "比例{sum}"
EITHER_AND_ABOVE = "{reference}写的是“{said}”。"
EITHER_OR = "{reference}写的是“{said}”，没有写“{other}”。"
NTH = "{place}的是**{{references}}**，{{sum}}："
LOWEST = "最低的是**{references}**，{sum}："
EVERY_CLAUSE_BUT = "不是每一条都有。没有的条款："
EVERY_CLAUSE = "是的，每一条都有："
SAME_MOST = "{references}**相同**，都是{sum}："
APART = "{more}（{more_sum}）比{less}（{less_sum}）{word}{difference}"
BOTH = "相比之下："
APART_BY = "数额相差"
NO_SUM = "没有写明数额"
MOST_CLAUSES = "条款最多的是“{headings}”，有**{count}条**："
FEWEST_CLAUSES = "条款最少的是“{headings}”，有**{count}条**："
HOLDS = "“{heading}”有**{count}条**"
STANDS_IN = "{name}在“{heading}”。"
LONGEST_CLAUSE = "篇幅最长的是："
SHORTEST_CLAUSE = "篇幅最短的是："
LIST_COUNTED = "符合的条款有**{count}条**："
NO_CLAUSE_SUCH = "没有条款符合。"
LIST_SUCH = "符合的条款有："
OVERVIEW = "{policy}写明了这些支持："
DRAFT_NOTICE = "（本政策为{kind}，尚未正式施行，以正式发布的文本为准。）"
STEPS = "计算："
AT_LARGE = "相关规定在{places}，原文如下。"
LOOK_UP = "最相关的规定在{name}。"


DID_YOU_MEAN = "您是不是想问：{question}"
UNSURE = "您的问题我没有完全看明白。与它最接近的规定是："
IS_CEILING = "（上限）"
MODEL_WROTE = "说明文字由大模型组织，其中的引文、条款号和金额由系统填入并逐一核对。"
_WITHOUT_MODEL = "本次没有使用大模型：{reason}。以上直接依据条文给出。"
MODEL_NOTES = {
    Fate.USED: MODEL_WROTE,
    **{
        fate: _WITHOUT_MODEL.format(reason=reason)
        for fate, reason in {
            Fate.REJECTED: "它写的说明没有通过核对",
            Fate.SLOW: "它没有及时回复",
            Fate.UNREACHABLE: "与它的连接不通或断了",
            Fate.BUSY: "它的服务正忙",
            Fate.REFUSED: "它的服务没有接受请求",
            Fate.BROKEN: "它的服务出了故障",
            Fate.GARBLED: "它的回复读不出",
            Fate.LOOPED: "它没有得出说明",
            Fate.OVER_BUDGET: "用量已到上限",
            Fate.RESTING: "它连续出错，暂停使用",
            Fate.STOPPED: "您已停止等待",
        }.items()
    },
}
"""What an answer says of the chat model; nothing where it was not needed."""


def policy_name(info: PolicyInfo) -> str:
    """Return a policy's short name in title marks."""
    return f"《{info.short_title}》"


def draft_notice(info: PolicyInfo) -> str:
    """Return the notice that a policy isn't in force, or "" when it is."""
    if info.in_force or not info.kind:
        return ""
    return DRAFT_NOTICE.format(kind=info.kind)


def nearest(clause: Clause, words: str) -> str:
    """Return the sentence that names the nearest clause and what it does say."""
    return NEAREST.format(name=clause.name, words=words)


PROMISES = (
    "保证", "一定能", "一定可以", "一定会", "肯定能", "肯定可以", "肯定会", "必定", "必能", "必然",
    "确保", "包您", "承诺给", "稳拿", "百分之百能",
)  # fmt: skip
"""Words of promise that no answer may use."""

TALK = {
    Outcome.GREETING: GREETING,
    Outcome.CAPABILITIES: CAPABILITIES,
    Outcome.THANKS: THANKS,
    Outcome.NOT_UNDERSTOOD: NOT_UNDERSTOOD,
    Outcome.UNSAFE: UNSAFE,
    Outcome.OFF_TOPIC: OFF_TOPIC,
}
