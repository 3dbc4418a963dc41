"""What a conversation has settled so far, and how a follow-up leans on it.

A `Context` is a frozen value that the caller keeps and hands back; nothing is shared between
conversations, and only settled points are carried on, a bounded number of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.aspects import Aspect, Group, aspect
from assistant.lexicon import language
from assistant.reference import CLAUSE, Reference, relative_step
from assistant.together import asks_together
from assistant.topics import is_requested, is_specific
from corpus.money import Kind
from corpus.numerals import read_integer

if TYPE_CHECKING:
    from decimal import Decimal

    from assistant.lexicon import Lexicon
    from assistant.question import Question
    from assistant.together import Case
    from assistant.told import Told
    from corpus.policy import Clause

_PAIR = 2
_UNIT = re.compile(
    r"(?:单位)?(?:是|为|按)?((?:百|千)?万元?|亿元?|元)(?:的|哈|啊|呀|呢)?(?=$|[，。,！!])"
)
_LONGEST_TRAIL = 6
_MOST_AWARDS = 8
Facts = tuple[tuple[str, tuple["Decimal", ...]], ...]


@dataclass(frozen=True, slots=True)
class Context:
    """What the next turn may lean on.

    `topics` are the clauses last spoken of, `trail` the last few in the order they came, `facts`
    the inputs told for each award, `asked` the aspects last asked for, `unplaced` the quantities
    told before an award was named, `awaits` True while a question of ours is open, `awards` those
    that the last turn singled out, `wanted` the sum in 元 whose way back it asked for, `paid` what
    was told to be paid already, in 元, `cases` the last ones worked out, in the order they came,
    `bare` a number told without a unit.
    """

    topics: tuple[Clause, ...] = ()
    facts: tuple[tuple[str, Facts], ...] = ()
    asked: tuple[Aspect, ...] = ()
    unplaced: tuple[Told, ...] = ()
    awaits: bool = False
    trail: tuple[Clause, ...] = ()
    awards: tuple[str, ...] = ()
    wanted: Decimal | None = None
    paid: Decimal | None = None
    cases: tuple[Case, ...] = ()
    bare: Told | None = None

    def facts_of(self, award: str) -> dict[str, tuple[Decimal, ...]]:
        """Return the inputs told for an award."""
        return next((dict(facts) for name, facts in self.facts if name == award), {})


@dataclass(frozen=True, slots=True)
class Reading:
    """A question with what it takes over from the conversation.

    `leaning` tells that its topic comes from there; `context` is empty when it starts anew;
    `adds` that it asks nothing itself and only adds to what was asked before: 单品2500万;
    `together` that it asks what the cases before come to together.
    """

    question: Question
    context: Context
    leaning: bool = False
    adds: bool = False
    together: bool = False

    @property
    def is_case(self) -> bool:
        """Tell whether the turn asks if a case falls under the clause last spoken of."""
        return self.leaning and _is_case(self.question)


def completed(text: str, context: Context) -> str:
    """Return a turn that only names the unit of a number told before (单位是万元) with both."""
    match = _UNIT.match(text.strip())
    if match is None or context.bare is None:
        return text
    return (
        f"{context.bare.before}{context.bare.quantity.text}{match[1]}{text.strip()[match.end() :]}"
    )


def without_unit(told: tuple[Told, ...]) -> Told | None:
    """Return the last figure that was told without a unit, None when there is none."""
    kinds = (Kind.NUMBER, Kind.COUNT)
    bare = (t for t in reversed(told) if t.quantity.kind in kinds and not t.quantity.unit)
    return next(bare, None)


def resolve(question: Question, context: Context, lexicon: Lexicon) -> Reading:
    """Let a question take over the topic, the aspects or the facts of the turns before it."""
    if question.talk:
        return Reading(question, Context())
    if asks_together(question, context.cases) and _stays(question, context, lexicon):
        return Reading(_with_aspects(question, context), context, leaning=True, together=True)
    if context == Context():
        return Reading(question, Context())
    question = _same_policy(question, context)
    if spoken_of := _of_trail(question, context, lexicon):
        places = tuple((clause.policy, clause.label) for clause in spoken_of)
        named = tuple(Reference(CLAUSE, 0, (place,)) for place in places)
        question = replace(question, references=named)
        if len(spoken_of) > 1:
            both = replace(context, topics=spoken_of)
            return Reading(_with_aspects(question, context), both, leaning=True)
    step = relative_step(question.text)
    if step is not None and context.topics and not question.references:
        return _neighbour(question, context, lexicon, step)
    if question.references or question.place or _names_topic(question, context, lexicon):
        answers = context.awaits or all(found.weak for found in question.aspects)
        unplaced = context.unplaced if answers else ()
        carried = replace(context, topics=(), unplaced=unplaced)
        return Reading(_with_aspects(question, context), carried)
    answers = context.awaits and any(is_specific(term, lexicon) for term in question.terms)
    adds = bool(context.topics) and not question.aspects
    if _starts_anew(question) and not (answers or (adds and question.quantities)):
        return Reading(question, Context())
    asked = _with_aspects(question, context)
    return Reading(_standalone(asked, context), context, leaning=True, adds=adds)


def _of_trail(question: Question, context: Context, lexicon: Lexicon) -> tuple[Clause, ...]:
    """Return which of the clauses last spoken of a turn means: 前者, 这两条, 哪个高; in that order.

    Clauses that are compared without being named are the last two.
    """
    if question.references or len(context.trail) < _PAIR:
        return ()
    words, pair = language(), context.trail[-_PAIR:]
    names = any(is_specific(term, lexicon) for term in question.terms)
    together = None if names else re.search(words["together"], question.text)
    if together:
        return context.trail[-max(_PAIR, read_integer(together[1] or "") or 0) :]
    said = [re.search(words[word], question.text) for word in ("former", "latter")]
    if any(said):
        return tuple(clause for clause, is_said in zip(pair, said, strict=True) if is_said)
    at_large = re.search(words["of_all"], question.text) or not question.asks("compare")
    return () if names or at_large else pair


def _stays(question: Question, context: Context, lexicon: Lexicon) -> bool:
    """Tell whether what a turn names was spoken of before."""
    texts = [lexicon.text_of(clause) for clause in context.trail]
    return all(
        any(lexicon.strength(term, text) >= lexicon.best(term) / 2 for text in texts)
        for term in question.terms
        if is_specific(term, lexicon)
    )


def is_compared(question: Question) -> bool:
    """Tell whether a turn sets what it names against what was spoken of: 跟第八条比哪个多."""
    return question.asks("compare") and re.search(language()["against"], question.text) is not None


def _same_policy(question: Question, context: Context) -> Question:
    """Take a clause number to be of the policy last spoken of, unless the question names one."""
    if question.policies or not context.topics:
        return question
    current = (context.topics[0].policy,)
    if any(found.group is Group.TEXT and not found.weak for found in question.aspects):
        question = replace(question, policies=current)
    inside = tuple(reference.within(current) for reference in question.references)
    if any(not reference.found for reference in inside):
        return question
    return replace(question, references=inside)


def _names_topic(question: Question, context: Context, lexicon: Lexicon) -> bool:
    """Tell whether a turn names a topic that the clause last spoken of doesn't carry itself."""
    specific = [term for term in question.terms if is_specific(term, lexicon)]
    if not context.topics:
        return bool(specific)
    if re.search(language()["also_case"], question.text):
        named = "\n".join(name for names in lexicon.names for name in names)
        return any(lexicon.strength(term, named) for term in specific)
    text = lexicon.text_of(context.topics[0])
    return any(lexicon.strength(term, text) < lexicon.best(term) / 2 for term in specific)


