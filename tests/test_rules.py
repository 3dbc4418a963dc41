"""Award files: faults are reported all at once; every mutant of the shipped rules is caught."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from corpus.library import POLICIES, load_policy
from corpus.rules import FIELDS, RuleErrors, check_awards, load_awards

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MINHANG = POLICIES / "minhang-robot"
POLICY = load_policy(MINHANG)
SHIPPED = (MINHANG / "awards.yaml").read_text(encoding="utf-8")
NUMBERS = {"rate", "pays", "value", "at_least", "more_than", "at_most", "less_than", "above"}
QUOTES = {"quote", "above_quote", "staged", "reviewed", "one_off"}


def entries() -> list[dict[str, Any]]:
    """Return the shipped rules as written."""
    found: list[dict[str, Any]] = yaml.load(SHIPPED, Loader=yaml.BaseLoader)
    return found


def faults_of(folder: Path, text: str) -> list[str]:
    """Check an award file and return its faults, a line each."""
    (folder / "awards.yaml").write_text(text, encoding="utf-8")
    return [str(fault) for fault in check_awards(folder, POLICY)]


def dumped(rules: object) -> str:
    return yaml.safe_dump(rules, allow_unicode=True)


def leaves(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Yield every text of a rule with its path."""
    if isinstance(part, str):
        yield path, part
        return
    items = part.items() if isinstance(part, dict) else enumerate(part)
    for key, value in items:
        yield from leaves(value, (*path, key))


