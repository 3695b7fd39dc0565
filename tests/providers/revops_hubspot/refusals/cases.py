"""For each refusal of the simulated portal: a write that provokes it, and what the preview says of the same inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Made = tuple[str, Json]


@dataclass(frozen=True)
class Case:
    """`inputs` of `kind` provoke `refusal` (as in `collected`), after `there` was created; `said` is in the preview.

    `raw`, where a kind cannot even form the request: method, API area, path below it, body. `also` are further
    resources of the program.
    """

    refusal: str
    kind: str
    inputs: Json
    said: str
    there: Sequence[Made] = ()
    seed: Mapping[str, Any] = field(default_factory=dict)
    switch: tuple[str, Any] | None = None
    raw: tuple[str, str, str, Any] | None = None
    also: Sequence[Made] = ()


GROUP = "contactinformation"
TEXT: Json = {
    "object": "contacts",
    "name": "x",
    "label": "X",
    "type": "string",
    "field_type": "text",
    "group_name": GROUP,
}
NUMBER: Json = {**TEXT, "type": "number", "field_type": "number"}
CHOICE: Json = {**TEXT, "type": "enumeration", "field_type": "select"}
BOOL: Json = {**TEXT, "type": "bool", "field_type": "booleancheckbox"}
FORMULA: Json = {**NUMBER, "field_type": "calculation_equation"}
A, B = {"label": "A", "value": "a"}, {"label": "B", "value": "b"}
PICKER = {**CHOICE, "external_options": True, "referenced_object_type": "OWNER"}


def _property(refusal: str, inputs: Json, said: str, **more: Any) -> Case:
    return Case(f"property_rules: {refusal}", "Property", inputs, said, **more)


def _many(count: int, **more: Any) -> list[Made]:
    return [("Property", {**TEXT, "name": f"x_{at}", **more}) for at in range(count)]


PROPERTIES = [
    _property(
        'A bool property must have exactly two options, "true" and "false"',
        {**BOOL, "options": [A, B]},
        'a bool has the values "true" and "false"',
    ),
    _property(
        "A property with externalOptions must have a referencedObjectType",
        {**CHOICE, "external_options": True},
        "external_options needs referenced_object_type: OWNER",
    ),
    _property(
        "A property with fieldType calculation_equation must have a calculationFormula",
        FORMULA,
        "so it needs a calculation_formula",
    ),
    _property(
        "An option must be an object",
        {**CHOICE, "options": ["a"]},
        "options.0",
        raw=(
            "POST",
            "properties",
            "/contacts",
            {
                "name": "x",
                "label": "X",
                "type": "enumeration",
                "fieldType": "select",
                "groupName": GROUP,
                "options": ["a"],
            },
        ),
    ),
    _property(
        "An owner property must be an enumeration, select or radio, without options",
        {**PICKER, "field_type": "checkbox"},
        "field_type select or radio",
    ),
    _property(
        'Field type "{}" is invalid for property type "{}": it must be one of {}',
        {**TEXT, "field_type": "checkbox"},
        "for type string it must be one of",
    ),
    _property(
        "Only properties that show a currency symbol can specify a currency property",
        {**NUMBER, "currency_property_name": "deal_currency_code"},
        "needs show_currency_symbol: true",
    ),
    _property(
        'Options are only allowed on enumeration and bool, not on "{}"',
        {**TEXT, "options": [A]},
        "of type string has none",
    ),
    _property('Property group "{}" does not exist', {**TEXT, "group_name": "nope"}, 'no property group "nope"'),
    _property(
        'Property name "{}" is invalid: it must start with a letter and contain only lowercase letters, numbers and '
        "underscores, at most 100 characters",
        {**TEXT, "name": "X-1"},
        "its name must be one that starts with a small letter",
    ),
    _property(
        'Property options must have unique {}s: "{}" is there twice', {**CHOICE, "options": [A, A]}, "is there twice"
    ),
    _property('Property type "{}" is invalid: it must be one of {}', {**TEXT, "type": "json"}, "type"),
    _property(
        'Property type cannot be changed from "{}" to "{}"',
        NUMBER,
        "type cannot change after creation",
        there=[("Property", TEXT)],
        raw=("PATCH", "properties", "/contacts/x", {"type": "number", "fieldType": "number"}),
    ),
    _property("Property {} does not exist", {**FORMULA, "calculation_formula": "nope"}, 'there is no property "nope"'),
    _property(
        'The calculation formula gives a {}, the property is a "{}"',
        {**FORMULA, "calculation_formula": "'a'"},
        "it gives a text, the property is of type number",
    ),
    _property(
        "The calculation formula is invalid: {}",
        {**FORMULA, "calculation_formula": "1 +"},
        "the formula ends too early",
    ),
    _property(
        "The calculation formula refers to its own property",
        {**FORMULA, "calculation_formula": "x + 1"},
        "reads itself",
        there=[("Property", {**FORMULA, "calculation_formula": "1"})],
    ),
    _property(
        "displayOrder was {}; it must be -1 or more", {**TEXT, "display_order": -2}, "greater than or equal to -1"
    ),
    _property(
        'referencedObjectType "{}" is not supported: it must be OWNER',
        {**PICKER, "referenced_object_type": "DEAL"},
        "referenced_object_type",
    ),
    _property(
        "referencedObjectType needs externalOptions true",
        {**CHOICE, "referenced_object_type": "OWNER"},
        "needs external_options: true",
    ),
    _property(
        '{} "{}" is invalid: it must be one of {}', {**NUMBER, "number_display_hint": "loud"}, "number_display_hint"
    ),
    Case(
        'properties: A property named "{}" already exists.',
        "Property",
        {**TEXT, "label": "Mine"},
        "exists with another definition",
        there=[("Property", TEXT)],
        raw=(
            "POST",
            "properties",
            "/contacts",
            {"name": "x", "label": "X", "type": "string", "fieldType": "text", "groupName": GROUP},
        ),
    ),
    Case(
        'properties: A property group named "{}" already exists.',
        "PropertyGroup",
        {"object": "contacts", "name": GROUP, "label": "Mine"},
        "exists with another definition",
        raw=("POST", "properties", "/contacts/groups", {"name": GROUP, "label": "Mine"}),
    ),
    Case(
        'properties: Property "{}" is defined by HubSpot: options is read-only',
        "PropertyOptions",
        {"object": "contacts", "name": "lifecyclestage", "options": [A]},
        "does not let these options change",
        raw=("PATCH", "properties", "/contacts/lifecyclestage", {"options": [{**A, "displayOrder": 0}]}),
    ),
    Case(
        'properties: Property "{}" is defined by HubSpot: {} is read-only',
        "Property",
        {**CHOICE, "name": "hs_language", "label": "Tongue", "adopt": True},
        "HubSpot's own, and its label",
        raw=("PATCH", "properties", "/contacts/hs_language", {"label": "Tongue"}),
    ),
    Case(
        "properties: The limit of {} custom properties for this object is reached",
        "Property",
        {**TEXT, "name": "one_more"},
        "allows 10 custom properties of contacts, 10 are there and 1 are new",
        there=_many(10),
        seed={"account": {"tier": "free"}},
    ),
    Case(
        "properties: The limit of {} unique properties for this object is reached",
        "Property",
        {**TEXT, "name": "one_more", "has_unique_value": True},
        "allows 10 properties of contacts with unique values, 10 are there and 1 are new",
        there=_many(10, has_unique_value=True),
    ),
    Case(
        "properties: Missing required scope for: sensitive-data-property-create",
        "Property",
        {**TEXT, "data_sensitivity": "sensitive"},
        "sensitive data is not read, so the property would not be found again",
    ),
    Case(
        "object_types: unknown_object_type", "Property", {**TEXT, "object": "machines"}, 'there is no object "machines"'
    ),
]
VALIDATION: Json = {"object": "contacts", "property": "firstname", "rule_type": "MAX_LENGTH", "arguments": ["5"]}
VALIDATIONS = [
    Case(
        "property_validations: Rule arguments {} are invalid for rule type {}",
        "PropertyValidation",
        {**VALIDATION, "arguments": ["many"]},
        "arguments of MAX_LENGTH must be",
    ),
    Case(
        'property_validations: Rule type {} cannot be set on property "{}" of type {} and field type {}',
        "PropertyValidation",
        {**VALIDATION, "rule_type": "MAX_NUMBER"},
        "MAX_NUMBER does not fit a property of type string",
    ),
    Case(
        "property_validations: unparsable_path", "PropertyValidation", {**VALIDATION, "rule_type": "MOST"}, "rule_type"
    ),
    Case(
        "properties: Property {} does not exist",
        "PropertyValidation",
        {**VALIDATION, "property": "nope"},
        'there is no property "nope"',
        raw=("PUT", "property_validations", "/0-1/nope/rule-type/MAX_LENGTH", {"ruleArguments": ["5"]}),
    ),
]


def _stage(identifier: str, **more: Any) -> Json:
    return {"id": identifier, "label": identifier.capitalize(), "probability": 0.5, **more}


PIPELINE: Json = {"object": "deals", "name": "p", "label": "P", "stages": [_stage("a"), _stage("b")]}
TICKETS: Json = {
    "object": "tickets",
    "name": "t",
    "label": "T",
    "stages": [
        {"id": "t_open", "label": "Open", "state": "OPEN"},
        {"id": "t_closed", "label": "Closed", "state": "CLOSED"},
    ],
}
OTHER: Json = {"object": "deals", "name": "q", "label": "Q", "stages": [_stage("q_a")]}


def _pipeline(refusal: str, inputs: Json, said: str, **more: Any) -> Case:
    return Case(f"pipelines: {refusal}", "Pipeline", inputs, said, **more)


PIPELINES = [
    _pipeline(
        "A pipeline can have at most {} stages",
        {**PIPELINE, "stages": [_stage(f"s{at}") for at in range(101)]},
        "101 are too many",
    ),
    _pipeline(
        "A pipeline must have at least one stage",
        {**PIPELINE, "stages": []},
        "stages",
        raw=("POST", "pipelines", "/deals", {"label": "P", "displayOrder": 0, "stages": []}),
    ),
    _pipeline(
        "A stage must be an object",
        {**PIPELINE, "stages": ["a"]},
        "stages",
        raw=("POST", "pipelines", "/deals", {"label": "P", "displayOrder": 0, "stages": ["a"]}),
    ),
    _pipeline(
        "A stage with label {} already exists in this pipeline",
        {**PIPELINE, "stages": [_stage("a"), _stage("b", label=" A")]},
        "is there twice",
    ),
    _pipeline(
        "A ticket pipeline must have at least one closed stage",
        {**TICKETS, "stages": TICKETS["stages"][:1]},
        "needs one stage with state: CLOSED",
    ),
    _pipeline(
        "An active pipeline with label {} already exists",
        {**PIPELINE, "label": "q"},
        'its label "q" is that of pipeline "q"',
        there=[("Pipeline", OTHER)],
    ),
    _pipeline(
        "Stage ID {} is already used in this pipeline",
        {**PIPELINE, "stages": [_stage("a"), _stage("a", label="B")]},
        "is there twice",
    ),
    _pipeline(
        "Stage ID {} is used by another pipeline",
        {**PIPELINE, "stages": [_stage("q_a")]},
        'the stage id "q_a" is used in pipeline "q"',
        there=[("Pipeline", OTHER)],
    ),
    _pipeline(
        "Stages are in use by {}: {}",
        {**PIPELINE, "stages": [_stage("a")]},
        'stage "b" would go, but 1 deals are in it',
        there=[("Pipeline", PIPELINE)],
        seed={"records": {"deals": [{"dealname": "D", "pipeline": "p", "dealstage": "b"}]}},
    ),
    _pipeline(
        "The lifecycle pipeline is managed by HubSpot and cannot be changed",
        {**TICKETS, "object": "contacts", "name": "x"},
        "contacts have one pipeline, that of their lifecycle",
    ),
    _pipeline(
        "The limit of {} custom pipelines of this account is reached",
        PIPELINE,
        "allows 1 pipelines of deals, 1 are there and 1 are new",
        seed={"account": {"tier": "free"}},
    ),
    _pipeline(
        "There's another pipeline on this account with pipelineId {}",
        {**PIPELINE, "name": "t"},
        'the id "t" is that of a pipeline of tickets',
        there=[("Pipeline", TICKETS)],
    ),
    _pipeline(
        "displayOrder was {}; it must be 0 or more",
        {**PIPELINE, "display_order": -1},
        "display_order",
        raw=("PATCH", "pipelines", "/deals/default/stages/appointmentscheduled", {"displayOrder": -1}),
    ),
    _pipeline("internal error", {**PIPELINE, "name": "p" * 37}, "name"),
    _pipeline(
        "_invalid_metadata",
        {**PIPELINE, "stages": [{"id": "a", "label": "A", "probability": 2.0}]},
        "probability",
    ),
]
RULES: Json = {"object": "deals", "pipeline": "default"}
PERMISSIONS: Json = {
    **RULES,
    "stages": [{"stage": "appointmentscheduled", "mode": "RESTRICTED", "users": [], "teams": []}],
}
NOBODY = {"stage": "appointmentscheduled", "approvers": ["nobody@northwind.example"]}
RULE_BODY = {
    "noBackwardsMovementRule": {"enabledForAllStages": False, "pipelineStageIds": []},
    "noSkippingStagesRule": {"enabledForAllStages": False, "pipelineStageIds": []},
    "objectCreationRule": {"pipelineStageIds": []},
}


def _rules(refusal: str, inputs: Json, said: str, **more: Any) -> Case:
    return Case(f"pipeline_rules: {refusal}", "PipelineRules", {**RULES, **inputs}, said, **more)


def _approval(**more: Any) -> tuple[str, str, str, Any]:
    one = {"pipelineStageId": "appointmentscheduled", "approverUserIds": [], "approvalMode": "ANY", **more}
    return (
        "PUT",
        "pipeline_rules",
        "/0-3/default",
        {"governanceValidationRules": RULE_BODY, "approvalStageRules": [one]},
    )


PIPELINE_RULES = [
    _rules(
        "Pipeline rules need Professional or higher; this account is {}",
        {"no_skipping": "all"},
        "Pipeline rules need Professional or higher",
        seed={"account": {"tier": "starter"}},
    ),
    _rules("Pipeline {} does not exist", {"pipeline": "nope", "no_skipping": "all"}, "there is no such pipeline"),
    _rules(
        "Stage approvals need Sales Hub Enterprise",
        {"approvals": [NOBODY]},
        "approvals of a stage need Sales Hub Enterprise",
        seed={"account": {"tier": "professional"}},
        raw=_approval(),
    ),
    _rules(
        "approvalMode must be ALL or ANY",
        {"approvals": [{**NOBODY, "mode": "SOME"}]},
        "mode",
        raw=_approval(approvalMode="SOME"),
    ),
    _rules("approverUserIds must name at least one user", {"approvals": [{**NOBODY, "approvers": []}]}, "approvers"),
    _rules("{}: {} does not exist", {"no_skipping": ["nope"]}, 'its pipeline has no stage "nope"'),
    _rules(
        "{}: {} does not exist",
        {"approvals": [NOBODY]},
        'names the user "nobody@northwind.example", which the account does not have',
        raw=_approval(approverUserIds=["999"]),
    ),
    _rules(
        "{}: pipelineStageIds must be empty when enabledForAllStages is true",
        {"no_skipping": {"all": True, "stages": ["appointmentscheduled"]}},
        "no_skipping",
        raw=(
            "PUT",
            "pipeline_rules",
            "/0-3/default",
            {
                "governanceValidationRules": {
                    **RULE_BODY,
                    "noSkippingStagesRule": {"enabledForAllStages": True, "pipelineStageIds": ["appointmentscheduled"]},
                }
            },
        ),
    ),
    Case(
        "pipeline_rules: permissionMode must be OPEN or RESTRICTED",
        "PipelineStagePermissions",
        {**PERMISSIONS, "stages": [{**PERMISSIONS["stages"][0], "mode": "SHUT"}]},
        "mode",
        raw=(
            "PUT",
            "pipeline_rules",
            "/0-3/default/stage-edit-permissions",
            {"stages": [{"pipelineStageId": "appointmentscheduled", "permissionMode": "SHUT"}]},
        ),
    ),
]
KNOWN = {
    "filterType": "PROPERTY",
    "property": "email",
    "operation": {"operationType": "ALL_PROPERTY", "operator": "IS_KNOWN"},
}


def _branch(*filters: Json, kind: str = "AND", inside: Sequence[Json] = (), **more: Any) -> Json:
    return {
        "filterBranchType": "OR",
        "filterBranches": [
            {"filterBranchType": kind, "filters": list(filters), "filterBranches": list(inside), **more}
        ],
    }


def _on(property_: str, **operation: Any) -> Json:
    return {"filterType": "PROPERTY", "property": property_, "operation": operation}


LIST: Json = {"object": "contacts", "name": "L", "processing_type": "DYNAMIC", "filter_branch": _branch(KNOWN)}
EVENT: Json = {
    "filterBranchType": "UNIFIED_EVENTS",
    "filterBranchOperator": "AND",
    "filters": [],
    "filterBranches": [],
    "eventTypeId": "4-1639801",
    "operator": "HAS_COMPLETED",
}
OF_COMPANY: Json = {
    "filterBranchType": "ASSOCIATION",
    "filterBranchOperator": "AND",
    "filters": [],
    "filterBranches": [],
    "objectTypeId": "0-2",
    "associationTypeId": 279,
    "associationCategory": "HUBSPOT_DEFINED",
    "operator": "IN_LIST",
}


def _filter(refusal: str, branch: Any, said: str, **more: Any) -> Case:
    return Case(f"filter_rules: {refusal}", "List", {**LIST, "filter_branch": branch}, said, **more)


FILTERS = [
    _filter(
        'a branch in an AND branch must be UNIFIED_EVENTS or ASSOCIATION, not "{}"',
        _branch(inside=[_branch(KNOWN)["filterBranches"][0]]),
        'a branch in an AND branch must be UNIFIED_EVENTS or ASSOCIATION, not "AND"',
    ),
    _filter(
        'a branch in the root must be AND, not "{}"', _branch(KNOWN, kind="OR"), "a branch in the root must be AND"
    ),
    _filter(
        "a branch must be an object", {"filterBranchType": "OR", "filterBranches": ["x"]}, "a branch must be a map"
    ),
    _filter("a filter must be an object", _branch("x"), "a filter must be a map"),  # type: ignore[arg-type]
    _filter(
        'filterBranchOperator of an {} branch must be "{}"',
        _branch(KNOWN, filterBranchOperator="OR"),
        'filterBranchOperator of an AND branch must be "AND"',
    ),
    _filter(
        "list {} does not exist",
        _branch({"filterType": "IN_LIST", "listId": "99", "operator": "IN_LIST"}),
        'there is no list with the id "99"',
    ),
    _filter(
        "operationType {} does not fit property {} of type {}",
        _branch(_on("email", operationType="NUMBER", operator="IS_EQUAL_TO", value=3)),
        'property "email" of contacts is a text',
    ),
    _filter(
        'operator "{}" of {} is invalid: it must be one of {}',
        _branch(_on("email", operationType="STRING", operator="IS_LOUD", value="x")),
        'operator "IS_LOUD" of STRING must be one of',
    ),
    _filter(
        "operator of a UNIFIED_EVENTS branch must be HAS_COMPLETED or HAS_NOT_COMPLETED",
        _branch(inside=[{**EVENT, "operator": "DID"}]),
        'operator "DID" of a UNIFIED_EVENTS branch must be one of',
    ),
    _filter(
        "operator of a {} filter must be one of {}",
        _branch({"filterType": "FORM_SUBMISSION", "formId": "f", "operator": "DID"}),
        'operator "DID" of a FORM_SUBMISSION filter must be one of',
    ),
    _filter(
        "operator of an ASSOCIATION branch must be IN_LIST or NOT_IN_LIST",
        _branch(inside=[{**OF_COMPANY, "operator": "DID"}]),
        'operator "DID" of a ASSOCIATION branch must be one of',
    ),
    _filter(
        "property {} does not exist",
        _branch(_on("nope", operationType="ALL_PROPERTY", operator="IS_KNOWN")),
        'property "nope" of contacts is neither declared nor in the account',
    ),
    _filter(
        "referenceType must be VALUE or UPDATED_AT",
        _branch(
            _on(
                "createdate",
                operationType="TIME_POINT",
                operator="IS_AFTER",
                type="TIME_POINT",
                timePoint={
                    "timeType": "PROPERTY_REFERENCED",
                    "zoneId": "UTC",
                    "property": "createdate",
                    "referenceType": "SOME",
                },
            )
        ),
        'referenceType is "SOME"',
    ),
    _filter(
        "the root must be an OR branch without filters, holding AND branches",
        {"filterBranchType": "OR", "filters": [KNOWN]},
        "the root must be an OR branch without filters",
    ),
    _filter(
        "timeUnit must be one of {}",
        _branch(_on("createdate", operationType="CALENDAR_DATE", operator="IN_THIS_TIME_UNIT", timeUnit="HOUR")),
        'timeUnit is "HOUR"',
    ),
]
LISTS = [
    Case(
        "lists: A DYNAMIC list must have a filterBranch",
        "List",
        {key: value for key, value in LIST.items() if key != "filter_branch"},
        "a DYNAMIC list needs filter",
    ),
    Case(
        "lists: A MANUAL list cannot have a filterBranch",
        "List",
        {**LIST, "processing_type": "MANUAL"},
        "a MANUAL list has no filter",
    ),
    Case("lists: A list must have a name", "List", {**LIST, "name": " "}, "name"),
    Case(
        "lists: Filters of a {} list cannot be updated",
        "List",
        {
            **LIST,
            "processing_type": "SNAPSHOT",
            "filter_branch": _branch(_on("email", operationType="ALL_PROPERTY", operator="IS_UNKNOWN")),
        },
        "filters of a SNAPSHOT list cannot change",
        there=[("List", {**LIST, "processing_type": "SNAPSHOT"})],
    ),
    Case(
        "lists: Invalid filter: a list cannot refer to itself",
        "List",
        {**LIST, "filter_branch": _branch({"filterType": "IN_LIST", "listId": {"list": "L"}, "operator": "IN_LIST"})},
        "it refers to itself through L",
        there=[("List", LIST)],
    ),
    Case(
        "lists: The following list names already exist: {}. List names must be unique.",
        "List",
        {**LIST, "name": "l"},
        'its name is that of list "L" but for its case',
        there=[("List", LIST)],
    ),
    Case("lists: processingType must be one of {}", "List", {**LIST, "processing_type": "SLOW"}, "processing_type"),
]


def _action(number: str = "1", type_id: str = "0-5", **more: Any) -> Json:
    fields = {"property_name": "message", "value": {"type": "STATIC_VALUE", "staticValue": "x"}}
    return {
        "type": "SINGLE_CONNECTION",
        "actionId": number,
        "actionTypeId": type_id,
        "actionTypeVersion": 0,
        "fields": fields,
        **more,
    }


FLOW: Json = {"object": "contacts", "name": "W", "actions": [_action()]}


def _flow(refusal: str, said: str, *actions: Any, **inputs: Any) -> Case:
    held = {"actions": list(actions)} if actions else {}
    return Case(refusal, "Workflow", {**FLOW, **held, **inputs}, said)


ROTATE = {"target_property": "hubspot_owner_id", "overwrite_current_owner": "false"}
FLOWS = [
    _flow(
        "flow_actions: action {} (Rotate record to owner) needs user_ids or team_ids",
        "a rotation needs user_ids or team_ids",
        _action(type_id="0-11", fields=ROTATE),
    ),
    _flow(
        "flow_actions: action {} (Rotate record to owner): no {} {}",
        'there is no user with the id "999"',
        _action(type_id="0-11", fields={**ROTATE, "user_ids": ["999"]}),
    ),
    _flow(
        "flow_actions: action {} ({}) needs the field {}",
        "action 0-3 needs the field subject",
        _action(type_id="0-3", fields={}),
    ),
    _flow(
        "flow_actions: action {} ({}): delta must be a number, time_unit one of {}",
        "delta must be a whole number",
        _action(type_id="0-1", fields={"delta": "x", "time_unit": "DAYS"}),
    ),
    _flow(
        "flow_actions: action {} leads to {}, which is not there",
        'action "1" leads to "7", which is not there',
        _action(connection={"edgeType": "STANDARD", "nextActionId": "7"}),
    ),
    _flow(
        "flow_actions: action {}: property {} does not exist",
        'property "nope" of contacts is neither declared nor in the account',
        _action(fields={"property_name": "nope", "value": {"type": "STATIC_VALUE", "staticValue": "x"}}),
    ),
    _flow("flow_actions: actionId {} is there twice", 'actionId "1" is there twice', _action(), _action()),
    _flow(
        "flow_actions: edgeType must be STANDARD or GOTO",
        "edgeType must be STANDARD or GOTO",
        _action(connection={"edgeType": "JUMP", "nextActionId": "1"}),
    ),
    _flow(
        "flow_actions: property {} does not exist",
        'property "nope" of contacts is neither declared nor in the account',
        _action(fields={"property_name": "message", "value": {"type": "OBJECT_PROPERTY", "propertyName": "nope"}}),
    ),
    _flow(
        "flow_actions: startActionId {} is not an action of the flow",
        'start_action_id "7" is not an action',
        start_action_id="7",
    ),
    _flow(
        "flow_actions: the type of a value must be one of {}",
        'type of the value is "LOUD"',
        _action(fields={"property_name": "message", "value": {"type": "LOUD"}}),
    ),
    _flow("flow_actions: the type of an action must be one of {}", 'type is "LEAP"', _action(type="LEAP")),
    _flow(
        "filter_rules: an event branch must be UNIFIED_EVENTS, without branches in it",
        "an event branch must be UNIFIED_EVENTS",
        enrollment_criteria={
            "type": "EVENT_BASED",
            "shouldReEnroll": False,
            "eventFilterBranches": [{**EVENT, "filterBranches": [EVENT]}],
        },
    ),
    _flow(
        "flows: Invalid flow: list {} does not exist", 'there is no list with the id "99"', suppression_list_ids=["99"]
    ),
    _flow(
        "flows: Invalid flow: the type of enrollmentCriteria must be one of {}",
        'enrollment_criteria: type is "LUCK"',
        enrollment_criteria={"type": "LUCK"},
    ),
    _flow(
        "flows: Invalid flow: the type of enrollmentSchedule must be one of {}",
        'enrollment_schedule: type is "NEVER"',
        enrollment_schedule={"type": "NEVER"},
    ),
    Case(
        "flows: Workflows need Professional or higher; this account is {}",
        "Workflow",
        FLOW,
        "Workflows need Professional or higher",
        seed={"account": {"tier": "starter"}},
        raw=(
            "POST",
            "flows",
            "",
            {"type": "CONTACT_FLOW", "isEnabled": False, "actions": [], "flowType": "WORKFLOW", "objectTypeId": "0-1"},
        ),
    ),
]
LABEL: Json = {
    "from_object": "contacts",
    "to_object": "companies",
    "name": "buyer",
    "label": "Buyer",
    "inverse_label": "Of",
}
LABELS = [
    Case(
        'association_labels: An association label "{}" already exists between these objects',
        "AssociationLabel",
        {**LABEL, "name": "other", "label": "buyer"},
        'its label is that of "contacts.companies.Buyer" but for its case',
        there=[("AssociationLabel", LABEL)],
    ),
    Case(
        'association_labels: An association named "{}" already exists',
        "AssociationLabel",
        {**LABEL, "label": "Second"},
        'its name "buyer" is that of "contacts.companies.Buyer" too',
        there=[("AssociationLabel", LABEL)],
        also=[("AssociationLabel", LABEL)],
    ),
    Case('association_labels: Association name "{}" is invalid', "AssociationLabel", {**LABEL, "name": "1 x"}, "name"),
    Case(
        "association_labels: The limit of {} association labels between these objects is reached",
        "AssociationLabel",
        LABEL,
        "with it there are 51 labels between contacts and companies, HubSpot takes 50",
        there=[
            ("AssociationLabel", {**LABEL, "name": f"n{at}", "label": f"L{at}", "inverse_label": f"I{at}"})
            for at in range(50)
        ],
    ),
    Case(
        "association_labels: maxToObjectIds was {}; it must be 1 or more",
        "AssociationLabel",
        {**LABEL, "max_to": 0},
        "max_to",
    ),
]
SCHEMA: Json = {
    "name": "machine",
    "labels": {"singular": "Machine", "plural": "Machines"},
    "primary_display_property": "serial",
    "properties": [{"name": "serial", "label": "Serial", "type": "string", "field_type": "text"}],
}
SCHEMAS = [
    Case(
        "schemas: A primary display property is required",
        "CustomObjectSchema",
        {key: value for key, value in SCHEMA.items() if key != "primary_display_property"},
        "primary_display_property",
    ),
    Case(
        "schemas: An object type with the name {} already exists",
        "CustomObjectSchema",
        {**SCHEMA, "name": "Machine"},
        'its name is that of object "machine" but for its case',
        there=[("CustomObjectSchema", SCHEMA)],
    ),
    Case(
        "schemas: At most {} secondary display properties are allowed",
        "CustomObjectSchema",
        {**SCHEMA, "secondary_display_properties": ["serial", "serial", "serial"]},
        "secondary_display_properties",
    ),
    Case(
        'schemas: Object type name "{}" is invalid: a letter, then letters, digits or _, up to 50',
        "CustomObjectSchema",
        {**SCHEMA, "name": "1x"},
        "name",
    ),
    Case(
        "schemas: Property {} does not exist on object type {}",
        "CustomObjectSchema",
        {**SCHEMA, "required_properties": ["nope"]},
        '"nope" is none of its properties',
    ),
    Case(
        "schemas: The limit of {} custom object types of this account is reached",
        "CustomObjectSchema",
        {**SCHEMA, "name": "one_more"},
        "allows 10 custom objects, 10 are there and 1 are new",
        there=[("CustomObjectSchema", {**SCHEMA, "name": f"o{at}"}) for at in range(10)],
    ),
    Case(
        "schemas: This account does not have access to custom objects",
        "CustomObjectSchema",
        SCHEMA,
        "custom objects need an Enterprise subscription",
        seed={"account": {"tier": "professional"}},
    ),
    Case(
        "schemas: allowsSensitiveProperties cannot be turned off",
        "CustomObjectSchema",
        {**SCHEMA, "allows_sensitive_properties": False},
        "allows_sensitive_properties cannot be turned off",
        there=[("CustomObjectSchema", {**SCHEMA, "allows_sensitive_properties": True})],
    ),
    Case(
        "schemas: missing_attributes",
        "CustomObjectSchema",
        {**SCHEMA, "labels": {"singular": "Machine"}},
        "labels",
    ),
]
CASES = [*PROPERTIES, *VALIDATIONS, *PIPELINES, *PIPELINE_RULES, *FILTERS, *LISTS, *FLOWS, *LABELS, *SCHEMAS]

READS = "the answer to a read, or to a change of something that is gone"
REMOVALS = "the answer to a removal, which counts what is at stake and keeps what is in use"
FORM = "about the form of a request, which the kinds build and nobody writes"
NO_SUCH_CALL = "the answer to a call that no kind makes"
UNMODELLED = "HubSpot has it, the simulator does not: a portal may accept it"
UNTOLD = "no read tells whether the portal has the feature switched on"
NOT_OURS: Mapping[str, str] = {
    "association_labels: Association type {} does not exist": READS,
    "association_labels: Association type {} has {} limit": FORM,
    "association_labels: Association type {} {} does not exist": FORM,
    "filter_rules: branches in an ASSOCIATION branch are not supported": UNMODELLED,
    "filter_rules: event type {} is not known": UNMODELLED,
    'filter_rules: filterType "{}" is not supported': UNMODELLED,
    "filter_rules: indexReference.referenceType must be NOW or TODAY; others are not supported": UNMODELLED,
    'filter_rules: operationType "{}" is not supported': UNMODELLED,
    'filter_rules: timeType "{}" is not supported': UNMODELLED,
    "flow_actions: actionTypeId {} is not known": UNMODELLED,
    "flows: Flow {} does not exist": READS,
    "flows: Flow {} is at revision {}, not {}": "the kind reads the flow before it writes, and stops itself",
    "flows: Invalid flow: a {} cannot have objectTypeId {}": FORM,
    "flows: Invalid flow: flowType must be WORKFLOW or ACTION_SET": FORM,
    "flows: Invalid flow: the simulator does not run {}, so it is not enabled": UNMODELLED,
    "flows: Invalid flow: the type of flow {} is {}": FORM,
    "flows: Invalid flow: {} cannot be changed": FORM,
    "flows: invalid_json": FORM,
    "flows: missing_attributes": FORM,
    "lists: List does not exist with ID {}.": READS,
    "lists: List does not exist with name {} and object type ID {}.": READS,
    "lists: List {} is used by {}": REMOVALS,
    "lists: Memberships of a DYNAMIC list cannot be changed": NO_SUCH_CALL,
    "lists: count was {}; it must be from 0 to {}": READS,
    "lists: missing_query": FORM,
    "lists: unparsable_path": FORM,
    "pipeline_rules: There are no rules for pipeline {}": READS,
    "pipelines: A pipeline cannot be archived by an update; delete it instead": FORM,
    "pipelines: Pipeline stage {} does not exist": READS,
    "pipelines: The last pipeline of an object cannot be deleted": REMOVALS,
    "pipelines: WebServerNotFound": READS,
    'properties: Property "{}" cannot be deleted because it is in use: {}': REMOVALS,
    'properties: Property "{}" is defined by HubSpot and cannot be deleted': REMOVALS,
    'properties: Property group "{}" cannot be deleted because it has active properties': REMOVALS,
    "properties: Property group {} does not exist": READS,
    "properties: The batch has {} inputs; the limit is {}": FORM,
    "properties: The portal is not enabled for sensitive data": UNTOLD,
    "properties: invalid_json": FORM,
    "properties: missing_attributes": FORM,
    "properties: unparsable_query": READS,
    "property_rules: dataSensitivity must be one of {}": FORM,
    "property_validations: Property {} has no rule of type {}": READS,
    "schemas: Object type {} cannot be deleted because it has records": REMOVALS,
    "schemas: Only an archived object type can be purged": NO_SUCH_CALL,
    "schemas: Unable to find schema for object type {}": READS,
    "schemas: {} is associated with {} already": "the kind associates only what is not associated yet",
}
"""Refusals that no create or update of a resource gets, with the reason."""
