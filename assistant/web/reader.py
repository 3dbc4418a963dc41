"""A policy's whole text for the chat page's side panel, clause by clause, to be marked there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.responses import HTMLResponse, PlainTextResponse

from assistant.web import texts
from assistant.web.frame import CONTENT_POLICY, fragment
from corpus.policy import SegmentKind

if TYPE_CHECKING:
    from starlette.responses import Response

    from assistant.web.marks import Shelf
    from corpus.policy import Policy

_SHOWN = {
    SegmentKind.TITLE: "title",
    SegmentKind.PREAMBLE: "preamble",
    SegmentKind.HEADING: "heading",
    SegmentKind.CLAUSE: "clause",
    SegmentKind.CLOSING: "closing",
}


def routes(shelf: Shelf) -> APIRouter:
    """Return the route that gives one policy's text as a piece of a page."""
    router = APIRouter()

    @router.get("/reader/{policy_id}", include_in_schema=False)
    def text(policy_id: str) -> Response:
        policy = next((policy for policy in shelf.policies if policy.id == policy_id), None)
        if policy is None:
            return PlainTextResponse(texts.NOT_OFFERED, status_code=404)
        html = fragment("reader.html", policy=policy, pieces=pieces(policy))
        headers = {"Content-Security-Policy": CONTENT_POLICY, "Cache-Control": "no-cache"}
        return HTMLResponse(html, headers=headers)

    return router


def pieces(policy: Policy) -> list[tuple[str, str, str]]:
    """Return the stretches of a policy's text: what it is, the clause's label, the words."""
    labels = {clause.start: clause.label for clause in policy.clauses}
    found = []
    for segment in policy.segments:
        words = policy.text[segment.start : segment.end]
        label = labels.get(segment.start, "")
        if segment.kind in _SHOWN and words.strip():
            kept = words if label else words.strip()
            found.append((_SHOWN[segment.kind], label, kept))
    return found
