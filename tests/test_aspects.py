"""What a question asks for, read from its cue words, and which clauses carry it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.aspects import Group, asked_aspects, aspect, aspects, stretches


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("最多能拿多少钱", "cap"),
        ("比例是多少", "rate"),
        ("要卖多少才能拿满200万", "inverse"),
        ("有什么条件", "condition"),
        ("支持哪些对象", "object"),
        ("我们能申请吗", "eligibility"),
        ("需要评审吗", "review"),
        ("怎么申请", "procedure"),
        ("申报材料有哪些", "materials"),
        ("什么时候截止", "deadline"),
        ("找哪个部门", "department"),
        ("电话多少", "contact"),
        ("能和市里政策叠加吗", "stacking"),
        ("要交税吗", "tax"),
        ("有效期到哪年", "validity"),
        ("什么是链主企业", "definition"),
        ("原文是什么", "original"),
        ("一共几条", "count"),
        ("比较第五条和第六条", "compare"),
        ("生效了吗", "status"),
        ("哪些条款有明确金额", "list"),
    ],
)
def test_a_question_asks_for_its_aspect(question: str, asked: str) -> None:
    assert asked in {found.id for found in asked_aspects(question)}


def test_a_question_of_two_parts_asks_for_both() -> None:
    asked = {found.id for found in asked_aspects("最高多少，另外申报材料有哪些")}
    assert {"cap", "materials"} <= asked


def test_a_statement_asks_for_nothing() -> None:
    assert asked_aspects("我们投资3000万") == ()


@pytest.mark.parametrize(
    ("name", "carries", "lacks"),
    [
        ("deadline", "申报截止日期为每年6月30日。", "给予30万元一次性资助。"),
        ("contact", "咨询电话：021-12345678。", "由区经委负责。"),
        ("stacking", "同一项目不重复享受。", "最高200万元。"),
        ("review", "经评审，给予支持。", "给予30万元一次性资助。"),
    ],
)
def test_only_words_that_answer_carry_an_aspect(name: str, carries: str, lacks: str) -> None:
    assert aspect(name).carried_by(carries)
    assert not aspect(name).carried_by(lacks)


def test_every_aspect_has_its_own_id_a_chinese_name_and_cues() -> None:
    assert len({found.id for found in aspects()}) == len(aspects()) > 20
    for found in aspects():
        assert found.name.strip()
        assert found.cues.pattern
        assert not found.cues.search(""), found.id


def test_an_aspect_answered_from_the_text_names_its_evidence_or_where_to_look() -> None:
    for found in aspects():
        if found.group is Group.TEXT:
            assert found.evidence or found.general, found.id


def test_an_unknown_aspect_is_an_error() -> None:
    with pytest.raises(StopIteration):
        aspect("no such aspect")


@given(st.text())
def test_any_text_splits_into_stretches_of_its_own_words(text: str) -> None:
    assert all(stretch in text for stretch in stretches(text))
    assert set(asked_aspects(text)) <= set(aspects())


@pytest.mark.parametrize(
    ("question", "asked", "not_asked"),
    [
        ("分几个阶段拨，每个阶段拨百分之几", "instalment", "staging"),
        ("评审专家由哪个部门聘请", "department", "review"),
        ("研发费用加计扣除比例是多少", "tax", "rate"),
        ("拿了钱以后几年内不准迁出", "restriction", "duration"),
        ("还没到封顶吧，补助多少", "amount", "inverse"),
        ("一年到顶能拿多少", "amount", "inverse"),
        ("联合几家公司能申请吗", "eligibility", "number"),
    ],
)
def test_a_part_of_one_aspect_is_no_aspect_of_its_own(
    question: str, asked: str, not_asked: str
) -> None:
    found = {aspect.id for aspect in asked_aspects(question)}
    assert asked in found
    assert not_asked not in found


def test_the_questions_own_words_are_evidence() -> None:
    """营业执照 asked about and written, 由谁牵引 asked and 由…牵引 written."""
    materials = aspect("materials").about((), "没办营业执照行吗")
    assert materials.carried_by("取得营业执照的民宿")
    assert not aspect("materials").carried_by("取得营业执照的民宿")
    department = aspect("department").about((), "联盟由谁牵引")
    assert department.carried_by("由龙头企业牵引的产业联盟")
