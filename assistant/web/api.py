"""The REST API: ask, search, calculate, and lists of what there is; the contract's JSON objects."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from assistant import door_wording as words
from assistant import offer
from assistant.door_requests import (
    Ask,
    Calculate,
    DoorError,
    ReadClause,
    Search,
)
from assistant.versions import release
from assistant.web import api_shapes as shapes
from assistant.web.doors import DoorRoute, address_of, client_of

if TYPE_CHECKING:
    from assistant.talks import Talks
    from assistant.web.visitors import Visitors

_NOTE = "X-Policy-Assistant-Note"
"""Percent-encoded: what was out of order while searching."""
_REFUSED: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": shapes.Refusal, "description": "用不了的请求，一行说明原因和下一步。"}
}


def routes(assistant: Any, talks: Talks, visitors: Visitors) -> APIRouter:
    """Return the routes of the REST API."""
    router = APIRouter(prefix="/api", route_class=DoorRoute, responses=_REFUSED, tags=["政策问答"])
    _asking(router, talks, visitors)
    _working(router, assistant, visitors)
    _listing(router, assistant)
    return router


def _asking(router: APIRouter, talks: Talks, visitors: Visitors) -> None:
    @router.post(
        "/ask", summary="提问", responses={200: {"model": shapes.Answer | list[shapes.Answer]}}
    )
    async def ask(asked: Ask, request: Request) -> JSONResponse:
        """回答一个问题（question，可带 earlier），得到一个对象；几轮问题（questions）得到数组。"""
        client, address = client_of(request), address_of(request)
        if asked.questions is not None:
            if asked.question is not None or asked.earlier:
                raise DoorError(words.ONE_OF, "questions")
            async with visitors.admitted(address, len(asked.questions)):
                turns = await asyncio.to_thread(talks.ask_all, client, asked.questions)
            return JSONResponse([turn.answer.to_json() for turn in turns])
        if asked.question is None:
            raise DoorError(words.ONE_OF, "question", "missing_field")
        async with visitors.admitted(address, talks.cost(client, asked.earlier)):
            turn = await asyncio.to_thread(talks.ask, client, asked.earlier, asked.question)
        return JSONResponse(turn.answer.to_json())


def _working(router: APIRouter, assistant: Any, visitors: Visitors) -> None:
    @router.post("/search", summary="检索条款", responses={200: {"model": list[shapes.Hit]}})
    async def search(wanted: Search, request: Request) -> JSONResponse:
        """按词语和意思找条款，最相关的在前。"""
        async with visitors.admitted(address_of(request)):
            hits, notes = await asyncio.to_thread(
                offer.found, wanted, assistant.library, assistant.retriever
            )
        return JSONResponse(hits, headers={_NOTE: quote(" ".join(notes))} if notes else None)

    @router.post(
        "/calculate",
        summary="测算一项奖励",
        responses={200: {"model": shapes.Calculation | shapes.Inverse}},
    )
    async def calculate(wanted: Calculate, request: Request) -> JSONResponse:
        """按条文测算（facts），或倒推要多少才能拿到某个金额（want）。"""
        async with visitors.admitted(address_of(request)):
            return JSONResponse(
                await asyncio.to_thread(offer.calculated, wanted, assistant.library)
            )


def _listing(router: APIRouter, assistant: Any) -> None:
    @router.get("/policies", summary="有哪些政策", responses={200: {"model": list[shapes.Policy]}})
    def policies() -> JSONResponse:
        """列出全部政策及其状态。"""
        return JSONResponse(offer.policies(assistant.library))

    @router.get("/awards", summary="有哪些奖励", responses={200: {"model": list[shapes.Award]}})
    def awards(policy: str | None = None) -> JSONResponse:
        """列出奖励：编号、条款、需要的数据、给多少、上限、条件。"""
        return JSONResponse(offer.awards(assistant.library, policy))

    @router.get("/clauses", summary="有哪些条款", responses={200: {"model": list[shapes.Clause]}})
    def clauses(policy: str | None = None) -> JSONResponse:
        """列出条款原文，逐字不改。"""
        return JSONResponse(offer.clauses(assistant.library, policy))

    @router.get(
        "/clauses/{policy}/{clause}",
        summary="读一条条款",
        responses={200: {"model": shapes.Clause}},
    )
    def clause(policy: str, clause: str) -> JSONResponse:
        """读一条条款的原文；编号如 5 或 第五条。"""
        wanted = ReadClause.model_construct(policy=policy, clause=clause)
        return JSONResponse(offer.clause(wanted, assistant.library))

    @router.get("/health", summary="服务是否正常", responses={200: {"model": shapes.Health}})
    def health() -> JSONResponse:
        """服务在运行时回答 ok，并给出版本和政策份数。"""
        policies = len(assistant.library.policies)
        return JSONResponse({"status": "ok", "version": release(), "policies": policies})