def _is_case(question: Question) -> bool:
    words = language()
    return any(re.search(words[name], question.text) for name in ("of_case", "also_case"))


def _starts_anew(question: Question) -> bool:
    """Tell whether a turn without a known topic is about something of its own."""
    party = language()["party"]
    unknown = [t for t in question.terms if not t.known and t.noun and not re.search(party, t.text)]
    if _is_case(question):
        return any(is_requested(term, question.text) for term in unknown)
    follows = re.search(language()["follow_up"], question.text)
    return bool(unknown) and not (follows and question.quantities)


def _with_aspects(question: Question, context: Context) -> Question:
    """Take over what was asked when the turn asks nothing; 依据是什么 asks for the text."""
    if question.asks("basis") and context.topics:
        return replace(question, aspects=(aspect("original"),))
    if question.aspects or (question.references and re.search(language()["opens"], question.text)):
        return question
    return replace(question, aspects=context.asked)


def _standalone(question: Question, context: Context) -> Question:
    if not context.topics:
        return question
    clause = context.topics[0]
    return replace(question, rewritten=f"{clause.reference}（{clause.title}）：{question.text}")


def _neighbour(question: Question, context: Context, lexicon: Lexicon, step: int) -> Reading:
    """Resolve 上一条, 下一条 against the clause last spoken of."""
    current = context.topics[0]
    at = lexicon.clauses.index(current) + step
    near = lexicon.clauses[at] if 0 <= at < len(lexicon.clauses) else None
    if near is None or near.policy != current.policy:
        places: tuple[tuple[str, str], ...] = ()
        text = question.text
    else:
        places = ((near.policy, near.label),)
        text = f"{near.reference}：{question.text}"
    resolved = replace(
        question,
        references=(Reference(CLAUSE, 0, places),),
        aspects=question.aspects or context.asked,
        rewritten=text,
    )
    return Reading(resolved, replace(context, topics=()))


def with_unplaced(told: tuple[Told, ...], context: Context) -> tuple[Told, ...]:
    """Return the figures of a turn with those told before an award was named, unless it has its
    own sum."""
    has_sum = any(item.quantity.kind is Kind.MONEY for item in told)
    return told if has_sum else (*told, *context.unplaced)


def followed(trail: tuple[Clause, ...], topics: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """Return the clauses spoken of with those of this turn at the end; bounded."""
    if set(topics) <= set(trail[-_PAIR:]):
        return trail
    kept = tuple(clause for clause in trail if clause not in topics)
    return (*kept, *topics)[-_LONGEST_TRAIL:]


def kept_facts(
    before: tuple[tuple[str, Facts], ...], now: tuple[tuple[str, Facts], ...]
) -> tuple[tuple[str, Facts], ...]:
    """Return the facts told for each award, this turn's instead of older ones; bounded."""
    told = {name for name, _ in now}
    kept = tuple((name, facts) for name, facts in before if name not in told)
    return (*kept, *now)[-_MOST_AWARDS:]
