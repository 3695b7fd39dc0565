"""What a model compiles to as the raw section of another one, and what that is lifted to, compiled again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from revops_iac.compile import validated
from revops_iac.config.settings import read_settings
from revops_iac.model import Model
from revops_iac.provider.lifting import NotLifted, Proposal, joined
from revops_iac.provider.session import Session
from revops_iac.systems import system_named

Compiled = dict[tuple[str, str], dict[str, Any]]
"""Inputs by kind and vendor name."""


def compiled(system: str, plain: Mapping[str, Any]) -> Compiled:
    """The inputs that a model becomes on one system."""
    crm, found = system_named(system), Compiled()
    for one in crm.compile(Model.model_validate(plain), read_settings(lambda key: None, "test")):
        kind = crm.kinds[one.kind]
        inputs = validated(kind, one.inputs)
        found[one.kind, kind.vendor_name(kind.parse(inputs))] = inputs
    return found


def adopted(system: str, plain: Mapping[str, Any], *kinds: str) -> dict[str, Any]:
    """A model that knows nothing but its company, with what the other one compiles to in its raw section."""
    raw: dict[str, Any] = {}
    for (kind, name), inputs in compiled(system, plain).items():
        if not kinds or kind in kinds:
            raw.setdefault(kind, {})[name] = inputs
    return {"context": {"systems": {"managed": [system], "source_of_truth": system}}, "raw_sections": {system: raw}}


def lifted(
    plain: Mapping[str, Any], session: Session[Any], lift: Callable[[Session[Any], Model], Iterable[Any]]
) -> tuple[dict[str, Any], list[NotLifted]]:
    """The model with all that is proposed for its raw section, which goes; and what stays."""
    made, stays = {"context": plain["context"]}, []
    for one in lift(session, Model.model_validate(plain)):
        if isinstance(one, Proposal):
            made = joined(made, one.whole)
        elif isinstance(one, NotLifted):
            stays.append(one)
    return made, stays
