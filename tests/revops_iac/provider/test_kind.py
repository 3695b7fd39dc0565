"""Typed inputs: what is managed, and definitions of earlier versions."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from revops_iac.provider.kind import Inputs


class Choice(BaseModel):
    label: str
    value: str = ""


class Rule(BaseModel):
    at_most: int


class Field(Inputs):
    name: str
    type: Literal["text", "number"]
    label: str | None = None
    choices: list[Choice] | None = None
    limits: dict[str, Choice | Rule] = {}


def test_what_is_not_set_is_not_managed_and_null_is() -> None:
    inputs = Field.load({"name": "tier", "type": "text", "label": None})
    assert inputs.managed() == {"name": "tier", "type": "text", "label": None}
    assert inputs.manages("label")
    assert not inputs.manages("choices")


def test_definition_that_is_refused_today_keeps_its_types() -> None:
    earlier = {
        "name": "tier",
        "type": "color",
        "gone": 1,
        "choices": [{"label": "A"}],
        "limits": {"a": {"at_most": 3}, "b": {"label": "B"}},
    }
    inputs = Field.load(earlier)
    assert inputs.choices is not None
    assert inputs.choices[0].value == ""
    assert isinstance(inputs.limits["a"], Rule)
    assert isinstance(inputs.limits["b"], Choice)
    assert inputs.managed() == {key: value for key, value in earlier.items() if key != "gone"}
