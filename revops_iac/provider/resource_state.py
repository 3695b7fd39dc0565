"""What Pulumi's state holds of a resource: its inputs, and what outputs add to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic

from revops_iac.provider.inputs import I
from revops_iac.provider.live_object import Definition

OUTPUT_KEYS = frozenset({"__provider", "adopted", "earlier", "earlier_unset", "resolved", "facts", "applied"})
"""What outputs hold beside the inputs. `adopted` is true of an object that was there before, and absent of one created
here. `earlier` is the original definition of an adopted object, `earlier_unset` names what that did not have: state
drops nulls. `applied` holds those values of the last `pulumi up` that a refresh found changed in the account."""
KEPT_OUTPUTS = ("adopted", "earlier", "earlier_unset")


@dataclass(frozen=True)
class State(Generic[I]):
    """What Pulumi's state holds of a resource that goes.

    `original` is what an adopted object was before, cut to the inputs: null for what was not set. It is empty where the
    object was created here. `read_inputs` gives the inputs, which few ask for.
    """

    read_inputs: Callable[[], I]
    original: Definition = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def inputs(self) -> I:
        """The typed inputs."""
        return self.read_inputs()


def read_state(outputs: Mapping[str, Any], parse: Callable[[Definition], I]) -> State[I]:
    """The state in the outputs of a resource; `parse` makes typed inputs of a definition."""
    earlier, unset = outputs.get("earlier") or {}, outputs.get("earlier_unset") or ()
    original = {**whole_numbers(earlier), **dict.fromkeys(unset)}
    return State(lambda: parse(inputs_of(outputs)), original, whole_numbers(outputs.get("facts") or {}))


def inputs_of(props: Mapping[str, Any]) -> Definition:
    """The inputs among a resource's properties: without the SDK's own and without what outputs add."""
    return {key: whole_numbers(value) for key, value in props.items() if key not in OUTPUT_KEYS}


def applied_of(outputs: Mapping[str, Any]) -> Definition:
    """The inputs as the last `pulumi up` left them, whatever a refresh found since."""
    return {**inputs_of(outputs), **inputs_of(outputs.get("applied") or {})}


def whole_numbers(value: Any) -> Any:
    """The value with whole floats as integers: on the wire between engine and provider every number is a float."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [whole_numbers(item) for item in value]
    if isinstance(value, dict):
        return {key: whole_numbers(item) for key, item in value.items()}
    return value
