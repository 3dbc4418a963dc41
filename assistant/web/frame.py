"""The frame of the pages: one masthead for all, and a layout for those that are plain HTML.

Templates are Jinja2 with every value escaped. A plain page needs no script that is not a file of
ours, so its content policy allows none.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from assistant.web import texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.policy import Policy

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals["texts"] = texts


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the masthead leads to: its path, and its name there."""

    path: str
    label: str


PLACES = (
    Place("/", texts.CHAT_PAGE),
    Place("/calculator", texts.CALCULATOR_PAGE),
    Place("/policy", texts.POLICY_PAGE),
    Place("/desk", texts.DESK_PAGE),
    Place("/insight", texts.INSIGHT_PAGE),
)
"""The pages in the order of the masthead."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Draws the pages of a service over these policies."""

    policies: Sequence[Policy]

    def page(
        self, template: str, path: str, title: str, *, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """Return the page that `templates/<template>` draws inside the layout.

        `path` is the page's own path, marked in the masthead; `values` are escaped unless they
        are `Markup`.
        """
        html = _TEMPLATES.get_template(template).render(
            title=title,
            service_title=service_title(self.policies),
            masthead=Markup(masthead(self.policies, path)),  # noqa: S704 drawn by a template
            **values,
        )
        headers = {"Content-Security-Policy": CONTENT_POLICY, "Cache-Control": "no-store"}
        return HTMLResponse(html, status, headers)

    def notice(self, path: str, title: str, words: str, status: int) -> HTMLResponse:
        """Return a page that says one thing: not found, not allowed, something failed."""
        return self.page("notice.html", path, title, status=status, words=words)


def fragment(template: str, **values: Any) -> str:
    """Return a piece of a page that `templates/<template>` draws, every value escaped."""
    return _TEMPLATES.get_template(template).render(**values)


def service_title(policies: Sequence[Policy]) -> str:
    """Return the service's title: of the one policy, or of the service when there are several."""
    if len(policies) == 1:
        return f"{policies[0].info.short_title or policies[0].info.title} · {texts.SERVICE}"
    return texts.SERVICE


def masthead(policies: Sequence[Policy], current: str) -> str:
    """Return the HTML at the top of a page: where one is, titles, issuers, a notice for drafts."""
    infos = [policy.info for policy in policies]
    alone = len(infos) == 1
    drafts = [info for info in infos if not info.in_force]
    return _TEMPLATES.get_template("masthead.html").render(
        places=PLACES,
        current=current,
        heading=infos[0].title if alone else texts.SERVICE,
        below=infos[0].issuer if alone else "".join(f"《{info.title}》" for info in infos),
        kinds=list(dict.fromkeys(info.kind for info in drafts)),
        drafts=[] if alone else [info.title for info in drafts],
    )
