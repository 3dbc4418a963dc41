"""A line's numbering mark is told from what merely looks like one."""

from __future__ import annotations

import pytest

from corpus.markers import Kind, read_mark

MARKS = [
    ("第一编 总则", Kind.PART, "第一编", 1, "总则"),
    ("第二部分：支持内容", Kind.PART, "第二部分", 2, "支持内容"),
    ("第三章　附　则", Kind.CHAPTER, "第三章", 3, "附　则"),
    ("第一节　工业", Kind.SECTION, "第一节", 1, "工业"),
    ("  第十二条　企业应当", Kind.ARTICLE, "第十二条", 12, "企业应当"),
    ("第 十 二 条之一 企业", Kind.ARTICLE, "第十二条之一", 12, "企业"),
    ("第一百零一条【目的】为", Kind.ARTICLE, "第一百零一条", 101, "【目的】为"),
    ("第12条 企业", Kind.ARTICLE, "第12条", 12, "企业"),
    ("第五条 第一次申报的", Kind.ARTICLE, "第五条", 5, "第一次申报的"),
    ("措施三：场地支持", Kind.ARTICLE, "措施三", 3, "场地支持"),
    ("一、总体要求", Kind.HAN, "一", 1, "总体要求"),
    ("十一. 附则", Kind.HAN, "十一", 11, "附则"),
    ("一　总则", Kind.HAN, "一", 1, "总则"),
    ("二、一次性奖励", Kind.HAN, "二", 2, "一次性奖励"),
    ("二、二手设备", Kind.HAN, "二", 2, "二手设备"),
    ("（三）支持研发", Kind.PAREN_HAN, "（三）", 3, "支持研发"),
    ("( 三 ) 支持研发", Kind.PAREN_HAN, "（三）", 3, "支持研发"),
    ("㈢支持研发", Kind.PAREN_HAN, "（三）", 3, "支持研发"),
    ("5.推广应用", Kind.ARABIC, "5", 5, "推广应用"),
    ("１２．推广应用", Kind.ARABIC, "12", 12, "推广应用"),
    ("5、推广应用", Kind.ARABIC, "5", 5, "推广应用"),
    ("⒌推广应用", Kind.ARABIC, "5", 5, "推广应用"),
    ("2.3 支持标准", Kind.DECIMAL, "2.3", 3, "支持标准"),
    ("（2）推广", Kind.PAREN_ARABIC, "（2）", 2, "推广"),
    ("2）推广", Kind.PAREN_ARABIC, "2）", 2, "推广"),
    ("②推广", Kind.CIRCLED, "②", 2, "推广"),
    ("附件", Kind.ANNEX, "附件", 0, ""),
    ("附件 2：", Kind.ANNEX, "附件2", 2, ""),
    ("附件2 申报书", Kind.ANNEX, "附件2", 2, "申报书"),
    ("\ufeff\t一、总体要求", Kind.HAN, "一", 1, "总体要求"),
]


@pytest.mark.parametrize(("line", "kind", "label", "number", "body"), MARKS)
def test_mark(line: str, kind: Kind, label: str, number: int, body: str) -> None:
    mark = read_mark(line, 100)
    assert mark is not None
    assert (mark.kind, mark.label, mark.number) == (kind, label, number)
    assert line[mark.body - 100 :] == body
    assert not line[: mark.start - 100].strip("\ufeff \t")


NO_MARKS = [
    *("第三条规定的条件", "第三条、第四条所称", "第三条第二款", "第二章所列企业", "第五条和第六条"),
    *("一、二、三等奖分别奖励", "一、二等奖", "一是鼓励创新", "一等奖奖励", "十年树木，百年树人。"),
    *("（一）项所称", "（一）、（二）项", "（一）至（三）", "（征求意见稿）", "（2024）5号"),
    *("1.5倍", "2025.3.1至2025.4.1", "3.2%以上", "2024年5月", "1000万元以上", "50%补助", "12"),
    *("附件材料应当齐全。", "附件：1.申报表"),
    *("", "   ", "普通的一段话。", "第", "条", "、", "（", "第一"),
]


@pytest.mark.parametrize("line", NO_MARKS)
def test_no_mark(line: str) -> None:
    assert read_mark(line, 0) is None
