"""What a chat model's sentence may say: only what the clauses that it cites say, in their words.

A meaning can't be checked by a program, its material can: every word stands in a cited clause or
says nothing of its own (`data/prose.yaml`), a negation stands before the same word as in the
clause, and there is no numeral, quotation, clause number, link, address to the asker or decision.
So a sentence can't bring in an amount, a deadline, an office or a promise that the clause lacks.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from assistant.data_files import read_data
from assistant.wording import PROMISES
from corpus.money import figures
from index.words import normalise, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST_SENTENCE = 160
_NUMERALS = "〇零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億半"
_QUOTES = re.compile("[“”‘’「」『』\"'《》〈〉]")
_MARKUP = re.compile(r"[<>`#|*_~\[\]{}\\@^=$￥¥%％‰]|://|www\.|\.(?:com|cn|net|org)", re.I)
_REFERENCE = re.compile(r"第.{0,3}[条款章节部]|[上下前后](?:一)?[条款](?!件)|本条例")
_HAN = "[\u4e00-\u9fff]"


@dataclass(frozen=True, slots=True)
class _Prose:
    neutral: frozenset[str]
    numeral_words: re.Pattern[str]
    claims: re.Pattern[str]
    vague: re.Pattern[str]
    negations: str


@cache
def _prose() -> _Prose:
    read = read_data("prose.yaml")
    return _Prose(
        neutral=frozenset(read["neutral"].split()),
        numeral_words=re.compile("|".join(map(re.escape, read["numeral_words"]))),
        claims=re.compile("|".join(f"(?:{claim})" for claim in read["claims"]), re.I),
        vague=re.compile(read["vague"]),
        negations=read["negations"],
    )


def objections(sentence: str, sources: Sequence[str]) -> tuple[str, ...]:
    """Return why a sentence, its marks taken out, may not be shown; empty when it may.

    `sources` are the words of what it cites. The reasons are Chinese, for the model to mend it.
    """
    plain = unicodedata.normalize("NFKC", sentence)
    return (*_form(plain), *_claims(plain), *_strange_words(plain, sources))


def _form(plain: str) -> Iterable[str]:
    """Yield what can't be in a sentence whatever the clauses say."""
    if len(plain) > LONGEST_SENTENCE:
        yield "句子太长"
    if any(unicodedata.category(letter)[0] == "C" for letter in plain):
        yield "有看不见的字符"
    if _QUOTES.search(plain):
        yield "不要用引号和书名号"
    if _MARKUP.search(plain):
        yield "不要用链接、符号和格式标记"
    if _REFERENCE.search(plain):
        yield "不要写条款号，用引用标记"
    bare = _prose().numeral_words.sub("", plain)
    numbered = any(unicodedata.category(letter)[0] == "N" for letter in bare)
    if numbered or set(bare) & set(_NUMERALS) or figures(plain) or _prose().vague.search(bare):
        yield "不要写数字和金额，用金额标记"
    han = len(re.findall(_HAN, plain))
    if not han or len(re.findall(r"[^\W\d_]", plain)) > han * 1.5:
        yield "请用中文"


def _claims(plain: str) -> Iterable[str]:
    found = _prose().claims.search(plain)
    if found:
        yield f"不要对提问人下结论或作承诺：{found[0]}"
    yield from (f"不要作承诺：{word}" for word in PROMISES if word in plain)


def _strange_words(plain: str, sources: Sequence[str]) -> Iterable[str]:
    """Yield the words, and the negations, that the sources don't hold."""
    text = normalise("\n".join(sources))
    single = {word for word in words(text) if len(word) == 1}
    strange = [word for word in words(plain) if not _is_grounded(word, text, single)]
    if strange:
        yield f"所引条款里没有这些词：{'、'.join(dict.fromkeys(strange))}"
    lower = normalise(plain)
    if bad := [*_added_negations(lower, text), *_lost_negations(lower, text)]:
        yield f"与所引条款的否定说法不一致：{'、'.join(dict.fromkeys(bad))}"


def _is_grounded(word: str, text: str, single: set[str]) -> bool:
    """Tell whether a word stands in the sources, is neutral, or is made of such words."""
    neutral = _prose().neutral
    if word in neutral:
        return True
    if len(word) == 1:
        return word in single
    return word in text or any(
        _is_piece(word[:at], text) and _is_grounded(word[at:], text, single)
        for at in range(1, len(word))
    )


def _is_piece(part: str, text: str) -> bool:
    return part in _prose().neutral or (len(part) > 1 and part in text)


def _added_negations(plain: str, text: str) -> Iterable[str]:
    """Yield negations that stand before other words than in the sources."""
    for found in re.finditer(f"[{_prose().negations}]{_HAN}{{0,2}}", plain):
        if found[0] not in text:
            yield found[0]


def _lost_negations(plain: str, text: str) -> Iterable[str]:
    """Yield words that the sources use only with a negation, and the sentence without."""
    negations = _prose().negations
    for denied in set(re.findall(f"[{negations}]({_HAN}{{2}})", text)):
        always = not re.search(f"(?<![{negations}]){denied}", text)
        if always and re.search(f"(?<![{negations}]){denied}", plain):
            yield denied
