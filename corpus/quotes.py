"""A clause's own words as proof: where a quote stands, and which numbers it states there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.measures import fits_unit
from corpus.money import Bound, Kind, Quantity, read_quantities

if TYPE_CHECKING:
    from corpus.policy import Clause

_PAID = "(?:拨付|拨给|下达|发放|兑付|兑现)"
_STAGED = (
    "分(?:阶段|[期批年次])(?![度次]?(?:建设|实施|推进|开发|投入|投资|申报|受理|付款|支付|竣工|验收))",
    "逐[年季月](?!度?(?:增|提|上升|下降|递|减|扩))",
)
_IN_PARTS = (
    "分(?:[0-9]+|[两二三四五六七八九十几多]+)个?(?:阶段|年度?|季度?|月|[期批次笔步])"
    f"[^，。；]{{0,8}}?(?:{_PAID}|支付|给予|补助|补贴)",
    "按(?:半年度?|年度?|季度?|月度?|批次|阶段|节点|(?:工程|项目|建设)?进度)"
    f"[^，。；]{{0,6}}?{_PAID}",
    f"预拨|首期|[余尾]款|(?<!优)先(?:行|期|予以|按[^，。；]{{1,12}})?{_PAID}|先给予[^。；]*再给予",
    f"(?:(?<!不)再|剩余|其余|余下)[^。；]{{0,20}}?{_PAID}|{_PAID}[^。；]*{_PAID}",
)
# 清洁生产审核, 资产评估, 管理体系认定: something the firm has done, and that may be paid for.
_NOT_A_SERVICE = "(?<!生产|体系|能源|资产|影响|风险|能力|资质|质量|安全|熟度)"
_JUDGED = "(?:评审|评估|审核|审定|评定|认定|论证|遴选|评选)"
_REVIEWED = (
    f"{_NOT_A_SERVICE}(?:评审|遴选)(?!费|服务|机构)|择优",
    f"经(?!营|济|费|验)[^，。；]{{0,16}}?{_NOT_A_SERVICE}(?:评估|审核|审定|论证|评选)",
    "经(?!营|济|费|验)[^，。；]{0,16}?(?:评定|认定)(?!为|的[^，。；])",
    f"(?:根据|依据|按照?|视)[^，。；]{{0,8}}?{_JUDGED}(?:结果|结论|等次|情况)",
    f"{_NOT_A_SERVICE}{_JUDGED}(?:通过|合格|同意)|评选(?:出|产生)|通过[^，。；]{{0,4}}评选",
)

FLAG_WORDS = {
    "staged": re.compile("|".join(_STAGED)),
    "reviewed": re.compile("|".join(_REVIEWED)),
    "one_off": re.compile("一次性"),
}
"""The plain words of staged, reviewed and one-off payment; a rule must not leave them out."""

QUOTED_WORDS = {
    "staged": re.compile("|".join(_STAGED + _IN_PARTS)),
    "reviewed": re.compile(f"{_JUDGED}|择优"),
    "one_off": FLAG_WORDS["one_off"],
}
"""The words that a flag's quote has; many more than are plain, such as 按季度拨付 and 新认定为."""

_YEARS = "(?<![0-9])(?:[2-9]|1[0-9]|[两二三四五六七八九十])个?(?:会计|自然|完整)?年[度内]{0,2}"
SCOPE_WORDS = (
    ("cumulative", re.compile(f"{_YEARS}[^，]{{0,4}}累计|累计[^，]{{0,4}}{_YEARS}")),
    (
        "year",
        re.compile(
            "每一?年|年度|当年|全年|同一?年|一年内|/年|(?<![0-9一二两三四五六七八九十几])年累计"
        ),
    ),
    ("cumulative", re.compile("累计")),
)
"""The words that tell a cap's scope; the first row that stands beside the cap counts."""

_SENTENCE_END = re.compile(r"[。；;！？\n]")
_PHRASE_END = re.compile(r"[，。；;、！？\n]")


def stated(clause: Clause, quote: str) -> tuple[Quantity, ...]:
    """Return the quantities that stand whole within a quote, read in the clause around them."""
    start = clause.text.find(quote)
    if start < 0:
        return ()
    end = start + len(quote)
    return tuple(q for q in read_quantities(clause.text) if start <= q.start and q.end <= end)


def sentence(clause: Clause, quote: str) -> str:
    """Return the sentence or sentences of the clause that a quote stands in."""
    return _around(clause.text, quote, _SENTENCE_END)


def phrase(clause: Clause, quote: str) -> str:
    """Return a quote with the words before and after it up to the nearest comma or stop."""
    return _around(clause.text, quote, _PHRASE_END)


def words_of_cap(clause: Clause, quote: str, cap: Quantity) -> str:
    """Return the words of a phrase that go with one cap, those of another cap beside it left out.

    Of “每年最高50万元且累计最高150万元” the second cap's are “且累计最高150万元”.
    """
    words = phrase(clause, quote)
    start = clause.text.find(words)
    caps = [q for q in stated(clause, words) if q.kind is Kind.MONEY and ceiling_word(q)]
    first = max((q.end for q in caps if q.end <= cap.start), default=start)
    is_last = not any(q.start >= cap.end for q in caps)
    return clause.text[first : start + len(words) if is_last else cap.end]


def ceiling_word(quantity: Quantity) -> str:
    """Return the words that make a quantity a ceiling (不超过, 最高, 上限), empty if none do."""
    return quantity.bound_text if quantity.bound is Bound.AT_MOST else ""


def same_measure(quantity: Quantity, kind: Kind, unit: str) -> bool:
    """Say whether a quantity measures the same as a number of this kind and unit."""
    return quantity.kind is kind and (kind is not Kind.COUNT or fits_unit(quantity.unit, unit))


def _around(text: str, quote: str, ends: re.Pattern[str]) -> str:
    """Widen a quote to the nearest marks on both sides."""
    start = text.find(quote)
    if start < 0:
        return quote
    before = [mark.end() for mark in ends.finditer(text, 0, start)]
    after = ends.search(text, start + len(quote))
    return text[before[-1] if before else 0 : after.start() if after else len(text)]
