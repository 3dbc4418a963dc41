"""Every way of numbering that Chinese policy documents use is read, and nothing is ever lost."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.library import POLICIES
from corpus.policy import Policy, SegmentKind, bracketed
from corpus.reader import MAX_BYTES, PolicyError, read_policy, read_text

DOCUMENTS = sorted((Path(__file__).parent / "documents").glob("*.yaml"))
MINHANG = POLICIES / "minhang-robot" / "policy.txt"


def lossless(policy: Policy) -> None:
    """Hold the law: spans in order give the text back, labels are unique, no word is lost."""
    text, at = policy.text, 0
    for segment in policy.segments:
        assert segment.start == at < segment.end
        at = segment.end
        if segment.kind is SegmentKind.SPACE:
            spaces = text[segment.start : segment.end].translate(
                dict.fromkeys([0xFEFF, 0x200B, 0x2060, 0x7F, *range(0x20)])
            )
            assert not spaces.strip(), f"lost: {spaces!r}"
    assert at == len(text)
    labels = [clause.label for clause in policy.clauses]
    assert len(set(labels)) == len(labels)
    for before, after in zip(policy.clauses, policy.clauses[1:], strict=False):
        assert before.end <= after.start
    for clause in policy.clauses:
        assert clause.text == text[clause.start : clause.end]
        assert clause.text.strip()
        assert clause.label
    spans = {(segment.start, segment.end) for segment in policy.segments}
    assert all((clause.start, clause.end) in spans for clause in policy.clauses)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_document_is_read_as_a_person_would(path: Path) -> None:
    expected = yaml.safe_load(path.read_text(encoding="utf-8"))
    policy = read_policy(path.stem, expected["text"])
    lossless(policy)
    titles = "\n".join(
        policy.text[segment.start : segment.end]
        for segment in policy.segments
        if segment.kind is SegmentKind.TITLE
    )
    assert policy.title == expected["title"]
    assert [
        [clause.label, clause.title, " / ".join(clause.section)] for clause in policy.clauses
    ] == [row[:3] for row in expected["clauses"]]
    for clause, row in zip(policy.clauses, expected["clauses"], strict=True):
        assert clause.text.endswith(row[3])
    for field in ("preamble", "closing"):
        if field in expected:
            assert getattr(policy, field) == expected[field]
    if "headings" in expected:
        assert list(policy.headings) == expected["headings"]
    for words in expected.get("closing_has", []):
        assert words in policy.closing
    for words in expected.get("titles_have", []):
        assert words in titles


def test_there_are_documents_of_many_kinds() -> None:
    assert len(DOCUMENTS) >= 12


BELOW = (
    "。对平台给予补助，鼓励平台面向区内企业开放服务，降低收费标准，提升服务能力。优先支持园区。\n"
)


def test_a_number_that_would_name_another_clause_is_called_by_the_one_above() -> None:
    """Below （三）, beside （一） and （二）, 1 isn't 第一条; numbers running through parts are."""
    text = f"若干措施\n（一）装备{BELOW}（二）人才{BELOW}（三）平台\n1.检测{BELOW}2.算力{BELOW}"
    clauses = read_policy("nested", text).clauses
    assert [c.label for c in clauses] == ["（一）", "（二）", "1", "2"]
    assert [c.reference for c in clauses] == ["（一）", "（二）", "（三）1", "（三）2"]
    text = (
        f"措施\n一、装备\n1.机床{BELOW}2.叉车{BELOW}二、平台\n3.检测{BELOW}三、附则。本局解释。\n"
    )
    running = read_policy("running", text).clauses
    assert [c.reference for c in running] == ["第一条", "第二条", "第三条", "三"]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("第五条", "（第五条）"),
        ("（十五）", "（十五）"),
        ("（十五）：每辆2万元", "〔（十五）：每辆2万元〕"),
        ("二、（五）", "〔二、（五）〕"),
        ("（三）、（四）", "〔（三）、（四）〕"),
    ],
)
def test_a_label_is_not_set_in_brackets_twice(words: str, shown: str) -> None:
    assert bracketed(words) == shown


