"""The program's own lists, `assistant/data/`: what holds for support policies in general.

YAML is read with libyaml where PyYAML has it, an eighth of the time; the files of a policy are not,
because they come from outside and the slow reader bears every depth.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_data(name: str) -> Any:
    """Return what a YAML file of the data folder says."""
    text = (DATA / name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader
