"""The tools of the chat model: search and read clauses, list awards, calculate one.

A tool only tells; what may be cited or named as an amount is what `Sources` has given a mark.
Texts of policies are handed over as JSON, so that nothing in them passes for an instruction.
"""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

from langchain_core.tools import BaseTool, ToolException, tool

from assistant.calculation import FactError
from assistant.calculator import calculate, read_value
from corpus.money import write_money

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from assistant.calculation import Calculation
    from assistant.steps import Draft
    from corpus.award import AwardRule
    from corpus.library import Library
    from corpus.policy import Clause
    from index.retriever import PolicyRetriever

_FOUND = 3
_MOST_MARKS = 12
_LONGEST_TEXT = 1_200


class Sources:
    """The clauses that have a mark in this turn, and the calculations that may be named.

    The clauses of the draft come first; the tools add those that the model has read.
    """

    def __init__(self, draft: Draft, library: Library) -> None:
        self._lock = threading.Lock()
        self._marks: dict[int, Clause] = {}
        self.calculations: dict[str, Calculation] = {}
        for citation in draft.citations:
            if clause := library.clause(citation.policy, citation.clause):
                self.mark(clause)
        for calculation in draft.calculations:
            name = f"{calculation.award}.amount"
            if calculation.amount and not _is_repeated(calculation, draft):
                self.calculations[name] = calculation

    def mark(self, clause: Clause) -> int | None:
        """Return the number of a clause's mark; None when there are marks enough."""
        with self._lock:
            known = next((number for number, own in self._marks.items() if own == clause), None)
            if known is None and len(self._marks) < _MOST_MARKS:
                known = len(self._marks) + 1
                self._marks[known] = clause
            return known

    def clause(self, number: int) -> Clause | None:
        """Return the clause of a mark, None for one that was never given."""
        return self._marks.get(number)

    def listed(self) -> list[dict[str, str]]:
        """Return the clauses with their marks, as the model is shown them."""
        return [_shown(number, clause) for number, clause in self._marks.items()]


def agent_tools(
    sources: Sources, library: Library, retriever: PolicyRetriever, told: frozenset[Decimal]
) -> list[BaseTool]:
    """Return the tools over these sources; `told` are the values that the user named."""

    @tool
    def search_clauses(words: str) -> str:
        """按词语和意思查找条款，返回最相关的几条及其引用标记。"""
        found = retriever.retrieve(words[:200], _FOUND).hits
        clauses = [library.clause(hit.policy, hit.clause) for hit in found]
        return _json([_marked(sources, clause) for clause in clauses if clause])

    @tool
    def read_clause(label: str, policy: str = "") -> str:
        """读一条条款的全文；label 是条款编号，如 5；有几份政策时用 policy 指明是哪一份。"""
        wanted = {label.strip(), label.strip().removeprefix("第").removesuffix("条")}
        found = [
            clause
            for clause in library.clauses
            if wanted & {clause.label, clause.reference} and policy in ("", clause.policy)
        ]
        return _json([_marked(sources, clause) for clause in found[:_FOUND]])

    @tool
    def list_awards() -> str:
        """列出各项奖励的编号、名称、所在条款和测算需要的数据。"""
        return _json([_award(rule) for rule in library.awards])

    @tool
    def calculate_award(award: str, facts: dict[str, list[str]]) -> str:
        """测算一项奖励；facts 是数据编号到用户说过的数，如 {"product_sales": ["1500万元"]}。"""
        rule = next((rule for rule in library.awards if rule.id == award), None)
        if rule is None:
            raise ToolException("没有这项奖励，请先用 list_awards 查编号。")
        try:
            result = calculate(rule, _told_only(rule, facts, told))
        except FactError as error:
            raise ToolException(str(error)) from error
        return _json(_result(result, sources))

    tools: list[BaseTool] = [search_clauses, read_clause, list_awards, calculate_award]
    for made in tools:
        made.handle_tool_error = True
        made.handle_validation_error = True
    return tools


def _told_only(
    rule: AwardRule, facts: Mapping[str, list[str]], told: frozenset[Decimal]
) -> dict[str, tuple[Decimal, ...]]:
    """Read the facts; raises FactError for one that no input takes or the user didn't name."""
    inputs = {item.id: item for item in rule.inputs}
    if strange := sorted(facts.keys() - inputs.keys()):
        raise FactError(f"没有这项数据：{strange[0]}。")
    read = {
        name: tuple(read_value(inputs[name], str(value)) for value in values)
        for name, values in facts.items()
    }
    if not all(value in told for values in read.values() for value in values):
        raise FactError("只能用用户说过的数测算。")
    return read


def _result(result: Calculation, sources: Sources) -> dict[str, Any]:
    """Return a calculation for the model, with a mark when it is the answer's own."""
    name = f"{result.award}.amount"
    own = sources.calculations.get(name)
    if own is not None and own.amount == result.amount:
        return {"mark": f"{{{{{name}}}}}", "award": result.title}
    missing = [item.label for item in result.missing]
    return {"mark": None, "award": result.title, "missing": missing, "note": "此数不能写进说明"}


def figure(calculation: Calculation) -> str:
    """Return the words for a calculation's amount, less the mark of a ceiling."""
    return write_money(calculation.amount) if calculation.amount is not None else ""


def _is_repeated(calculation: Calculation, draft: Draft) -> bool:
    """Tell whether one award is calculated several times, so that its mark would be ambiguous."""
    sums = [other.award for other in draft.calculations if other.amount is not None]
    return sums.count(calculation.award) > 1


def _marked(sources: Sources, clause: Clause) -> dict[str, str]:
    number = sources.mark(clause)
    return _shown(number, clause) if number else {"note": "标记已用完"}


def _shown(number: int, clause: Clause) -> dict[str, str]:
    text = clause.text[:_LONGEST_TEXT]
    return {"mark": f"[[{number}]]", "policy": clause.policy, "title": clause.title, "text": text}


def _award(rule: AwardRule) -> dict[str, Any]:
    inputs = {item.id: f"{item.label}（{item.unit}）" for item in rule.inputs}
    return {"award": rule.id, "title": rule.title, "clause": rule.clause, "inputs": inputs}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
