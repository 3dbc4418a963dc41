"""What each step of the chain found for one turn, as lines a person can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.lexicon import Term
    from assistant.model_use import ModelUse
    from assistant.steps import Draft

MODEL = "大模型"
"""The step that tells what became of the chat model."""


def trace(draft: Draft) -> tuple[tuple[str, str], ...]:
    """Return (step, finding) pairs in the order of the chain; "—" where a step found nothing."""
    evidence = draft.worked.evidence
    question = evidence.question
    found = {
        "读作": [question.text],
        "改写": [question.rewritten] if question.rewritten else [],
        "问的是": [aspect.name for aspect in question.aspects],
        "关键词": [_term(term) for term in question.terms],
        "点名条款": [label for reference in question.references for _, label in reference.places],
        "数字": [f"{item.quantity.text}（{item.role}）" for item in evidence.told],
        "相关条款": [
            f"{match.clause.label}（{match.score:.2f}）" for match in evidence.matches[:5]
        ],
        "判定条款": [clause.label for clause in evidence.topics],
        "政策没有的": [term.text for term in evidence.unmentioned.terms],
        "测算": [step.text for result in draft.calculations for step in result.steps],
        "结局": [f"{draft.outcome.status}（{draft.outcome}）"],
    }
    if evidence.notes:
        found["检索异常"] = list(evidence.notes)
    if draft.use:
        found[MODEL] = _model(draft.use)
    return tuple((step, "、".join(parts) or "—") for step, parts in found.items())


def _model(use: ModelUse) -> list[str]:
    told = [use.fate.value]
    if use.calls:
        tokens = f"{use.input_tokens}+{use.output_tokens} 词元"
        told += [f"{use.sentences} 句", f"{use.calls} 次调用", tokens, f"{use.ms:.0f} 毫秒"]
    marks = {"改写了问题": use.rewritten, "重写过": use.repaired}
    return told + [name for name, holds in marks.items() if holds] + list(use.rejected)


def _term(term: Term) -> str:
    forms = "/".join(form for form, _ in term.forms)
    return f"{term.text}→{forms}" if forms else f"{term.text}（政策没有）"
