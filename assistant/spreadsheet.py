"""Rows → CSV that a spreadsheet opens as text: UTF-8 with mark, and no cell that is a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters that Excel, LibreOffice or WPS may read as a formula (OWASP, CSV injection)."""
_MARK = "\ufeff"


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return the rows below their column names as CSV (RFC 4180)."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return _MARK + target.getvalue()


def _cell(value: object) -> str:
    """Return a value as text; an apostrophe keeps what looks like a formula from being one.

    Line breaks inside are kept: CSV quotes them.
    """
    text = "" if value is None else str(value)
    number = isinstance(value, (int, float))
    return text if number or not text.lstrip(" ").startswith(_STARTS_FORMULA) else f"'{text}"
