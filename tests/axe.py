"""What axe-core, the accessibility checker, finds on a page open in the test browser.

The script comes inside the pinned test package axe-playwright-python; nothing is downloaded.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

_GRAVE = ("serious", "critical")


def axe_script() -> str:
    """Return the text of axe.min.js; fail the test with the next step when it is missing."""
    package = find_spec("axe_playwright_python")
    folder = Path(package.origin).parent if package and package.origin else Path()
    file = folder / "axe.min.js"
    if not package or not file.is_file():
        pytest.fail("axe.min.js is missing: run make install, which brings axe-playwright-python")
    return file.read_text(encoding="utf-8")


def grave_violations(page: Page) -> list[str]:
    """Return the serious and critical violations of WCAG on the page, one line each."""
    page.evaluate(axe_script())
    found: dict[str, Any] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations'], runOnly: {type: 'tag', values: "
        "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}})"
    )
    return [
        f"{fault['impact']} {fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in found["violations"]
        if fault["impact"] in _GRAVE
        for node in fault["nodes"]
    ]
