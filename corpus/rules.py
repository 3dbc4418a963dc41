"""Award files: `awards.yaml` beside a policy, read into AwardRules and checked against the clauses.

Every number is read again from its quote, and every quote must stand in its clause. The fields are
described for the people who write them in `policies/README.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from corpus.faults import Fault, RuleErrors
from corpus.rule_entry import FIELDS, RuleReader
from corpus.rule_parts import read_rule

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.award import AwardRule
    from corpus.policy import Policy

__all__ = ["FIELDS", "Fault", "RuleErrors", "check_awards", "load_awards"]

FILE = "awards.yaml"


class _StrictLoader(yaml.BaseLoader):
    """Reads every scalar as the text it is written as, and refuses a key written twice."""


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    """Build a mapping whose keys are all different."""
    keys = [key.value for key, _ in node.value]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise yaml.constructor.ConstructorError(
            None, None, f"字段 {twice} 写了两次", node.start_mark
        )
    return loader.construct_mapping(node, deep=True)


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


def load_awards(folder: Path, policy: Policy) -> tuple[AwardRule, ...]:
    """Read a policy's award rules from its folder; raise RuleErrors with every fault found.

    A folder without `awards.yaml` has no awards.
    """
    rules, faults = _read(folder, policy)
    if faults:
        raise RuleErrors(faults)
    return rules


def check_awards(folder: Path, policy: Policy) -> tuple[Fault, ...]:
    """Return every fault of a policy's award file, none when it is sound."""
    return _read(folder, policy)[1]


def _read(folder: Path, policy: Policy) -> tuple[tuple[AwardRule, ...], tuple[Fault, ...]]:
    """Read the rules that can be read, and the faults of all."""
    path = folder / FILE
    name = f"{folder.name}/{FILE}"
    if not path.exists():
        return (), ()
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506
    except (OSError, UnicodeDecodeError) as error:
        return (), (Fault(name, "", "", "", "", f"读不出文件：{error}"),)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return (), (Fault(name, "", "", "", "", f"YAML 写法有误：{_first_lines(error)}"),)
    if not isinstance(entries, list):
        return (), (Fault(name, "", "", "", "", "文件应是一串奖励规则，每条以“- id:”开头。"),)
    faults: list[Fault] = []
    rules = [read_rule(RuleReader(name, entry, faults), policy, folder) for entry in entries]
    faults += _repeated(name, entries)
    read = tuple(rule for rule in rules if rule is not None)
    faults += _unshared(name, read, entries)
    return read, tuple(faults)


def _first_lines(error: Exception) -> str:
    """Say what YAML's parser minds, with line and column."""
    mark = getattr(error, "problem_mark", None)
    place = f"第 {mark.line + 1} 行第 {mark.column + 1} 列，" if mark else ""
    return place + str(getattr(error, "problem", None) or error)


def _repeated(name: str, entries: list[Any]) -> list[Fault]:
    """Report ids that two rules share."""
    ids = [entry.get("id") for entry in entries if isinstance(entry, dict) and "id" in entry]
    twice = sorted({str(item) for item in ids if ids.count(item) > 1})
    return [
        Fault(name, item, "id", item, "", "两条规则用了同一个 id，请改一个。") for item in twice
    ]


def _unshared(name: str, rules: tuple[AwardRule, ...], entries: list[Any]) -> list[Fault]:
    """Report a shared cap that names an award the file doesn't have."""
    known = {str(entry.get("id")) for entry in entries if isinstance(entry, dict)}
    return [
        Fault(name, rule.id, "caps.shared_with", other, "", "本文件没有这条规则。")
        for rule in rules
        for cap in rule.caps
        for other in cap.shared_with
        if other not in known or other == rule.id
    ]
