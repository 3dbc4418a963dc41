"""What the desk shows of one clause: the script to read out, the text with marks, the figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.calculator_form import read_form
from assistant.desk_question import asked_of, of_policy, with_figures, within
from assistant.insight import day_of
from assistant.journal import now
from assistant.lookup import LONGEST, find_all
from assistant.model_use import QUIET
from assistant.payment import written
from assistant.script import case_script, script
from assistant.web import texts, texts_calculator
from assistant.web import texts_desk as words
from assistant.web.calculator import card
from assistant.web.calculator_notes import notes, stacking
from assistant.web.conversation import again_by, storable
from assistant.web.desk_view import clause_at, marked_lines, place_of
from assistant.web.export import ending_label
from assistant.web.links import award_key, clause_link
from assistant.web.policy import badges

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assistant.answer import Answer
    from assistant.calculator_form import Case
    from assistant.lookup import Finder
    from assistant.script import Script
    from assistant.web.conversation import Assistant
    from corpus.award import AwardRule
    from corpus.library import Library
    from corpus.policy import Clause


@dataclass(frozen=True, slots=True)
class Asking:
    """How the desk asks: of an assistant, through one that keeps the turn if there is one."""

    assistant: Assistant
    finder: Finder
    keeper: Any | None = None

    @property
    def library(self) -> Library:
        """Return the policies."""
        return self.finder.library

    def ask(self, question: str) -> Answer:
        """Return the answer, keeping the turn where turns are kept; the chat model stays silent."""
        if self.keeper is None:
            return self.try_out(question)
        kept: Answer = self.keeper.ask(question, aloud=QUIET).answer
        return kept

    def try_out(self, question: str) -> Answer:
        """Return the answer without keeping the turn."""
        return again_by(self.assistant)(question, None).answer


def opened(asking: Asking, typed: str, place: str, policy: str = "") -> dict[str, Any]:
    """Return everything about an opened clause, or about a question asked without opening one.

    Such a question opens the clause that its answer cites first.
    """
    clause = clause_at(place, asking.library)
    question = (
        asked_of(clause, typed, asking.finder)
        if clause
        else of_policy(policy, typed, asking.finder)
    )
    answer = asking.ask(question)
    if clause is None:
        clause = _first_cited(answer, asking.library)
    said = script(answer, asking.library, day_of(now()))
    values = _script_values(said, question, answer, clause, asking.library)
    return values | _clause_values(asking, clause, said, typed) | _figures(asking, clause, answer)


def scripted(
    asking: Asking, clause: Clause | None, form: Mapping[str, Sequence[str]]
) -> dict[str, Any] | None:
    """Return the script for another question, or for the figures of an award; None without any."""
    award = next(iter(form.get("award", ())), "")
    if award:
        return _of_figures(asking, form)
    typed = storable(next(iter(form.get("question", ())), ""))[:LONGEST].strip()
    if not typed:
        return None
    question = within(clause, typed, asking.finder) if clause else typed
    answer = asking.ask(question)
    said = script(answer, asking.library, day_of(now()))
    return _script_values(said, typed, answer, clause, asking.library)


def _of_figures(asking: Asking, form: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    """Return the script for the first award with something told, as asked or as calculated.

    The assistant is asked in words; where it comes to another sum (it can't be told what is not
    met), the calculator's own result is said.
    """
    cases = read_form(asking.library, form).cases
    told = [case for case in cases if case.facts] or list(cases)
    case = told[0] if told else None
    if case is None or case.result is None or case.result.amount is None:
        return None
    question, day = with_figures(case, asking.finder), day_of(now())
    agreed = any(field.input.id in case.facts for field in case.fields) and _agrees(
        asking.try_out(question), case
    )
    answer = asking.ask(question) if agreed else None
    said = script(answer, asking.library, day) if answer else None
    said = said or case_script(case, asking.library, day)
    if said is None:
        return None
    return _script_values(said, question, answer, case.clause, asking.library)


def _agrees(answer: Answer, case: Case) -> bool:
    """Tell whether an answer comes to the case's sum, with nothing told that words don't carry."""
    if case.result is None or any(each.holds is not None for each in case.answers):
        return False
    found = [c.amount for c in answer.calculations if c.award == case.rule.id]
    return found == [case.result.amount]


def _script_values(
    said: Script, question: str, answer: Answer | None, clause: Clause | None, library: Library
) -> dict[str, Any]:
    places = dict.fromkeys((c.policy, c.clause) for c in said.citations)
    cited = [found for place in places if (found := library.clause(*place))]
    names = {policy.id: policy.info.short_title for policy in library.policies}
    spans = {
        place: [(c.start, c.end) for c in said.citations if (c.policy, c.clause) == place]
        for place in places
    }
    return {
        "words": words,
        "script": said,
        "question": question,
        "way": answer.outcome.status.value if answer else "answered",
        "ending": ending_label(answer) if answer else texts_calculator.RESULT,
        "sources": [
            (names[c.policy], c.name, clause_link(c.policy, c.label, spans[c.policy, c.label]))
            for c in cited
        ],
        "choices": answer.choices if answer else (),
        "suggestions": answer.suggestions if answer else (),
        "place": place_of(clause) if clause else "",
    }


def _clause_values(
    asking: Asking, clause: Clause | None, said: Script, typed: str
) -> dict[str, Any]:
    if clause is None:
        return {"clause": None}
    place = (clause.policy, clause.label)
    quoted = [(c.start, c.end) for c in said.citations if (c.policy, c.clause) == place]
    found = asking.finder.find(typed, clause.policy, most=LONGEST)
    forms = next((r.forms for r in found.results if r.clause == clause), ())
    policy = asking.library.policy(clause.policy)
    return {
        "clause": clause,
        "policy_title": policy.info.title if policy else "",
        "in_force": policy.info.in_force if policy else True,
        "kind": policy.info.kind if policy else "",
        "lines": marked_lines(clause.text, find_all(clause.text, forms), quoted),
        "badges": badges(asking.library.awards_of(*place)),
        "link": clause_link(clause.policy, clause.label, quoted),
    }


def _figures(asking: Asking, clause: Clause | None, answer: Answer) -> dict[str, Any]:
    """Return the calculator's form for a clause's awards, with the figures of the answer in it."""
    library = asking.library
    rules = library.awards_of(clause.policy, clause.label) if clause else ()
    form = read_form(library, dict(_query(rules, answer)))
    return {
        "calculator": texts_calculator,
        "policies": library.policies,
        "chosen": {case.key for case in form.cases},
        "cards": [card(case) for case in form.cases],
        "unknown": (),
        "notes": notes(form),
        "stacking": stacking(form) if len(form.cases) > 1 else [],
        "address": "",
        "written": written,
        "texts": texts,
    }


def _query(rules: Sequence[AwardRule], answer: Answer) -> Iterable[tuple[str, list[str]]]:
    yield "award", [award_key(rule) for rule in rules]
    for rule in rules:
        worked = next((c for c in answer.calculations if c.award == rule.id), None)
        for item in rule.inputs if worked else ():
            values = worked.inputs.get(item.id, ()) if worked else ()
            yield f"{award_key(rule)}.{item.id}", [written(value, item.unit) for value in values]


def _first_cited(answer: Answer, library: Library) -> Clause | None:
    found = (library.clause(c.policy, c.clause) for c in answer.citations)
    return next((clause for clause in found if clause), None)
