"""The words of clauses: what is staged, what is reviewed, and what a cap limits."""

from __future__ import annotations

import pytest

from corpus.money import Kind, read_quantities
from corpus.policy import Clause
from corpus.quotes import FLAG_WORDS, QUOTED_WORDS, SCOPE_WORDS, words_of_cap


@pytest.mark.parametrize(
    "words",
    [
        "分阶段给予",
        "上述奖励分期拨付",
        "逐年兑现",
        "补助资金分两次拨付",
        "分两期拨付",
        "分3年等额发放",
        "分两年拨付",
        "分12个月发放",
        "分三年给予补贴",
        "贴息资金按季度拨付",
        "按年度拨付",
        "按工程进度拨付",
        "在竣工验收后拨付50%，投产满一年的再拨付50%",
        "验收通过后拨付70%，正常运行满一年后拨付30%",
        "首期拨付六成",
        "尾款在验收后结清",
        "先拨付60%，余款验收后拨付",
        "先按50%拨付",
        "先给予20万元，验收后再给予30万元",
        "剩余资金于次年发放",
    ],
)
def test_payment_in_parts_is_staged(words: str) -> None:
    assert QUOTED_WORDS["staged"].search(words)


@pytest.mark.parametrize(
    "words",
    [
        "项目分期建设的",
        "分批次申报",
        "每年分两批受理",
        "用电量逐年增长",
        "优先拨付",
        "不再发放",
        "资金按年度预算安排",
        "按季度支付租金",
        "给予50万元，再给予10万元",
    ],
)
def test_other_parts_are_not_staged_payment(words: str) -> None:
    assert not QUOTED_WORDS["staged"].search(words)


@pytest.mark.parametrize(
    "words",
    [
        "经评审，给予30%",
        "经第三方机构评估，按15%给予",
        "经区政府审定给予支持",
        "经县商务局会同有关部门评审认定，给予",
        "经新区口岸办认定的，每年给予10万元",
        "择优给予支持",
        "根据评估结果给予奖励",
        "材料审核通过后给予",
        "对评选出的优秀项目给予",
    ],
)
def test_the_judgement_of_an_application_must_be_told(words: str) -> None:
    assert FLAG_WORDS["reviewed"].search(words)


@pytest.mark.parametrize(
    "words",
    [
        "自愿开展清洁生产审核并通过验收的企业，按审核服务费用的50%给予补助",
        "通过质量管理体系审核的，给予3万元",
        "经能源审核合格的",
        "对新认定为国家级企业技术中心的，给予",
        "经认定为高新技术企业的，给予",
        "对经认定的市级实训基地给予",
        "在全国技能大赛评选中获奖的",
        "按资产评估费用的30%给予补贴",
        "区经济和信息化局备案，给予",
    ],
)
def test_a_title_or_a_service_with_such_a_name_need_not(words: str) -> None:
    assert not FLAG_WORDS["reviewed"].search(words)


@pytest.mark.parametrize(
    ("words", "scope"),
    [
        ("每家企业年度累计最高不超过30万元", "year"),
        ("每家企业年度累计不超过30万元", "year"),
        ("每年累计最高30万元", "year"),
        ("年累计不超过30万元", "year"),
        ("上限30万元/年", "year"),
        ("每家企业每年最高不超过30万元", "year"),
        ("累计最高不超过30万元", "cumulative"),
        ("三年累计不超过30万元", "cumulative"),
        ("两个年度累计不超过30万元", "cumulative"),
        ("单个项目最高不超过30万元", "once"),
        ("每年最高不超过10万元且累计最高不超过30万元", "cumulative"),
        ("累计最高不超过10万元且每年最高不超过30万元", "year"),
    ],
)
def test_the_scope_of_a_cap(words: str, scope: str) -> None:
    """Only 累计 without a year's word counts what was ever received."""
    clause = Clause("p", "1", "", (), f"按10%给予补助，{words}，由区财政承担。", 0, 0)
    cap = [q for q in read_quantities(clause.text) if q.kind is Kind.MONEY][-1]
    near = words_of_cap(clause, words, cap)
    assert next((name for name, said in SCOPE_WORDS if said.search(near)), "once") == scope
