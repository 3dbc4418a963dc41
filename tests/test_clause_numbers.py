from __future__ import annotations

import pytest

from assistant.clause_numbers import Fit, called_in, fit, names, read_numbers
from corpus.policy import Clause, Policy, PolicyInfo


def clause(label: str, *section: str) -> Clause:
    return Clause("p", label, "标题", section, "正文", 0, 2)


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("5", (5,)),
        ("５", (5,)),
        ("五", (5,)),
        ("第五条", (5,)),
        ("第 5 条", (5,)),
        ("5.", (5,)),
        ("十一", (11,)),
        ("二、5", (2, 5)),
        ("三（二）", (3, 2)),
        ("三(二)", (3, 2)),
        ("一、（二）", (1, 2)),
        ("第十二条之一", (12, 1)),
        ("第二部分", (2,)),
        ("", None),
        ("第", None),
        ("3%", None),
        ("200万", None),
        ("五年", None),
        ("1.2.3.4.5", None),
        ("揭榜挂帅", None),
    ],
)
def test_numbers_are_read_however_they_are_typed(
    typed: str, numbers: tuple[int, ...] | None
) -> None:
    assert read_numbers(typed) == numbers


def test_a_clause_below_another_is_found_as_it_is_called() -> None:
    nested = Clause("p", "1", "标题", ("（三）平台",), "正文", 0, 2, called="（三）1")
    policy = Policy("p", PolicyInfo.of_title("措施"), "", "措施", "", "", (), (nested,), ())
    assert called_in("（三）1的原文是什么", [policy]) == (nested,)
    assert called_in("(三)1讲了什么", [policy]) == (nested,)
    assert called_in("（三）12讲了什么", [policy]) == ()
    assert called_in("（三）讲了什么", [policy]) == ()


@pytest.mark.parametrize(
    ("typed", "found", "how"),
    [
        ((5,), clause("5", "三、应用"), Fit.EXACT),
        ((5,), clause("第五条"), Fit.EXACT),
        ((3, 2), clause("三、（二）"), Fit.EXACT),
        ((2,), clause("三、（二）"), Fit.INNER),
        ((3, 5), clause("5", "三、应用"), Fit.INNER),
        ((2, 5), clause("5", "三、应用"), Fit.LAST),
        ((1,), clause("11"), Fit.BEGINS),
        ((3,), clause("5", "三、应用"), Fit.SECTION),
        ((4,), clause("5", "三、应用"), Fit.NONE),
        ((5,), clause("序言"), Fit.NONE),
    ],
)
def test_a_clause_fits_by_its_own_number_first(
    typed: tuple[int, ...], found: Clause, how: Fit
) -> None:
    assert fit(typed, found) is how


@pytest.mark.parametrize(
    ("text", "label", "is_named"),
    [
        ("第（三）条至第（十三）条由经信局受理", "（五）", True),
        ("第（三）条至第（十三）条由经信局受理", "（十四）", False),
        ("第三至五条由商务局受理", "4", True),
        ("申报第五条、第七条的", "第七条", True),
        ("申报第五条、第七条的", "第六条", False),
        ("按三年支付", "3", False),
        ("第三条", "二、3", False),
    ],
)
def test_a_text_names_a_clause_alone_or_within_a_range(
    text: str, label: str, is_named: bool
) -> None:
    assert names(text, clause(label)) is is_named
