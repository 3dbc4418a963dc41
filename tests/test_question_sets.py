"""The question sets as a floor: shares right, every quote and figure proved, twice the same."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assistant.chain import open_assistant
from eval.cases import load_cases
from eval.metrics import judge
from eval.predictions import read_predictions
from eval.run import write_predictions
from eval.scores import Scores, score

if TYPE_CHECKING:
    from eval.metrics import Verdict

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "eval" / "questions"
INVENTED = ROOT / "tests" / "policies_questions"
POLICIES = (ROOT / "tests" / "policies", ROOT / "tests" / "more_policies")


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A question set, the invented policies it is asked of (none: the shipped one), its floor.

    `unsourced` are the questions whose answers are known to state a figure that can't be traced.
    """

    path: Path
    policies: tuple[str, ...]
    floor: float
    unsourced: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return self.path.stem


SETS = (
    QuestionSet(SHIPPED / "minhang-robot.dev.jsonl", (), 0.97),
    QuestionSet(SHIPPED / "minhang-robot.chat.jsonl", (), 0.97),
    QuestionSet(SHIPPED / "minhang-robot.hotline.jsonl", (), 0.95),
    QuestionSet(SHIPPED / "minhang-robot.exam.jsonl", (), 0.96),
    QuestionSet(SHIPPED / "minhang-robot.heldout.jsonl", (), 0.96),
    QuestionSet(SHIPPED / "minhang-robot.enterprise.jsonl", (), 0.97),
    QuestionSet(SHIPPED / "minhang-robot.expert.jsonl", (), 0.97),
    QuestionSet(SHIPPED / "minhang-robot.voices.jsonl", (), 0.93),
    QuestionSet(SHIPPED / "minhang-robot.street.jsonl", (), 0.96),
    QuestionSet(SHIPPED / "minhang-robot.owners.jsonl", (), 0.98),
    QuestionSet(SHIPPED / "minhang-robot.survey.jsonl", (), 0.98),
    QuestionSet(SHIPPED / "minhang-robot.talks.jsonl", (), 0.97),
    QuestionSet(SHIPPED / "minhang-robot.stories.jsonl", (), 0.95),
    QuestionSet(SHIPPED / "minhang-robot.scenarios.jsonl", (), 0.90),
    QuestionSet(SHIPPED / "minhang-robot.acceptance.jsonl", (), 0.98),
    QuestionSet(SHIPPED / "minhang-robot.steps.jsonl", (), 0.98),
    QuestionSet(SHIPPED / "minhang-robot.plain.jsonl", (), 0.91),
    QuestionSet(SHIPPED / "minhang-robot.mixed.jsonl", (), 0.97),
    QuestionSet(SHIPPED / "minhang-robot.audit.jsonl", (), 0.97),
    QuestionSet(SHIPPED / "minhang-robot.everyday.jsonl", (), 0.95),
    QuestionSet(SHIPPED / "minhang-robot.sides.jsonl", (), 0.95),
    QuestionSet(SHIPPED / "minhang-robot.closing.jsonl", (), 0.96),
    QuestionSet(SHIPPED / "minhang-robot.final.jsonl", (), 0.97),
    QuestionSet(
        INVENTED / "yunting-lowaltitude.jsonl",
        ("yunting-lowaltitude",),
        0.94,
    ),
    QuestionSet(INVENTED / "yulan-software.jsonl", ("yulan-software",), 0.92),
    QuestionSet(INVENTED / "qinghe-trade.jsonl", ("qinghe-trade",), 0.86),
    QuestionSet(INVENTED / "lingxi-talent.jsonl", ("lingxi-talent",), 0.93),
    QuestionSet(INVENTED / "shanyin-equipment.jsonl", ("shanyin-equipment",), 0.96),
    QuestionSet(INVENTED / "wangshu-sports.jsonl", ("wangshu-sports",), 0.84),
    QuestionSet(INVENTED / "lanpu-storage.jsonl", ("lanpu-storage",), 0.92),
    QuestionSet(INVENTED / "together.jsonl", ("yunting-lowaltitude", "yulan-software"), 0.90),
)


@dataclass(frozen=True, slots=True)
class Run:
    """A set asked twice: the verdicts of the first time, the lines of both without latency."""

    questions: QuestionSet
    verdicts: tuple[Verdict, ...]
    first: tuple[dict[str, Any], ...]
    second: tuple[dict[str, Any], ...]

    @property
    def scores(self) -> Scores:
        return score(self.verdicts)


def lines(path: Path) -> tuple[dict[str, Any], ...]:
    read = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return tuple({name: line[name] for name in line if name != "latency_ms"} for line in read)


@pytest.fixture(scope="module", params=SETS, ids=lambda found: found.name)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Ask every question of a set twice, of an assistant that holds only its policies."""
    questions: QuestionSet = request.param
    folder = tmp_path_factory.mktemp(questions.name)
    for source in (place / name for name in questions.policies for place in POLICIES):
        if source.is_dir():
            shutil.copytree(source, folder / "policies" / source.name)
    policies = folder / "policies" if questions.policies else None
    assistant = open_assistant(folder / "home", policies)
    cases = load_cases(questions.path)
    paths = (folder / "first.jsonl", folder / "second.jsonl")
    for path in paths:
        write_predictions(assistant, cases, path)
    came = read_predictions(paths[0])
    verdicts = tuple(judge(case, came[case.id], assistant.library) for case in cases)
    return Run(questions, verdicts, lines(paths[0]), lines(paths[1]))


def test_the_share_of_right_answers_holds_its_floor(run: Run) -> None:
    wrong = [(v.case.id, v.case.turns, v.misses) for v in run.verdicts if not v.right]
    assert run.scores.right.value >= run.questions.floor, wrong


def test_every_quote_is_verbatim(run: Run) -> None:
    assert {v.case.id: v.unverbatim for v in run.verdicts if v.unverbatim} == {}


def test_every_figure_has_a_source(run: Run) -> None:
    found = {v.case.id: v.unsourced for v in run.verdicts if v.unsourced}
    assert found.keys() <= run.questions.unsourced, found


def test_no_answer_is_withheld_by_the_gate(run: Run) -> None:
    assert [v.case.id for v in run.verdicts if v.prediction.reason == "unverified"] == []


def test_two_runs_give_the_same_answers(run: Run) -> None:
    assert run.first == run.second
