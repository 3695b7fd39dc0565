"""Engagement: every signal adds its points when it happens.

These flows belong to no entry of the automation topic: they run where scoring runs, and are enabled together with the
lifecycle auto-update, which reads what they move. What happened before they run is never counted. The stored number is
brought down by its decay first, since the day of the last engagement, from which formulas decay it, moves to today.
"""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.model.condition import FieldRef
from revops_iac.model.scoring import Scoring
from revops_salesforce.compiler.automation.enrollment import go_live
from revops_salesforce.compiler.automation.repeated_signals import counted_moves, often
from revops_salesforce.compiler.terms.compilation import Compilation
from revops_salesforce.compiler.terms.conditions import Scope, number
from revops_salesforce.compiler.terms.flows import Criterion, Flow, Node, Ref, Value, holds, start_filters
from revops_salesforce.compiler.terms.names import SYSTEM, VENDOR_OBJECTS, title
from revops_salesforce.compiler.terms.scoring import by_entry, engagement_formula, runs_here

MEMBER = "CampaignMember"


def flows(compilation: Compilation) -> Iterator[tuple[str, str, Flow]]:
    """Key, object and flow for each signal that Salesforce can see, where any scoring runs on Salesforce."""
    for key in dict.fromkeys(key for entry in _here(compilation) for key in entry.engagement):
        source = next((one for entry in _here(compilation) if (one := _source(entry, key))), {})
        if status := source.get("campaign_status"):
            yield f"engagement_{key}", MEMBER, _on_membership(compilation, key, status)
        elif field := source.get("field"):
            for vendor_object in VENDOR_OBJECTS["contact"]:
                yield f"engagement_{key}", vendor_object, _on_change(compilation, key, FieldRef(field), vendor_object)


def _here(compilation: Compilation) -> list[Scoring]:
    scorings = compilation.model.scoring.values()
    return [entry for entry in scorings if runs_here(compilation.model, entry.runs_on)]


def _source(entry: Scoring, key: str) -> dict[str, str]:
    return entry.engagement[key].sources.get(SYSTEM, {}) if key in entry.engagement else {}


def _label(compilation: Compilation, key: str) -> str:
    labels = [entry.engagement[key].label for entry in _here(compilation) if key in entry.engagement]
    return f"Engagement: {labels[0] or title(key).replace('_', ' ')}"


def _on_membership(compilation: Compilation, key: str, status: str) -> Flow:
    """A member of a campaign comes to the status: its contact gets the points, or its lead while it is one."""
    flow = Flow(_label(compilation, key), f'Adds points when a campaign member becomes "{status}".')
    flow.start = {
        "object": MEMBER,
        "triggerType": "RecordAfterSave",
        "recordTriggerType": "CreateAndUpdate",
        "doesRequireRecordChangedToMeetCriteria": True,
        **start_filters(
            [
                Criterion("Status", "EqualTo", status),
                Criterion("LastModifiedDate", "GreaterThanOrEqualTo", go_live(compilation)),
            ]
        ),
        "connector": {"targetReference": "Whose_Is_It"},
    }
    for vendor_object in VENDOR_OBJECTS["contact"]:
        scope = Scope(compilation.model, vendor_object, f"{{{{!$Record.{vendor_object}.{{}}}}}}", True)
        values = _moved(compilation, flow, key, scope)
        flow.update_one(f"Count_{vendor_object}", vendor_object, Ref(f"$Record.{vendor_object}Id"), values)
    flow.decide("Whose_Is_It", [(f"Is_A_{name}", [_there(f"{name}Id")], f"Count_{name}") for name in PEOPLE], None)
    return flow


PEOPLE = ("Contact", "Lead")
"""A member that was converted names both: then the contact counts."""


def _there(field: str) -> Node:
    return {"leftValueReference": f"$Record.{field}", "operator": "IsNull", "rightValue": {"booleanValue": False}}


def _on_change(compilation: Compilation, key: str, field: FieldRef, vendor_object: str) -> Flow:
    """A counting field of the person went up; the flow runs before the save, so nothing is saved twice."""
    scope = compilation.saving(vendor_object).in_flow
    path = compilation.saving(vendor_object).path(field)
    flow = Flow(_label(compilation, key), f"Adds points when {path} goes up.")
    flow.start = {
        "object": vendor_object,
        "triggerType": "RecordBeforeSave",
        "recordTriggerType": "Update",
        **start_filters([Criterion(path, "IsNull", False)]),
        "connector": {"targetReference": "Did_It_Happen"},
    }
    happened = flow.formula("Went_Up", "Boolean", f"{{!$Record.{path}}}>BLANKVALUE({{!$Record__Prior.{path}}},0)")
    first: dict[str, Value] = {}
    if _is_counted(compilation, key):
        # The fields that say whether it counts are written here too, so the answer is kept first.
        first = {flow.variable("Is_Often", "Boolean"): often(compilation, flow, key, scope)}
        values = counted_moves(compilation, flow, key, scope, Ref("Is_Often"))
    else:
        values = _counted(compilation, flow, key, scope)
    flow.assign("Count", {**first, **{f"$Record.{name}": value for name, value in values.items()}}, None)
    flow.decide("Did_It_Happen", [("It_Happened", [holds(happened)], "Count")], None)
    return flow


def _counted(compilation: Compilation, flow: Flow, key: str, scope: Scope) -> dict[str, Value]:
    """The fields that a signal moves: the score within its limit, the moment, and high intent where it shows it."""
    model = compilation.model
    names = compilation.saving(scope.vendor_object)
    fields = _here(compilation)[0].fields
    points = by_entry(model, scope, lambda entry: _points(entry, key), "0")
    highest = by_entry(model, scope, lambda entry: number(entry.limits.engagement[1]))
    text = f"MIN({highest},{engagement_formula(model, scope)}+{points})"
    score = flow.formula(f"New_Score_Of_{scope.vendor_object}", "Number", text)
    values: dict[str, Value] = {names.path(FieldRef(fields.engagement)): score}
    if fields.last_engaged:
        is_day = names.type(FieldRef(fields.last_engaged)) == "date"
        moment = Ref("$Flow.CurrentDate" if is_day else "$Flow.CurrentDateTime")
        values[names.path(FieldRef(fields.last_engaged))] = moment
    if fields.high_intent and any(_is_high(entry, key) for entry in _here(compilation)):
        values[names.path(FieldRef(fields.high_intent))] = True
    return values


def _moved(compilation: Compilation, flow: Flow, key: str, scope: Scope) -> dict[str, Value]:
    """The same for a record that the flow updates: nothing is written before all of it was read."""
    if _is_counted(compilation, key):
        return counted_moves(compilation, flow, key, scope, often(compilation, flow, key, scope))
    return _counted(compilation, flow, key, scope)


def _is_counted(compilation: Compilation, key: str) -> bool:
    """Whether a signal takes points or must happen several times, in any entry."""
    signals = [entry.engagement[key] for entry in compilation.model.scoring.values() if key in entry.engagement]
    return any(signal.points < 0 or signal.times for signal in signals)


def _points(entry: Scoring, key: str) -> str:
    return number(entry.engagement[key].points) if key in entry.engagement else "0"


def _is_high(entry: Scoring, key: str) -> bool:
    return key in entry.engagement and entry.engagement[key].high_intent
