"""The calculator as LangChain tools."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from langchain_core.messages import ToolMessage

from assistant.calculator import Calculation
from assistant.tools import award_tools
from corpus.library import POLICIES, load_policy
from corpus.rules import load_awards

RULES = load_awards(POLICIES / "minhang-robot", load_policy(POLICIES / "minhang-robot"))
TOOLS = {tool.name: tool for tool in award_tools(RULES)}


def called(name: str, **arguments: Any) -> ToolMessage:
    """Call a tool as an agent does."""
    message = TOOLS[name].invoke({"name": name, "args": arguments, "id": "1", "type": "tool_call"})
    assert isinstance(message, ToolMessage)
    return message


def test_a_tool_for_every_award() -> None:
    assert len(TOOLS) == len(RULES)
    assert all(tool.description and tool.args_schema for tool in TOOLS.values())


def test_arguments_come_from_the_rule() -> None:
    arguments = TOOLS["calculate_service_robot_sales"].args
    assert arguments["product_sales"]["type"] == "array"
    assert "单个产品销售额" in arguments["product_sales"]["description"]
    assert {"already_received", "unrelated"} < set(arguments)
    assert list(TOOLS["calculate_smart_factory"].args) == ["robot_density", "city_level"]


@pytest.mark.parametrize("sales", [["2000万元"], [20_000_000], ["两千万"], ["20,000,000"]])
def test_a_call_gives_words_and_the_calculation(sales: list[object]) -> None:
    message = called("calculate_service_robot_sales", product_sales=sales)
    assert isinstance(message.artifact, Calculation)
    assert message.artifact.amount == Decimal(600_000)
    assert "2000万元 × 3% = 60万元（“按销售额的3%给予补助”）" in message.content


def test_a_ceiling_is_worded_as_one() -> None:
    assert "不超过 150万元，这是上限" in called("calculate_smart_factory").content


def test_an_unmet_condition_is_said() -> None:
    message = called("calculate_chain_leader_investment", investment="3000万", newly_settled=False)
    assert "不符合条件：新落户闵行" in message.content
    assert message.artifact.amount == 0


def test_an_award_without_amount_says_so() -> None:
    message = called("calculate_exchange_support")
    assert "条文没有写金额" in message.content
    assert message.artifact.amount is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"product_sales": ["-5万"]}, "不小于 0"),
        ({"product_sales": ["50万亿"]}, "核对单位"),
        ({"product_sales": ["很多"]}, "读不出单个产品销售额"),
        ({"product_sales": []}, "至少填一个"),
        ({}, "必须填写"),
        ({"product_sales": ["1500万"], "region": "闵行"}, "没有这个参数"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments: dict[str, Any], words: str) -> None:
    message = called("calculate_service_robot_sales", **arguments)
    assert message.status == "error"
    assert message.artifact is None
    assert "无法计算" in message.content
    assert words in message.content
