"""What people ask and don't get answered, grouped so that a policy owner sees what they miss.

Two questions are alike as far as they share characters that few others have and as far as their
vectors point the same way. Groups are joined by average linkage (Sokal & Michener 1958), the most
alike first and of equals the earlier: the same questions always make the same groups.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.words import bigrams

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]
    Embed = Callable[[str], NDArray[np.float32]]
    Gist = Callable[[str], str]
    Grouping = Callable[[Sequence["Gap"]], tuple["GapGroup", ...]]

MOST_COMPARED = 500
"""Different questions that are compared with each other; further ones stay by themselves."""
ALIKE = 0.33
"""The mean likeness, 0 to 1, from which two groups are one; chosen on questions read by eye."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that was not answered: how it ended, or "desk", and what the caller needed."""

    at: datetime
    question: str
    ending: str
    need: str = ""


@dataclass(frozen=True, slots=True)
class GapGroup:
    """Questions about the same thing; `name` is the one asked most, `gaps` the latest first."""

    name: str
    gaps: tuple[Gap, ...]

    @property
    def wordings(self) -> tuple[tuple[Gap, int], ...]:
        """Return each wording by its latest question with how often it came, most often first."""
        counts = Counter((gap.question, gap.ending, gap.need) for gap in self.gaps)
        latest = {(gap.question, gap.ending, gap.need): gap for gap in reversed(self.gaps)}
        return tuple((latest[wording], count) for wording, count in counts.most_common())


def grouped(gaps: Sequence[Gap], embed: Embed, gist: Gist) -> tuple[GapGroup, ...]:
    """Return the groups, largest first.

    `embed` gives the unit vector of words, `gist` what of a question is compared: the words for
    what it is about, "" for all of it.
    """
    ordered = sorted(gaps, key=lambda gap: (gap.at, gap.question), reverse=True)
    same: dict[str, list[Gap]] = {}
    for gap in ordered:
        same.setdefault("".join(bigrams(gap.question)) or gap.question, []).append(gap)
    kinds = sorted(same.values(), key=lambda found: -len(found))
    names = [found[0].question for found in kinds]
    compared = [gist(name) or name for name in names[:MOST_COMPARED]]
    joined = _joined(_likeness(compared, embed)) if compared else []
    joined += [[at] for at in range(len(compared), len(names))]
    groups = [_group([gap for at in members for gap in kinds[at]]) for members in joined]
    return tuple(sorted(groups, key=lambda group: -len(group.gaps)))


def _group(gaps: list[Gap]) -> GapGroup:
    latest = sorted(gaps, key=lambda gap: (gap.at, gap.question), reverse=True)
    asked = Counter(gap.question for gap in latest)
    return GapGroup(asked.most_common(1)[0][0], tuple(latest))


def _likeness(questions: Sequence[str], embed: Embed) -> Matrix:
    """Return how alike each two questions are: the mean of wording and meaning."""
    vectors = np.array([embed(question) for question in questions], np.float64)
    meaning = np.einsum("ik,jk->ij", vectors, vectors)
    alike: Matrix = (meaning + _wording(questions)) / 2
    return alike


def _wording(questions: Sequence[str]) -> Matrix:
    """Return the cosines of the character pairs, each weighted by how few questions have it."""
    pairs = [set(bigrams(question)) for question in questions]
    used = Counter(pair for found in pairs for pair in found)
    columns = {pair: at for at, pair in enumerate(sorted(used))}
    weights = np.zeros((len(questions), max(1, len(columns))))
    for row, found in enumerate(pairs):
        for pair in found:
            weights[row, columns[pair]] = np.log((len(questions) + 1) / used[pair])
    lengths = np.linalg.norm(weights, axis=1, keepdims=True)
    weights /= np.where(lengths, lengths, 1)
    cosines: Matrix = weights @ weights.T
    return cosines


def _joined(likeness: Matrix) -> list[list[int]]:
    """Return the rows in groups whose mean likeness reaches `ALIKE`."""
    likeness = likeness.copy()
    np.fill_diagonal(likeness, -1)
    members = [[row] for row in range(len(likeness))]
    while True:
        first, second = np.unravel_index(np.argmax(likeness), likeness.shape)
        if likeness[first, second] < ALIKE:
            return [found for found in members if found]
        sizes = len(members[first]), len(members[second])
        joint = np.average(likeness[[first, second]], axis=0, weights=sizes)
        likeness[first, :] = likeness[:, first] = joint
        likeness[second, :] = likeness[:, second] = likeness[first, first] = -1
        members[first] += members[second]
        members[second] = []
