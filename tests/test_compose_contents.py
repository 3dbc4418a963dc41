"""How a policy is divided: its parts, what each holds, where a clause stands, how long it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.dialogue import cited, said

if TYPE_CHECKING:
    from assistant.chain import Assistant


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("第五部分有几条", "“五、推进共筑产业生态”有**3条**"),
        ("第一部分和第二部分各有几条", "“二、提升技术创新能力”有**2条**"),
        ("哪个部分的条款最少", "“一、总体发展目标”，有**1条**"),
        ("条款最多的是哪个部分", "“五、推进共筑产业生态”，有**3条**"),
        ("第七条属于哪个部分", "第七条在“四、培育壮大市场主体”。"),
        ("一共有几个部分", "共5个部分、**11条**"),
        ("字数最少的是哪一条", "第十一条"),
    ],
)
def test_the_contents_are_told(assistant: Assistant, question: str, words: str) -> None:
    assert words in said(assistant, question).text


def test_parts_of_something_else_are_not_those_of_the_document(assistant: Assistant) -> None:
    answer = said(assistant, "核心零部件攻关包括哪几部分")
    assert cited(answer) == {"3"}
    assert "减速器" in answer.text


def test_a_range_is_read_out_whole(assistant: Assistant) -> None:
    assert cited(said(assistant, "第二条到第四条的原文")) == {"2", "3", "4"}


def test_what_a_policy_rests_on_is_no_question_for_its_title(assistant: Assistant) -> None:
    assert "行动方案" in said(assistant, "政策依据的文件叫什么名字").text