def test_minhang_policy_is_read_whole() -> None:
    data = MINHANG.read_bytes()
    text = read_text(MINHANG)
    policy = read_policy("minhang-robot", text)
    lossless(policy)
    assert hashlib.sha256(data).hexdigest() == (
        "e0c9e5597ea09be5935b76e950ff8e2b1558929c8c7a2f75174017542ab70698"
    )
    assert text.encode() == data
    assert policy.title == "闵行区推进智能机器人产业高质量创新发展的若干政策措施（征求意见稿）"
    assert policy.preamble.startswith("为贯彻落实市委、市政府")
    assert policy.preamble.endswith("现提出若干政策措施如下：")
    assert policy.closing == ""
    sections = (
        "一、总体发展目标",
        "二、提升技术创新能力",
        "三、促进应用场景牵引",
        "四、培育壮大市场主体",
        "五、推进共筑产业生态",
    )
    assert policy.headings == sections
    titles = (
        ("总体发展目标", 0),
        ("鼓励创新协同研发模式", 1),
        ("加大核心零部件和先进技术攻关", 1),
        ("推动工业机器人赋能智能制造", 2),
        ("推广服务机器人融入智慧生活", 2),
        ("加大招商引资力度", 3),
        ("强化优质主体培育", 3),
        ("加快打造示范标杆", 3),
        ("建设高能级服务平台", 4),
        ("鼓励打造特色产业集群", 4),
        ("支持交流合作加快共赢发展", 4),
    )
    assert [(clause.label, clause.title, clause.section) for clause in policy.clauses] == [
        (str(number), title, (sections[section],))
        for number, (title, section) in enumerate(titles, 1)
    ]
    for clause in policy.clauses:
        assert clause.text.startswith(f"{clause.label}.{clause.title}。")
        assert clause.text.endswith("。")
        assert text[clause.start : clause.end] == clause.text
        assert "\n" not in clause.text


FRAGMENTS = st.sampled_from(
    [
        *("第一章 总则", "第二章　分则", "第一节 一般规定", "第一条 为了发展，制定本办法。"),
        *("第二条【奖励】奖励30万元。", "第三条规定的条件", "第十二条之一 另行规定。", "第2条"),
        *("一、总体要求", "二、支持研发。给予50%补助。", "三、", "一、二、三等奖", "一　总则"),
        *("（一）支持创新；", "（二）支持落地。最高200万元。", "(三)", "（一）项所称", "㈠支持"),
        *(
            "1.支持。",
            "2．奖励10万元。",
            "１、",
            "1.5倍",
            "2025.3.1",
            "1.1 目标",
            "1.2 任务",
            "3）",
        ),
        *("（1）甲；", "（2）乙。", "①", "②丙", "⑴丁", "⒈戊", "第一部分", "第一编 总则"),
        *(
            "关于印发某某办法的通知",
            "某某若干措施",
            "（征求意见稿）",
            "沪府〔2024〕3号",
            "各单位：",
        ),
        *("目录", "附件", "附件1", "附件：1.申报表", "附件：", "附件2：", "附表", "2.承诺书"),
        *("某某区人民政府", "2024年1月1日", "二〇二四年一月", "特此通知。", "（此件公开发布）"),
        *("本办法自发布之日起施行。", "标题：某办法", "索引号：1", "普通的一段话，没有编号。"),
        *(
            "没有标点的一行长长的文字被换行打断了以后还在继续",
            "序号\t名称\t金额",
            "",
            "　　",
            "\ufeff",
        ),
    ]
)
ENDS = st.sampled_from(["\n", "\r\n", "\n\n", "\r", "\u2028", "\f", "　\n", " \t\n", ""])
DOCUMENT = st.lists(st.tuples(FRAGMENTS, ENDS), max_size=40).map(
    lambda rows: "".join(words + end for words, end in rows)
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DOCUMENT)
def test_any_sequence_of_policy_lines_is_read_without_loss(text: str) -> None:
    lossless(read_policy("any", text))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_any_string_is_read_without_loss(text: str) -> None:
    policy = read_policy("any", text)
    assert "".join(policy.text[s.start : s.end] for s in policy.segments) == text
    lossless(policy)


