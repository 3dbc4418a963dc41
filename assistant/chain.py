"""The chain: understand → retrieve → calculate → compose → verify, an LCEL sequence.

Each step is a plain function of frozen values; `Assistant.ask` runs one turn and returns the
answer with the conversation to hand back next time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from langchain_core.runnables import Runnable

from assistant import wording
from assistant.answer import Answer, Outcome
from assistant.aspects import Group, aspect
from assistant.award_choice import also_named, implied, rules_meant
from assistant.compose import compose
from assistant.conversation import (
    Context,
    Reading,
    completed,
    followed,
    is_compared,
    kept_facts,
    resolve,
    with_unplaced,
    without_unit,
)
from assistant.correction import Corrector
from assistant.lexicon import Lexicon
from assistant.model_use import Aloud
from assistant.paid import paid_before
from assistant.passage import Part, Passage
from assistant.question import read_question
from assistant.reference import EXCEPT
from assistant.retrieval import open_retriever
from assistant.settings import Settings
from assistant.steps import Draft, Evidence, Request, Worked
from assistant.together import cases_of, combined, kept
from assistant.told import Role, names_a_clause, told
from assistant.topics import NEAREST, Unmentioned, rank, topics, unmentioned
from assistant.trace import trace
from assistant.verify import faults
from assistant.work import work
from corpus.library import Library, load_library
from index.build import QUIET, Progress

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from langchain_core.runnables import RunnableConfig

    from assistant.model_settings import ModelSettings
    from assistant.writer import Writer
    from corpus.policy import Clause
    from index.retriever import PolicyRetriever


Before = TypeVar("Before")
After = TypeVar("After")


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a caller keeps between turns: frozen, nothing but the last settled points."""

    context: Context = field(default_factory=Context)


@dataclass(frozen=True, slots=True)
class Turn:
    """An answer and the conversation that the next turn continues."""

    answer: Answer
    conversation: Conversation
    draft: Draft

    @property
    def trace(self) -> list[dict[str, str]]:
        """Return what each step found, one JSON object a step."""
        return [{"step": step, "found": found} for step, found in trace(self.draft)]


def open_assistant(
    home: Path | None = None,
    policies: Path | None = None,
    progress: Progress = QUIET,
    first: str | None = None,
    settings: Settings | None = None,
) -> Assistant:
    """Load the policies and open their index, building it first when needed.

    Arguments left out come from the environment. `first` is the question that comes first, so that
    only the dictionaries it needs are read beforehand, none when it is empty; left out, those of
    any question. Raises PolicyError, EmbeddingError, IndexFault or AddressError with one line for
    the user.
    """
    settings = settings or Settings.from_environment()
    settings = replace(settings, home=home or settings.home)
    library = load_library(policies or settings.policies)
    for fault in library.faults:
        progress.note(fault)
    assistant = Assistant(library, open_retriever(library, settings, progress))
    warming = library.policies[0].title if first is None else first
    if warming:
        assistant.ask(warming)
    if settings.chat:
        assistant.write_with(settings.chat, settings.home)
    return assistant


class Step(Runnable[Before, After]):
    """A plain function as a step of the sequence.

    `RunnableLambda` inspects its function's signature at every call, a third of a millisecond a
    turn; these functions take one value and nothing else.
    """

    def __init__(self, function: Callable[[Before], After]) -> None:
        self._function = function

    def invoke(self, input: Before, config: RunnableConfig | None = None, **_: Any) -> After:  # noqa: A002 the frame's name
        """Return what the function makes of a value."""
        return self._function(input)


