"""The calculator as LangChain tools, one an award, for any agent: `calculate_award(rule)`."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from langchain_core.tools import BaseTool, ToolException, tool
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model

from assistant.calculation import Calculation, FactError
from assistant.calculator import calculate, read_value
from corpus.award import AwardRule, Input, Nature
from corpus.money import write_money

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_core.utils.pydantic import TypeBaseModel

_NATURES = {
    Nature.ENTITLEMENT: "按条文计算为 {amount}，不是承诺",
    Nature.CEILING: "不超过 {amount}，这是上限，不是应得数",
    Nature.UNSPECIFIED: "条文没有写金额",
}


def award_tools(rules: Iterable[AwardRule]) -> list[BaseTool]:
    """Return a calculating tool for each rule."""
    return [calculate_award(rule) for rule in rules]


def calculate_award(rule: AwardRule) -> BaseTool:
    """Return the tool that calculates one award; its arguments are the rule's inputs.

    The tool answers with words and a `Calculation` as artifact. Arguments out of range are refused
    with the reason as content and no artifact.
    """

    @tool(
        f"calculate_{rule.id.replace('-', '_')}",
        description=_description(rule),
        args_schema=_arguments(rule),
        response_format="content_and_artifact",
    )
    def award(**facts: Any) -> tuple[str, Calculation]:
        told = {name: value for name, value in facts.items() if value is not None}
        try:
            calculation = calculate(rule, told)
        except FactError as error:
            raise ToolException(str(error)) from error
        return _content(calculation), calculation

    award.handle_tool_error = True
    award.handle_validation_error = _refusal
    return award


def _description(rule: AwardRule) -> str:
    """Say what the tool calculates, for which clause."""
    kind = {Nature.CEILING: "上限", Nature.ENTITLEMENT: "金额", Nature.UNSPECIFIED: "说明"}
    return f"计算“{rule.title}”（政策 {rule.policy} 第 {rule.clause} 条）的{kind[rule.nature]}。"


def _arguments(rule: AwardRule) -> TypeBaseModel:
    """Build the arguments' schema: the rule's inputs, then its conditions as yes or no."""
    fields: dict[str, Any] = {item.id: _argument(item) for item in rule.inputs}
    for condition in rule.conditions:
        text = f"是否符合：{condition.text}；不知道就不填"
        fields[condition.id] = (bool | None, Field(default=None, description=text))
    name = "".join(part.title() for part in rule.id.split("-")) + "Arguments"
    config = ConfigDict(extra="forbid")
    model: type[BaseModel] = create_model(name, __config__=config, **fields)
    return model


def _argument(item: Input) -> tuple[Any, Any]:
    """Return one argument's type and description."""
    written = {"元": "金额，如“1500万元”，或以元为单位的数", "%": "比例，如“3%”"}
    form = written.get(item.unit, f"数量，单位为{item.unit}")
    hint = f"（{item.hint}）" if item.hint else ""
    number: Any = Annotated[
        Decimal,
        BeforeValidator(partial(_read, item), json_schema_input_type=str),
    ]
    described = Field(description=f"{item.label}：{form}{hint}")
    if item.many:
        number, described = list[number], Field(min_length=1, description=described.description)
    if item.optional:
        number, described = number | None, Field(default=None, description=described.description)
    return number, described


def _read(item: Input, value: object) -> Decimal:
    """Read one argument, refusing what can't be read or is out of range."""
    return read_value(item, str(value))


def _refusal(error: ValidationError | Any) -> str:
    """Say in one line which arguments are refused and why."""
    reasons = []
    for fault in error.errors():
        name = ".".join(str(part) for part in fault["loc"])
        cause = fault.get("ctx", {}).get("error")
        kind = {"missing": "必须填写", "extra_forbidden": "没有这个参数", "too_short": "至少填一个"}
        reasons.append(f"{name}：{cause or kind.get(fault['type'], '应是可以读出的值')}")
    return "无法计算。" + "；".join(reasons)


def _content(calculation: Calculation) -> str:
    """Put a calculation into words: the amount, the steps, what doesn't hold, what is open."""
    lines = [f"{calculation.title}："]
    if calculation.amount is None and calculation.missing:
        lines += [f"还缺：{item.label}。{item.ask}" for item in calculation.missing]
    elif calculation.unmet and not calculation.amount:
        lines.append("0元，未达到条件")
    else:
        shown = "" if calculation.amount is None else write_money(calculation.amount)
        lines.append(_NATURES[calculation.nature].format(amount=shown))
    lines += [f"{step.text}（“{step.quote}”）" for step in calculation.steps]
    lines += [f"{unmet.reason}（“{unmet.quote}”）" for unmet in calculation.unmet]
    lines += [f"须确认：{condition.text}" for condition in calculation.conditions]
    flags = (calculation.staged, calculation.reviewed, calculation.one_off)
    lines += [f"条文写明：{flag}" for flag in flags if flag]
    return "\n".join(lines)
