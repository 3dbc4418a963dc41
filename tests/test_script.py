from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from assistant import wording
from assistant.calculator_form import read_form
from assistant.chain import open_assistant
from assistant.desk_question import asked_of, of_policy, with_figures, within
from assistant.lookup import Finder
from assistant.script import Tone, case_script, plain, script
from tests.browser import all_policies

if TYPE_CHECKING:
    from assistant.calculator_form import Case
    from assistant.chain import Assistant
    from assistant.script import Script
    from corpus.policy import Clause

TODAY = date(2026, 11, 25)
SALES = "minhang-robot/service-robot-sales"


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("several")
    all_policies(folder / "policies")
    return open_assistant(folder / "home", folder / "policies")


def clause(assistant: Assistant, label: str, policy: str = "minhang-robot") -> Clause:
    found = assistant.library.clause(policy, label)
    assert found
    return found


def said(assistant: Assistant, question: str) -> Script:
    return script(assistant.ask(question).answer, assistant.library, TODAY)


def case(assistant: Assistant, award: str, **fields: str) -> Case:
    query = {"award": [award], **{f"{award}.{name}": [value] for name, value in fields.items()}}
    return read_form(assistant.library, query).cases[0]


def test_a_script_names_the_policy_then_says_quotes_and_warns(assistant: Assistant) -> None:
    found = said(assistant, "第五条给多少支持？")
    tones = [line.tone for line in found.lines]
    assert tones == [Tone.SAY, Tone.SAY, Tone.QUOTE, Tone.CARE, Tone.CARE]
    assert "闵行区智能机器人政策措施" in found.lines[0].text
    assert "按销售额的3%给予补助" in found.lines[1].text
    assert "征求意见稿" in found.lines[-1].text
    assert "*" not in found.text


def test_every_quotation_stands_in_its_clause(assistant: Assistant) -> None:
    for each in assistant.library.clauses:
        finder = Finder(assistant.library)
        found = said(assistant, asked_of(each, "", finder))
        quotes = [line.text for line in found.lines if line.tone is Tone.QUOTE]
        assert quotes, each.label
        for quote in quotes:
            assert quote[quote.index("“") + 1 : -1] in each.text


def test_arithmetic_is_said_in_words(assistant: Assistant) -> None:
    found = said(assistant, "服务机器人卖了2000万元，能补多少？")
    (working,) = [line.text for line in found.lines if line.tone is Tone.WORKING]
    assert "2000万元乘以3%，等于60万元" in working
    assert plain("> **60万元** × 2 = 120万元") == "60万元乘以2，等于120万元"


def test_what_is_copied_carries_source_day_and_status(assistant: Assistant) -> None:
    text = said(assistant, "第五条给多少支持？").text
    info = assistant.library.policies[0].info
    assert f"依据：《{info.title}》第五条《推广服务机器人融入智慧生活》" in text
    assert "查询日期：2026年11月25日" in text
    assert "尚未正式施行" in text


def test_a_policy_in_force_is_no_draft(several: Assistant) -> None:
    found = said(several, "《云汀新区低空经济扶持办法》第六条给多少支持？")
    assert "征求意见稿" not in found.text
    assert found.lines[0].text.startswith("根据《云汀新区低空经济扶持办法》")


def test_a_silent_policy_is_said_to_be_silent(assistant: Assistant) -> None:
    found = said(assistant, "租金补贴有吗")
    assert "没有提到“租金”" in found.lines[0].text
    assert found.citations == ()
    assert "依据" not in found.text


@pytest.mark.parametrize("typed", ["", "5", "第五条", "fwjqr", "服务机器人"])
def test_what_names_a_clause_asks_what_it_gives(assistant: Assistant, typed: str) -> None:
    finder = Finder(assistant.library)
    assert asked_of(clause(assistant, "5"), typed, finder) == "第五条给多少支持？"
    assert asked_of(clause(assistant, "7"), typed, finder) == "第七条讲了什么？"


def test_what_asks_is_asked_within_the_clause(assistant: Assistant) -> None:
    finder = Finder(assistant.library)
    five = clause(assistant, "5")
    assert asked_of(five, "卖了2000万能补多少", finder) == "第五条，卖了2000万能补多少"
    assert within(five, "第六条什么时候申报", finder) == "第六条什么时候申报"


def test_with_several_policies_the_question_names_one(several: Assistant) -> None:
    finder = Finder(several.library)
    for each in several.library.clauses:
        answer = several.ask(asked_of(each, "", finder)).answer
        assert (each.policy, each.label) in {(c.policy, c.clause) for c in answer.citations}
    assert of_policy("yulan-software", "租金补贴", finder).startswith("《榆岚")
    assert of_policy(None, "租金补贴", finder) == "租金补贴"
    named = "云汀新区低空经济扶持办法第六条"
    assert of_policy("yunting-lowaltitude", named, finder) == named


def test_the_assistant_comes_to_the_calculators_sum_for_every_award(several: Assistant) -> None:
    finder = Finder(several.library)
    for rule in several.library.awards:
        if not rule.inputs:
            continue
        key = f"{rule.policy}/{rule.id}"
        figures = {item.id: "2100" if item.unit == "元" else "3" for item in rule.inputs}
        found = case(several, key, **figures)
        answer = several.ask(with_figures(found, finder)).answer
        sums = [c.amount for c in answer.calculations if c.award == rule.id]
        assert found.result
        assert sums == [found.result.amount], key


def test_what_is_not_met_is_said_with_its_reason(assistant: Assistant) -> None:
    found = case(assistant, SALES, product_sales="2000", field="no")
    told = case_script(found, assistant.library, TODAY)
    assert told
    assert "不能获得第五条的“服务机器人产品销售补助”" in told.lines[1].text
    assert "不符合条件" in told.lines[2].text
    assert told.citations


def test_a_ceiling_is_said_to_be_one(assistant: Assistant) -> None:
    found = case(assistant, "minhang-robot/smart-factory")
    told = case_script(found, assistant.library, TODAY)
    assert told
    assert "最高不超过150万元" in told.text
    assert wording.CEILING in told.text


def test_nothing_is_said_while_a_figure_is_missing(assistant: Assistant) -> None:
    assert case_script(case(assistant, SALES), assistant.library, TODAY) is None
    amiss = case(assistant, SALES, product_sales="许多")
    assert case_script(amiss, assistant.library, TODAY) is None
