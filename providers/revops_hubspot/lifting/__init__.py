"""HubSpot's raw resources in the model's words: pipelines of deals, scores, the lifecycle and known workflows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from revops_hubspot.compiler import compile_model
from revops_hubspot.compiler.automations import compile_automations
from revops_hubspot.compiler.terms.names import OBJECT_TYPES, OWN_PROPERTIES
from revops_hubspot.lifting.automations import readings
from revops_hubspot.lifting.lifecycle import lifecycles
from revops_hubspot.lifting.scoring import scorings
from revops_hubspot.lifting.terms import KEYS, Terms
from revops_hubspot.pipelines.inputs import DEFAULT_PIPELINES
from revops_iac.model import Model
from revops_iac.model.condition import FieldRef
from revops_iac.provider.lifting import FieldBinding, NotLifted, Proposal, key_of, with_proposals
from revops_iac.provider.lifting.automations import lifted_automations
from revops_iac.provider.live_object import Definition
from revops_iac.provider.session import Session

SYSTEM = "hubspot"
GUESSED = frozenset({"forecast", "closed"})
"""Of a stage HubSpot says only the chance to win."""


def lift(session: Session[Any], model: Model) -> Iterator[Proposal | NotLifted | FieldBinding]:
    """Proposals for the raw section, and the properties that may hold the fields that others name."""
    terms = Terms(session, model, model.raw(SYSTEM))
    found = [*scorings(terms), *lifecycles(terms), *_pipelines(model)]
    yield from found
    grown = with_proposals(model, [one for one in found if isinstance(one, Proposal)])
    yield from lifted_automations(terms, grown, "Workflow", (compile_automations, compile_model), readings)
    yield from _bindings(model)


def _bindings(model: Model) -> Iterator[FieldBinding]:
    """The declared properties under the keys that the other CRM's fields may have."""
    objects = {object_type: object_ for object_, object_type in OBJECT_TYPES.items()}
    for inputs in model.raw(SYSTEM).get("Property", {}).values():
        if inputs["object"] in objects:
            own = str(inputs["name"])
            yield FieldBinding(FieldRef(f"{objects[inputs['object']]}.{key_of(own)}"), own)
    for object_type, own in OWN_PROPERTIES:
        if object_type in objects:
            yield FieldBinding(FieldRef(f"{objects[object_type]}.{KEYS.get(own) or key_of(own)}"), own)


def _pipelines(model: Model) -> Iterator[Proposal | NotLifted]:
    keys: set[str] = set()
    for name, inputs in model.raw(SYSTEM).get("Pipeline", {}).items():
        if inputs["object"] != "deals":
            yield NotLifted("pipelines", f"Pipeline {name}", "the topic has pipelines of deals only")
        elif inputs["name"] in DEFAULT_PIPELINES and not inputs.get("adopt"):
            yield NotLifted("pipelines", f"Pipeline {name}", "HubSpot made it, and stages of others may be in it")
        else:
            key = key_of(str(inputs["label"]), keys)
            keys.add(key)
            yield Proposal("pipelines", key, _pipeline(inputs), guessed=GUESSED)


def _pipeline(inputs: Definition) -> Definition:
    stages: dict[str, Definition] = {}
    for stage in inputs["stages"]:
        stages[key_of(str(stage["label"]), stages)] = _stage(stage)
    adopts = {"adopt": True} if inputs.get("adopt") else {}
    return {"label": inputs["label"], "vendor_name": {SYSTEM: inputs["name"]}, **adopts, "stages": stages}


def _stage(stage: Definition) -> Definition:
    """A stage that is certain is closed; HubSpot says no more than the chance."""
    ends = {1: "won", 0: "lost"}.get(stage["probability"])
    closed = {"closed": ends, "forecast": "closed" if ends == "won" else "omitted"} if ends else {}
    return {
        "label": stage["label"],
        "probability": stage["probability"],
        **closed,
        "vendor_name": {SYSTEM: stage["id"]},
    }