class Assistant:
    """Answers questions about a library of policies; holds no conversation."""

    def __init__(self, library: Library, retriever: PolicyRetriever) -> None:
        self.library = library
        self.retriever = retriever
        self._lexicon = Lexicon(library)
        self._corrector = Corrector(self._lexicon)
        self._writer: Writer | None = None
        self.chain: Runnable[Request, Draft] = (
            Step(self._understand)
            | Step(self._retrieve)
            | Step(self._calculate)
            | Step(self._compose)
            | Step(self._verify)
        )

    @property
    def speaks(self) -> bool:
        """Tell whether a chat model writes, so that answers grow while one listens."""
        return self._writer is not None

    def write_with(self, model: ModelSettings, home: Path) -> None:
        """Let a chat model write explanations, until `close`; `home` keeps what it has used."""
        from assistant.writer import Writer  # imports the model's packages

        self._writer = Writer(model, home, self._lexicon, self.retriever)

    def close(self) -> None:
        """Close the chat model's connections, if there are any."""
        if self._writer:
            self._writer.close()
            self._writer = None

    def ask(
        self,
        question: str,
        conversation: Conversation | None = None,
        aloud: Aloud | None = None,
    ) -> Turn:
        """Answer one turn of a conversation; `aloud` hears the answer while it grows."""
        started = time.perf_counter()

        def finished(draft: Draft) -> Answer:
            return _answer(draft, question, (time.perf_counter() - started) * 1000)

        context = (conversation or Conversation()).context
        draft = self.chain.invoke(Request(question, context))
        aloud = aloud or Aloud()
        if self._writer and aloud.writes:
            draft = self._writer.write(
                draft,
                again=lambda text: self.chain.invoke(Request(text, context)),
                hear=lambda grown: aloud.hear(finished(grown)),
                stop=aloud.stop,
            )
        return Turn(finished(draft), Conversation(_context(draft, context, self.library)), draft)

    def gist(self, question: str) -> str:
        """Return the words for what a question is about, less how it is asked; may be empty."""
        read = read_question(question, self._lexicon, self._corrector)
        names = [found.name for found in read.aspects if found.says_what]
        return " ".join([*(term.text for term in read.terms if term.noun), *names])

    def _understand(self, request: Request) -> Reading:
        text = completed(request.text, request.context)
        question = read_question(text, self._lexicon, self._corrector)
        return resolve(question, request.context, self._lexicon)

    def _retrieve(self, reading: Reading) -> Evidence:
        if reading.question.talk:
            return Evidence(reading)
        reading = replace(reading, question=reading.question.specified())
        question = reading.question
        quantities = with_unplaced(told(question, leaning=reading.leaning), reading.context)
        stated = [t.quantity for t in quantities if names_a_clause(t)]
        found = self.retriever.retrieve(question.text, NEAREST)
        matches = rank(question, self._lexicon, found.hits, stated)
        about = self._named(reading) or (
            () if reading.leaning else topics(question, matches, self._lexicon)
        )
        if len(about) == 1 and reading.context.trail and is_compared(question):
            about = (*(c for c in reading.context.trail[-1:] if c not in about), *about)
        about = about or reading.context.topics
        if about and not question.references and len(quantities) > 1:
            policies = {clause.policy for clause in about}
            named = (c for c in also_named(quantities, self.library) if c.policy in policies)
            about = tuple(dict.fromkeys((*about, *named)))
        unknown = Unmentioned() if question.references else unmentioned(question, self._lexicon)
        if reading.is_case or reading.together or (reading.adds and question.quantities):
            unknown = replace(unknown, decides=False)
        if not about and not unknown.decides:
            about = implied(quantities, self.library)
        return Evidence(reading, matches, about, unknown, quantities, found.notes)

    def _named(self, reading: Reading) -> tuple[Clause, ...]:
        """Return the clauses that a question names by number."""
        found = (
            self.library.clause(policy, label)
            for reference in reading.question.references
            if reference.kind != EXCEPT
            for policy, label in reference.places
        )
        return tuple(dict.fromkeys(clause for clause in found if clause))

    def _calculate(self, evidence: Evidence) -> Worked:
        reading = evidence.reading
        if reading.together:
            together = combined(reading.question, reading.context.cases, self.library)
            if together:
                return Worked(evidence, together=together)
        return work(evidence, self.library)

    def _compose(self, worked: Worked) -> Draft:
        return compose(worked, self._lexicon)

    def _verify(self, draft: Draft) -> Draft:
        """Pass a draft that holds; replace one that doesn't by an ending that says so."""
        if not faults(draft, self.library):
            return draft
        about = draft.worked.evidence.topics
        reference = about[0].reference if about else "政策"
        text = wording.UNVERIFIED.format(reference=reference)
        said = (Passage(Part.CONCLUSION, text),)
        return Draft(draft.worked, Outcome.UNVERIFIED, text, passages=said)


def _answer(draft: Draft, asked: str, latency_ms: float) -> Answer:
    question = draft.worked.evidence.question
    return Answer(
        question=asked,
        outcome=draft.outcome,
        text=draft.text,
        citations=draft.citations,
        calculations=draft.calculations,
        understood=question.rewritten if not question.talk else None,
        choices=draft.choices,
        suggestions=draft.suggestions,
        latency_ms=latency_ms,
        passages=draft.passages,
        use=draft.use,
    )


def _context(draft: Draft, before: Context, library: Library) -> Context:
    """Return what the next turn may lean on: this turn's settled points, or the old ones."""
    worked = draft.worked
    question = worked.evidence.question
    if question.talk is Outcome.THANKS:
        return replace(before, awaits=False, asked=())
    if question.talk or draft.outcome in (Outcome.OFF_TOPIC, Outcome.OTHER_PLACE):
        return replace(before, awaits=False)
    asked = tuple(aspect(found.id) for found in question.aspects) or before.asked
    found = (library.clause(citation.policy, citation.clause) for citation in draft.citations)
    cited = tuple(dict.fromkeys(clause for clause in found if clause))
    topics = worked.evidence.topics or cited or before.topics
    facts = kept_facts(before.facts, worked.facts)
    trail = followed(before.trail, worked.evidence.topics or cited)
    meant = tuple(r for c in topics for r in rules_meant(c, worked.evidence, library))
    awards = tuple(rule.id for rule in meant)
    held = Context(
        topics,
        facts,
        asked,
        trail=trail,
        awards=awards,
        cases=before.cases,
        bare=without_unit(worked.evidence.told),
    )
    if draft.outcome is Outcome.MISSING_FACT and worked.open:
        return replace(held, topics=worked.evidence.topics, awaits=True)
    if draft.outcome is Outcome.AMBIGUOUS_AWARD:
        sums = tuple(t for t in worked.evidence.told if t.role in (Role.FACT, Role.RECEIVED))
        about = worked.evidence.topics if worked.either else ()
        return replace(held, topics=about, facts=(), awards=(), unplaced=sums, awaits=True)
    of_money = question.asks_group(Group.MONEY) or draft.calculations or not question.aspects
    if draft.outcome is Outcome.ANSWERED and of_money:
        new = () if worked.together else cases_of(draft.calculations, meant)
        held = replace(held, cases=kept(before.cases, new))
    wanted = next((inverse.wanted for inverse in worked.inverses), None)
    return replace(held, wanted=wanted, paid=paid_before(worked.evidence))
