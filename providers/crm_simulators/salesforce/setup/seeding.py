"""`POST /_sim/seed` and `POST /_sim/evaluate-formula`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from salesforce_formula.evaluator import evaluate
from salesforce_formula.tokens import FormulaError
from salesforce_formula.values import EvaluationError

from crm_simulators.control import ControlProblem, JsonObject
from crm_simulators.salesforce.errors import MetadataError, RestError, SoapFault
from crm_simulators.salesforce.metadata.metadata_api import save
from crm_simulators.salesforce.org.fields import fields_of, object_name
from crm_simulators.salesforce.org.formula_names import compiled
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.rest.tooling import from_json
from crm_simulators.salesforce.rows.derived_fields import completed, with_defaults
from crm_simulators.salesforce.rows.record_values import Viewer

FIELD_VALUES = (str, int, float, bool, type(None))


def seed(org: Org, document: JsonObject) -> JsonObject:
    """Add to the org; returns the created ids.

    `organization` changes the Organization row; `users` and `queues` are lists; `components` are
    ``{type: {full name: body}}``, saved under the vendor's rules; `records` are ``{object: [values]}``, kept as given,
    past field-level security and validation rules; `assignments` are ``[{"PermissionSet", "Username"}]``.
    """
    unknown = sorted(set(document) - set(SECTIONS))
    if unknown:
        raise ControlProblem(f'seed: unknown key "{unknown[0]}"; allowed: {", ".join(SECTIONS)}')
    try:
        return {name: SECTIONS[name](org, document[name]) for name in SECTIONS if name in document}
    except (MetadataError, RestError, SoapFault) as error:
        raise ControlProblem(f"seed: {error.message}") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise ControlProblem(f"seed: a value is of a wrong type ({error})") from error


def _organization(org: Org, values: JsonObject) -> JsonObject:
    org.organization.update(values)
    return {"Id": org.organization_id}


def _users(org: Org, users: list[JsonObject]) -> JsonObject:
    profiles = {row["Name"]: row["Id"] for row in org.table("Profile").values()}
    made = {}
    for values in users:
        profile = _known(profiles, values.pop("Profile", "Standard User"), "users: profile")
        username = _required(values, "users", "Username")
        name, _, _ = username.partition("@")
        filled = {"LastName": name, "Email": username, "Alias": name[:8], "ProfileId": profile, **values}
        made[username] = _insert(org, "User", filled)
    return made


def _required(values: JsonObject, section: str, key: str) -> str:
    if key not in values:
        raise ControlProblem(f'{section}: an entry has no "{key}"; it has: {", ".join(values) or "nothing"}')
    return str(values[key])


def _known(found: Mapping[str, Any], name: Any, what: str) -> Any:
    if str(name) not in found:
        raise ControlProblem(f'{what} "{name}" does not exist; allowed: {", ".join(sorted(found)) or "none"}')
    return found[str(name)]


def _queues(org: Org, queues: list[JsonObject]) -> JsonObject:
    made = {}
    for values in queues:
        name = _required(values, "queues", "DeveloperName")
        body: JsonObject = {
            "name": values.get("Name", name),
            "queueSobject": [{"sobjectType": each} for each in values.get("SobjectTypes", ["Lead"])],
        }
        if values.get("Members"):
            body["queueMembers"] = {"users": {"user": list(values["Members"])}}
        save(org, "Queue", name, body, "upsert")
        made[name] = org.select("Group", Type="Queue", DeveloperName=name)[0]["Id"]
    return made


def _components(org: Org, components: JsonObject) -> JsonObject:
    made: JsonObject = {}
    for type_name, bodies in components.items():
        for full_name, body in bodies.items():
            save(org, type_name, full_name, from_json(body, type_name), "upsert")
        made[type_name] = list(bodies)
    return made


def _records(org: Org, records: JsonObject) -> JsonObject:
    return {sobject: [_insert(org, sobject, values) for values in rows] for sobject, rows in records.items()}


def _insert(org: Org, sobject: str, values: JsonObject) -> str:
    name = object_name(org, sobject)
    if name is None:
        raise ControlProblem(f'seed: object "{sobject}" does not exist')
    fields = fields_of(org, name)
    unknown = sorted(set(values) - set(fields))
    if unknown:
        raise ControlProblem(f'seed: field "{unknown[0]}" of {name} does not exist')
    wrong = [field for field, value in values.items() if not isinstance(value, FIELD_VALUES)]
    if wrong:
        raise ControlProblem(f'seed: field "{wrong[0]}" of {name} must be a string, a number, true, false or null')
    user = next(iter(org.table("User").values()))
    row = with_defaults(org, fields, values, user)
    completed(org, name, row, None)
    # Also what the server would have set itself, such as when an old deal entered its stage.
    row.update({field: value for field, value in values.items() if value is not None})
    return str(org.insert(name, row, user["Id"])["Id"])


def _assignments(org: Org, assignments: list[JsonObject]) -> list[str]:
    made = []
    for values in assignments:
        component = _known(org.of_type("PermissionSet"), values.get("PermissionSet"), "assignments: PermissionSet")
        users = {row["Username"]: row for row in org.table("User").values()}
        user = _known(users, values.get("Username"), "assignments: Username")
        link = {"PermissionSetId": component["id"], "AssigneeId": user["Id"], "IsActive": True}
        made.append(str(org.insert("PermissionSetAssignment", link, user["Id"])["Id"]))
    return made


SECTIONS: dict[str, Callable[[Org, Any], Any]] = {
    "organization": _organization,
    "users": _users,
    "components": _components,
    "queues": _queues,
    "records": _records,
    "assignments": _assignments,
}


def evaluate_formula(org: Org, body: JsonObject) -> JsonObject:
    """`{"object", "formula", "record", "prior"?}` -> `{"value"}`; the formula may use what validation rules may."""
    sobject = object_name(org, str(body.get("object", "")))
    if sobject is None:
        raise ControlProblem(f'evaluate-formula: object "{body.get("object")}" does not exist')
    row, prior = body.get("record", {}), body.get("prior")
    if not isinstance(row, dict) or not isinstance(prior, dict | None):
        raise ControlProblem('evaluate-formula: "record" and "prior" must be objects')
    viewer = Viewer(org, next(iter(org.table("User").values())))
    try:
        node = compiled(org, sobject, str(body.get("formula", "")), expected=None, saving=True)
        return {"value": _plain(evaluate(node, viewer.scope(sobject, row, prior)))}
    except (FormulaError, EvaluationError) as error:
        raise ControlProblem(f"evaluate-formula: {error}") from error
    except (AttributeError, TypeError, ValueError, ArithmeticError) as error:
        raise ControlProblem(f"evaluate-formula: a value does not fit its field ({error})") from error


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date | datetime | time) else value
