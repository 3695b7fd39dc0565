"""Pipelines from record types of opportunities, their business processes and stages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from revops_iac.provider.lifting import NotLifted, Proposal, Raw, Unsayable, key_of
from revops_iac.provider.live_object import Definition
from revops_iac.provider.session import Session
from revops_salesforce.compiler.pipelines import FORECAST, OBJECT
from revops_salesforce.compiler.terms.names import SYSTEM

STAGES = "OpportunityStage"
WORDS = {vendor: word for word, vendor in FORECAST.items()}


def pipelines(session: Session[Any], raw: Raw) -> Iterator[Proposal | NotLifted]:
    """Proposals for the raw section; the stages of deals are read where it does not have them."""
    types = {name: inputs for name, inputs in raw.get("RecordType", {}).items() if inputs["object"] == OBJECT}
    if not types:
        return
    stages, keys = _stages(session, raw), set[str]()
    for name, inputs in types.items():
        try:
            entry = _pipeline(inputs, stages, raw)
        except Unsayable as error:
            yield NotLifted("pipelines", f"RecordType {name}", str(error))
            continue
        key = key_of(str(inputs["label"]), keys)
        keys.add(key)
        yield Proposal("pipelines", key, entry)


def _stages(session: Session[Any], raw: Raw) -> dict[str, Definition]:
    """The stages of deals by name, in their order."""
    live = session.find(session.system.kinds["StandardValueSet"], STAGES)
    values = (live.definition if live else raw.get("StandardValueSet", {}).get(STAGES, {})).get("values") or ()
    return {str(value["name"]): value for value in values}


def _pipeline(inputs: Definition, stages: dict[str, Definition], raw: Raw) -> Definition:
    process_name = f"{OBJECT}.{inputs.get('business_process')}"
    process = raw.get("BusinessProcess", {}).get(process_name)
    if process is None:
        raise Unsayable(f'its business process "{inputs.get("business_process")}" is not declared: adopt it first')
    users = [one for one, other in raw["RecordType"].items() if other.get("business_process") == process["name"]]
    if len(users) > 1:
        raise Unsayable(f"{', '.join(users)} share its business process")
    if not inputs.get("active", True):
        raise Unsayable("it is not active")
    made: dict[str, Definition] = {}
    for value in [one for one in stages if one in process["values"]]:
        made[key_of(str(stages[value].get("label") or value), made)] = _stage(value, stages[value])
    record_type = {"process": process["name"], "process_description": process.get("description")}
    own = {key: value for key, value in record_type.items() if value is not None}
    return {
        "label": inputs["label"],
        "vendor_name": {SYSTEM: inputs["name"]},
        "record_type": {**own, "path": False, "access": False},
        "stages": made,
    }


def _stage(name: str, value: Definition) -> Definition:
    if value.get("forecast_category") not in WORDS:
        raise Unsayable(f'stage "{name}" has the forecast category {value.get("forecast_category")}')
    ends = ("won" if value.get("won") else "lost") if value.get("closed") else None
    label = str(value.get("label") or name)
    return {
        "label": label,
        "probability": float(value.get("probability") or 0) / 100,
        "forecast": WORDS[value["forecast_category"]],
        **({"closed": ends} if ends else {}),
        **({"vendor_name": {SYSTEM: name}} if name != label else {}),
    }
