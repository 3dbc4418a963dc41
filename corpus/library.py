"""Policy folders → Library: every policy that can be used, and every fault of those that can't."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from corpus.policy import Clause, Policy, PolicyInfo
from corpus.reader import PolicyError, read_policy, read_text
from corpus.rules import RuleErrors, load_awards

if TYPE_CHECKING:
    from corpus.award import AwardRule

POLICIES = Path(__file__).parent / "policies"
_REQUIRED = ("title", "issuer", "kind", "source", "in_force")
_OPTIONAL: dict[str, Any] = {"short_title": "", "region": "", "aliases": ()}
_DATES = ("effective", "expires")


@dataclass(frozen=True, slots=True)
class Library:
    """The policies at hand; `faults` are one line each, for folders that had to be left out."""

    policies: tuple[Policy, ...]
    awards: tuple[AwardRule, ...] = ()
    faults: tuple[str, ...] = ()

    def policy(self, policy_id: str) -> Policy | None:
        """Return the policy with this id, or None."""
        return next((policy for policy in self.policies if policy.id == policy_id), None)

    def clause(self, policy_id: str, label: str) -> Clause | None:
        """Return one clause, or None."""
        policy = self.policy(policy_id)
        return policy.clause(label) if policy else None

    def awards_of(self, policy_id: str, label: str) -> tuple[AwardRule, ...]:
        """Return the award rules of one clause, in the order of the file."""
        return tuple(
            rule for rule in self.awards if rule.policy == policy_id and rule.clause == label
        )

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Return the clauses of all policies, in order."""
        return tuple(clause for policy in self.policies for clause in policy.clauses)

    @property
    def fingerprint(self) -> str:
        """Return a hash that changes when any policy's text or description does."""
        digest = hashlib.sha256()
        for policy in self.policies:
            for part in (policy.id, repr(policy.info), policy.text):
                digest.update(part.encode() + b"\0")
        return digest.hexdigest()


def load_library(folder: Path | None = None) -> Library:
    """Load every policy folder below `folder` (default: the shipped policies).

    A folder that can't be used is left out and named in `faults`; raises PolicyError when none
    can be used.
    """
    folder = folder or POLICIES
    policies: list[Policy] = []
    awards: list[AwardRule] = []
    faults: list[str] = []
    for path in policy_folders(folder):
        try:
            policy = load_policy(path)
            policies.append(policy)
            awards += load_awards(path, policy)
        except PolicyError as error:
            faults.append(str(error))
        except RuleErrors as error:
            faults += [str(fault) for fault in error.faults]
    if not policies:
        raise PolicyError(f"没有可用的政策：{' '.join(faults)}")
    return Library(tuple(policies), tuple(awards), tuple(faults))


def policy_folders(folder: Path) -> tuple[Path, ...]:
    """Return the policy folders below `folder`, by name; raises PolicyError if there are none."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError as error:
        raise PolicyError(
            f"找不到政策文件夹“{folder}”，或无法读取它。请检查路径和权限。"
        ) from error
    found = tuple(path for path in paths if not path.name.startswith((".", "__")))
    if not found:
        raise PolicyError(f"“{folder}”里没有政策文件夹。请为每份政策建一个文件夹。")
    return found


def load_policy(folder: Path) -> Policy:
    """Load one policy folder (`policy.txt`, `policy.yaml`); raises PolicyError."""
    info = _read_info(folder / "policy.yaml")
    policy = read_policy(folder.name, read_text(folder / "policy.txt"), info)
    if not policy.clauses:
        raise PolicyError(f"“{folder / 'policy.txt'}”里没有读到条款。请检查是否为政策全文。")
    return policy


def _read_info(path: Path) -> PolicyInfo:
    values = _read_mapping(path)
    known = {field.name for field in fields(PolicyInfo)}
    if unknown := sorted(map(str, values.keys() - known)):
        raise PolicyError(
            f"“{path}”有未知字段 {'、'.join(unknown)}。可用字段：{'、'.join(sorted(known))}。"
        )
    if missing := [name for name in _REQUIRED if values.get(name) in (None, "")]:
        raise PolicyError(f"“{path}”缺少字段 {'、'.join(missing)}。请补充后再试。")
    if not isinstance(values["in_force"], bool):
        raise PolicyError(f"“{path}”的 in_force 是“{values['in_force']}”，应为 true 或 false。")
    merged = {name: values.get(name, default) for name, default in _OPTIONAL.items()} | {
        name: values[name] for name in _REQUIRED
    }
    aliases = merged["aliases"]
    if not isinstance(aliases, (list, tuple)) or not all(isinstance(name, str) for name in aliases):
        raise PolicyError(f"“{path}”的 aliases 应为文字列表。请写成 [别名一, 别名二]。")
    for name in known - {"aliases", "in_force", *_DATES}:
        if not isinstance(merged[name], str):
            raise PolicyError(f"“{path}”的 {name} 是“{merged[name]}”，应为文字。请加引号后再试。")
    short = merged["short_title"] or merged["title"]
    dates = _dates(path, values)
    return PolicyInfo(**merged | dates | {"aliases": tuple(aliases), "short_title": short})


def _dates(path: Path, values: dict[str, Any]) -> dict[str, date | None]:
    """Read the days from which and to which a policy applies; raises PolicyError."""
    dates = {name: _date(path, name, values.get(name)) for name in _DATES}
    first, last = dates["effective"], dates["expires"]
    if first and last and last < first:
        raise PolicyError(
            f"“{path}”的 expires 是 {last}，早于 effective 的 {first}。请核对这两个日期。"
        )
    return dates


def _date(path: Path, name: str, value: Any) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PolicyError(f"“{path}”的 {name} 是“{value}”，不是日期。请写成 2026-01-31 这样。")


def _read_mapping(path: Path) -> dict[str, Any]:
    text = read_text(path)
    try:
        values = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"第 {mark.line + 1} 行" if mark else ""
        raise PolicyError(f"“{path}”{place}不是有效的 YAML。请检查缩进、冒号和日期。") from error
    if not isinstance(values, dict):
        raise PolicyError(f"“{path}”应为“字段: 值”的形式。请参照已有政策的 policy.yaml。")
    return values
