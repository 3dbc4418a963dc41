"""A policy and an assistant of a few lines, for tests of what shows them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from assistant.answer import Answer, Citation, Outcome
from assistant.calculation import Calculation, Step
from corpus.award import Nature
from corpus.policy import Clause, Policy, PolicyInfo, Segment, SegmentKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.award import AwardRule

CLAUSE_TEXT = (
    "5.推广服务机器人融入智慧生活。支持企业面向<医疗健康>、教育文化、养老陪护等社会民生领域，"
    "推动提升服务机器人的智能化程度、优化人机交互体验。鼓励企业与非关联场景应用方建立长期合作，"
    "对实现单个产品销售达1000万元以上的，按销售额的3%给予补助，累计最高不超过200万元。"
)
QUOTES = ("按销售额的3%给予补助", "累计最高不超过200万元")
DRAFT = "征求意见稿"


def policy(*, in_force: bool = False) -> Policy:
    """Return a policy with one clause whose words include an angle bracket."""
    info = PolicyInfo(
        title="某区推进服务机器人产业高质量创新发展的若干政策措施",
        issuer="某区经济委员会",
        kind=DRAFT,
        source="",
        in_force=in_force,
        short_title="某区机器人政策",
        region="某区",
    )
    clause = Clause(
        policy="sample",
        label="5",
        title="推广服务机器人融入智慧生活",
        section=("三、促进应用场景牵引",),
        text=CLAUSE_TEXT,
        start=0,
        end=len(CLAUSE_TEXT),
    )
    return Policy(
        id="sample",
        info=info,
        text=CLAUSE_TEXT,
        title=info.title,
        preamble="",
        closing="",
        headings=(),
        clauses=(clause,),
        segments=(Segment(SegmentKind.CLAUSE, 0, len(CLAUSE_TEXT)),),
    )


def cite(quote: str) -> Citation:
    """Return a citation of these words of the clause."""
    start = CLAUSE_TEXT.index(quote)
    return Citation(
        "sample", "5", "第五条", "推广服务机器人融入智慧生活", quote, start, start + len(quote)
    )


SUM = Calculation(
    policy="sample",
    award="service-robot-sales",
    clause="5",
    title="服务机器人销售补助",
    amount=Decimal(600000),
    nature=Nature.ENTITLEMENT,
    steps=(
        Step(
            "单个产品销售额 2000万元 ≥ 1000万元，达到门槛",
            "单个产品销售达1000万元以上",
            "门槛",
            "2000万元 ≥ 1000万元",
            "达到",
        ),
        Step("2000万元 × 3% = 60万元", QUOTES[0], "按比例", "2000万元 × 3%", "60万元"),
        Step("60万元 未超过 200万元", QUOTES[1], "上限", "60万元 ≤ 200万元", "60万元"),
    ),
)


class StandInLibrary:
    def __init__(self) -> None:
        self.policies = (policy(),)
        self.clauses = self.policies[0].clauses
        self.awards: tuple[AwardRule, ...] = ()

    def policy(self, policy_id: str) -> Policy | None:
        return self.policies[0] if policy_id == "sample" else None

    def clause(self, policy_id: str, label: str) -> Clause | None:
        return self.policies[0].clause(label) if policy_id == "sample" else None

    def awards_of(self, policy_id: str, label: str) -> Sequence[AwardRule]:
        return ()


@dataclass(frozen=True)
class StandInTurn:
    answer: Answer
    conversation: tuple[str, ...]


class StandInAssistant:
    """Answers any question with one clause, and says which question of its conversation it is."""

    def __init__(self) -> None:
        self.library = StandInLibrary()

    def ask(self, question: str, conversation: Any = None) -> StandInTurn:
        said = (*(conversation or ()), question)
        if question == "故障":
            raise RuntimeError("secret detail")
        number = f"第{len(said)}问。"
        if "天气" in question:
            answer = Answer(
                question,
                Outcome.OFF_TOPIC,
                f"**这个问题不在政策范围内。**\n\n{number}",
                suggestions=("能补助多少？",),
            )
            return StandInTurn(answer, said)
        answer = Answer(
            question,
            Outcome.ANSWERED,
            f"**可按销售额的3%测算，约60万元。**\n\n依据第五条：\n\n"
            f"> {QUOTES[0]}，{QUOTES[1]}。\n\n"
            f"- 本文件为征求意见稿，尚未生效。\n- {number}您问的是：{question}",
            citations=(cite(QUOTES[0]), cite(QUOTES[1])),
            calculations=(SUM,),
            understood="服务机器人销售额2000万元，能补助多少？" if len(said) > 1 else None,
            suggestions=("累计最高多少？", "第五条原文是什么？"),
        )
        return StandInTurn(answer, said)
