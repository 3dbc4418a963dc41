"""A retrieval benchmark: documents, questions, and which documents answer which question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval.jsonl import EvaluationError, Record, read_records, read_utf8

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_LONE = re.compile("[\ud800-\udfff]")
"""Half of a character: JSON can say it, but nothing can store it."""


@dataclass(frozen=True, slots=True)
class Article:
    """A document to find; `path` are the headings above its text, outermost first."""

    id: str
    title: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A question and its grades: how relevant a document is, by its id, all above 0."""

    id: str
    text: str
    grades: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """The documents and the questions with at least one relevant document.

    `ungraded` counts the questions left out because the qrels name no document for them, `absent`
    the relevant documents that aren't among the documents: nothing can find those.
    """

    articles: tuple[Article, ...]
    topics: tuple[Topic, ...]
    ungraded: int
    absent: int

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what the figures leave out or can't reach, one Chinese line each."""
        lines = {
            f"有 {self.ungraded} 道题没有相关文档，未计入。": self.ungraded,
            f"有 {self.absent} 篇相关文档不在文档里，按没找到计。": self.absent,
        }
        return tuple(line for line, count in lines.items() if count)


def load_benchmark(documents: Path, questions: Path, qrels: Path) -> Benchmark:
    """Read a benchmark; EvaluationError when a file can't be used or nothing can be found."""
    articles = {article.id: article for article in _articles(documents)}
    texts = _questions(questions)
    grades = _grades(qrels)
    topics = tuple(
        Topic(name, text, grades[name]) for name, text in texts.items() if name in grades
    )
    if not articles:
        raise EvaluationError(f"{documents}：没有一篇文档，请换一个文件。")
    if not topics:
        raise EvaluationError(f"{qrels}：没有 {questions} 里任何一题的相关文档，请核对题目编号。")
    wanted = {document for topic in topics for document in topic.grades}
    absent = len(wanted - articles.keys())
    if absent == len(wanted):
        raise EvaluationError(f"{qrels}：相关文档都不在 {documents} 里，请核对文档编号。")
    return Benchmark(tuple(articles.values()), topics, len(texts) - len(topics), absent)


def _articles(path: Path) -> Iterator[Article]:
    seen: set[str] = set()
    for record in read_records(path):
        name = _new_id(record, seen)
        title = _optional(record, "title") or _optional(record, "name")
        parts = (title, _optional(record, "path"), record.text("text"))
        yield Article(name, *(_LONE.sub("\ufffd", part) for part in parts))


def _questions(path: Path) -> dict[str, str]:
    seen: set[str] = set()
    return {_new_id(record, seen): record.text("text") for record in read_records(path)}


def _grades(path: Path) -> dict[str, dict[str, int]]:
    """Read TREC qrels: question, ignored, document, grade; grades of 0 and below are left out."""
    grades: dict[str, dict[str, int]] = {}
    for number, line in enumerate(read_utf8(path).split("\n"), start=1):
        parts = line.split()
        if not parts:
            continue
        if len(parts) != 4 or not parts[3].lstrip("-").isdecimal():
            raise EvaluationError(
                f"{path} 第 {number} 行：“{' '.join(parts)[:40]}”不是“题目 0 文档 等级”四列，"
                "等级为整数，请更正这一行。"
            )
        question, _, document, grade = parts
        if int(grade) > 0:
            grades.setdefault(question, {})[document] = int(grade)
    return grades


def _new_id(record: Record, seen: set[str]) -> str:
    value = record.fields.get("id")
    name = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not name or name.split() != [name] or _LONE.search(name):
        record.fault("id", "请改为不含空格的文字或整数")
    if name in seen:
        record.fault("id", "与前面的重复，请改为各不相同的编号")
    seen.add(name)
    return name


def _optional(record: Record, name: str) -> str:
    """Return a text field, empty when it is missing or null."""
    return "" if record.fields.get(name) is None else record.text(name, "")
