"""The policy page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

if TYPE_CHECKING:
    from assistant.web.chat import Assistant
    from assistant.web.frame import Frame


def routes(assistant: Assistant, frame: Frame) -> APIRouter:
    """Return the policy page over the assistant's library."""
    return APIRouter()