def test_reading_is_deterministic() -> None:
    text = DOCUMENTS[0].read_text(encoding="utf-8")
    assert read_policy("x", text) == read_policy("x", text)


LONG = {
    "articles": "".join(f"第{n}条 支持企业，给予{n}万元。\n" for n in range(1, 10_001)),
    "items": "一、总则\n"
    + "".join(
        f"（一）支持企业。\n1.给予{n}万元，支持创新，推动发展，做大做强。\n" for n in range(5000)
    ),
    "annexes": "".join(f"附件{n % 90 + 1}\n表\n" for n in range(5000)),
    "annex lists": "".join(f"附件：{n % 90 + 1}.表\n正文。\n" for n in range(5000)),
    "restarting": "".join(
        f"一、总则\n1.支持企业发展，给予{n}万元的奖励，仅一次。\n" for n in range(5000)
    ),
    "notice": "关于印发某办法的通知\n" + "2024年1月1日\n某某\n现将某办法印发给你们。\n" * 5000,
    "signatures": "一、总则。\n" + "某某单位\n2024年1月1日\n" * 5000,
    "one line": "一、" + "支持企业发展，" * 100_000,
    "spaces": "一、总则" + " " * 200_000 + "\n" + "　" * 200_000 + "。",
    "numerals": "一" * 200_000 + "\n" + "第" * 100_000 + "\n" + "1." * 100_000,
    "contents": "目录\n" + "".join(f"第{n}章 某某\n" for n in range(1, 999)) * 5,
    "paragraphs": "标题\n" + "一段没有编号的话\n" * 20_000,
}


@pytest.mark.parametrize("name", LONG)
def test_long_document_is_read_in_seconds(name: str) -> None:
    started = time.perf_counter()
    policy = read_policy("long", LONG[name])
    assert time.perf_counter() - started < 4
    lossless(policy)


def test_ten_thousand_articles_are_ten_thousand_clauses() -> None:
    assert len(read_policy("long", LONG["articles"]).clauses) == 10_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_office_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "policy.txt"
    file.write_bytes("一、支持研发。奖励３０万元。\r\n".encode(encoding))
    policy = read_policy("x", read_text(file))
    lossless(policy)
    assert [clause.text for clause in policy.clauses] == ["一、支持研发。奖励３０万元。"]


UNREADABLE = {
    "empty": (b"", "是空的"),
    "white space": ("\ufeff \n　\n".encode(), "是空的"),
    "zip": (b"PK\x03\x04\x14\x00\x06\x00", "不是文本文件"),
    "noise": (bytes(range(256)) * 4, "不是文本文件"),
    "broken utf-8": ("政策".encode()[:-1] + b"\xff\xff", "不是文本文件"),
    "nul": (b"\x00" * 100, "不是文本文件"),
    "too large": (b"a" * (MAX_BYTES + 1), "超过"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_file_is_named_in_one_line(tmp_path: Path, name: str) -> None:
    data, reason = UNREADABLE[name]
    file = tmp_path / "policy.txt"
    file.write_bytes(data)
    with pytest.raises(PolicyError, match=reason) as raised:
        read_text(file)
    assert str(file) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_missing_file_and_folder_are_named(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "none.txt", "没有这个文件"), (tmp_path, "文件夹")):
        with pytest.raises(PolicyError, match=reason):
            read_text(path)
    with pytest.raises(PolicyError, match="文件名"):
        read_text(Path("a\0b"))


def test_endless_file_is_refused() -> None:
    with pytest.raises(PolicyError, match=r"上限|不是文本"):
        read_text(Path("/dev/zero"))