def replaced(rule: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """Return a copy of a rule with one field changed."""
    mutant = copy.deepcopy(rule)
    part = mutant
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return mutant


def wrong_numbers(text: str) -> Iterator[str]:
    """Yield a written number with a wrong digit, a zero lost or gained, or another unit."""
    for match in re.finditer(r"\d", text):
        for digit in "0123456789":
            yield text[: match.start()] + digit + text[match.end() :]
        yield text[: match.start()] + text[match.end() :]
        yield text[: match.end()] + "0" + text[match.end() :]
    for old, new in (("万", "亿"), ("万", ""), ("%", "‰"), ("%", ""), ("元", "美元")):
        yield text.replace(old, new)


def wrong_quotes(text: str, clause: str) -> Iterator[str]:
    """Yield a quote with a wrong digit or word, and the quotes of other clauses."""
    if re.search(r"\d", text):
        yield from wrong_numbers(text)
    yield text.replace("给予", "发放").replace("最高", "最多").replace("经", "须经")
    yield text[::-1]
    yield from (
        words
        for rule in entries()
        for path, words in leaves(rule)
        if path[-1] in QUOTES and words not in clause
    )


def mutants() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every mutant of every shipped rule with what was changed."""
    for rule in entries():
        clause = POLICY.clause(rule["clause"])
        assert clause is not None
        for path, text in leaves(rule):
            wrong: list[str] = []
            if path[-1] in NUMBERS:
                wrong = list(wrong_numbers(text))
            if path[-1] in QUOTES:
                wrong = [words for words in wrong_quotes(text, clause.text) if words != text]
            if path == ("clause",):
                wrong = [other.label for other in POLICY.clauses] + ["99"]
            if path[-1] == "nature":
                wrong = ["entitlement", "ceiling", "unspecified", "gift"]
            if path[-1] == "scope":
                wrong = ["once", "year", "cumulative", "shared", "ever"]
            if path[-1] in ("of", "input", "received"):
                wrong = ["nothing"]
            for value in set(wrong) - {text}:
                yield f"{rule['id']} {path} {text} → {value}", replaced(rule, path, value)
        for flag in {"staged", "reviewed", "one_off"} & set(rule):
            yield f"{rule['id']} without {flag}", {k: v for k, v in rule.items() if k != flag}


def test_the_shipped_rules_are_sound() -> None:
    assert check_awards(MINHANG, POLICY) == ()
    assert {rule.clause for rule in load_awards(MINHANG, POLICY)} == {
        "2",
        "3",
        "4",
        "5",
        "6",
        "8",
        "9",
        "11",
    }


def test_every_mutant_is_caught(tmp_path: Path) -> None:
    tried = list(mutants())
    assert len(tried) > 500
    missed = [what for what, mutant in tried if not faults_of(tmp_path, dumped([mutant]))]
    assert missed == []


def test_bounds_of_thresholds_are_checked(tmp_path: Path) -> None:
    rule = next(rule for rule in entries() if rule["id"] == "service-robot-sales")
    threshold = rule["thresholds"][0]
    for name in ("more_than", "at_most", "less_than"):
        wrong = {k: v for k, v in threshold.items() if k != "at_least"} | {name: "1000万元"}
        (fault,) = faults_of(tmp_path, dumped([replaced(rule, ("thresholds", 0), wrong)]))
        assert "应写 at_least" in fault


def test_every_unknown_field_is_reported(tmp_path: Path) -> None:
    rule = next(rule for rule in entries() if rule["id"] == "service-robot-sales")
    for path in ((), ("inputs", 0), ("thresholds", 0), ("conditions", 0), ("amount",), ("caps", 0)):
        (fault,) = faults_of(tmp_path, dumped([replaced(rule, (*path, "bonus"), "1")]))
        assert "bonus" in fault
        assert "没有这个字段" in fault


def test_every_missing_quote_is_reported(tmp_path: Path) -> None:
    for rule in entries():
        for path, _ in leaves(rule):
            if path[-1] != "quote":
                continue
            found = faults_of(tmp_path, dumped([replaced(rule, path, "")]))
            assert any("quote" in fault and "缺这个字段" in fault for fault in found), (path, found)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    text = SHIPPED.replace("rate: 50%", "rate: 5%").replace("pays: 30万元", "pays: 3万元")
    text = text.replace('clause: "9"', 'clause: "19"').replace("hint: 该项目", "tip: 该项目")
    (tmp_path / "awards.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RuleErrors) as error:
        load_awards(tmp_path, POLICY)
    lines = str(error.value).splitlines()
    assert len(lines) == len(error.value.faults) == 4
    assert lines[0].endswith(
        "awards.yaml，open-call-research，amount.rate：写的是“5%”，条文是“50%”，"
        "与引文“不超过揭榜额50%”不一致。"
    )
    assert "tip" in lines[1]
    assert "3万元" in lines[2]
    assert "30万元" in lines[2]
    assert "没有这一条" in lines[3]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- id: [", "YAML 写法有误"),
        ("id: x", "应是一串奖励规则"),
        ("- 甲", "应写成“字段: 值”"),
        (SHIPPED + SHIPPED, "两条规则用了同一个 id"),
        (SHIPPED.replace("    rate: 50%", "    rate: 50%\n    rate: 60%"), "字段 rate 写了两次"),
        (SHIPPED.replace("kind: up_to", "kind: gift"), "应是其中之一"),
        (SHIPPED.replace("kind: fixed", "kind: up_to"), "引文没有说这是上限"),
        (SHIPPED.replace("id: benchmark-listing", "id: 推荐目录"), "小写英文"),
        (SHIPPED.replace("many: true", "many: 几个"), "true 或 false"),
        (SHIPPED.replace("quote: 予以扶持", "quote: ''"), "缺这个字段"),
        (SHIPPED.replace("quote: 上限1000万元", "quote: 给予投资额10%资助，上限"), "读不出金额"),
        (SHIPPED.replace("received: already_received", "received: had"), "inputs 里没有这个 id"),
        (SHIPPED.replace("    - value: 200万元\n", "    - value: 二百块\n"), "不一致"),
    ],
)
def test_faults(tmp_path: Path, text: str, words: str) -> None:
    found = faults_of(tmp_path, text)
    assert any(words in fault for fault in found), found
    assert all("\n" not in fault for fault in found)


def test_bytes_that_are_no_text_are_reported(tmp_path: Path) -> None:
    (tmp_path / "awards.yaml").write_bytes(b"\xff\xfe\x00")
    (fault,) = check_awards(tmp_path, POLICY)
    assert "读不出文件" in str(fault)


def test_a_policy_without_award_file_has_no_awards(tmp_path: Path) -> None:
    assert load_awards(tmp_path, POLICY) == ()


def test_a_quote_with_two_sums_is_too_long(tmp_path: Path) -> None:
    rule = next(rule for rule in entries() if rule["id"] == "service-robot-sales")
    quote = "单个产品销售达1000万元以上的，按销售额的3%给予补助，累计最高不超过200万元"
    (fault,) = faults_of(tmp_path, dumped([replaced(rule, ("thresholds", 0, "quote"), quote)]))
    assert "不止一个数" in fault


def test_every_field_is_documented() -> None:
    text = (POLICIES / "README.md").read_text(encoding="utf-8")
    for shape, (required, optional) in FIELDS.items():
        for name in (*required, *optional):
            assert f"`{name}`" in text, (shape, name)
    for kind in ("fixed", "rate", "tiers", "per_unit", "up_to", "support", "function"):
        assert f"| `{kind}` |" in text


def nodes(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every part of a rule, lists and mappings too."""
    if path:
        yield path
    if isinstance(part, (dict, list)):
        items = part.items() if isinstance(part, dict) else enumerate(part)
        for key, value in items:
            yield from nodes(value, (*path, key))


@pytest.mark.parametrize("odd", ["", "字", "-1", [], ["字"], {}, {"字": "字"}, [[]], None])
def test_no_odd_value_breaks_the_reader(tmp_path: Path, odd: object) -> None:
    for rule in entries():
        for path in nodes(rule):
            mutant = dumped([replaced(rule, path, odd)])
            assert all("\n" not in fault for fault in faults_of(tmp_path, mutant))
