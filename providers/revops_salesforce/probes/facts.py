"""Unverified facts without a switch: where an org differs, the simulator must be changed."""

from __future__ import annotations

from typing import Any

from revops_iac.provider.inspection.probe import Answer, Probe, Undecided
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.probes.lab import (
    IN_WORK,
    SalesforceLab,
    code_of,
)

LONGEST_MESSAGE = 255


def hidden_field(lab: SalesforceLab) -> Answer:
    """Whether REST hides a field that was created through the API and that no permission set grants."""
    name = lab.text_field("field").removeprefix("Lead.")
    code = code_of(lambda: lab.client.query(f"SELECT {name} FROM Lead LIMIT 1"))
    return Answer({"ok": False, "INVALID_FIELD": True}.get(code), f"a query that names the new field: {code}")


def duplicate_code(lab: SalesforceLab) -> Answer:
    """The code with which a second field of one name is refused."""
    lab.text_field("field")
    code = code_of(lambda: lab.text_field("field"))
    return Answer(code, f"a second field of that name: {code}")


def used_value_set(lab: SalesforceLab) -> Answer:
    """Whether a global value set can be deleted while a field uses it."""
    name = lab.name("values")
    value = {"fullName": "one", "label": "one", "default": False}
    lab.component("GlobalValueSet", name, masterLabel=name, sorted=False, customValue=[value])
    value_set = {"restricted": True, "valueSetName": name}
    lab.component("CustomField", f"Lead.{lab.name('field')}__c", label="field", type="Picklist", valueSet=value_set)
    code = code_of(lambda: lab.client.delete_component("GlobalValueSet", name))
    return Answer("deleted" if code == "ok" else "refused", f"deleting a value set that a field uses: {code}")


def active_matching_rule(lab: SalesforceLab) -> Answer:
    """Whether an active matching rule can be deleted as it is."""
    name = lab.make_matching_rule("rule", "Active")
    lab.until(lambda: lab.status_of_rule(name) not in IN_WORK)
    if lab.status_of_rule(name) != "Active":
        raise Undecided("the rule was not activated in time")
    code = code_of(lambda: lab.client.delete_component("MatchingRule", name))
    return Answer("deleted" if code == "ok" else "refused", f"deleting an active matching rule: {code}")


def second_active_rule(lab: SalesforceLab) -> Answer:
    """What becomes of the active assignment rule when another one is saved as active; no rule of others is touched."""
    rules = lab.read("AssignmentRules", "Lead").get("assignmentRule", [])
    if any(rule.get("active") for rule in rules):
        raise Undecided("another assignment rule of leads is active, and a probe does not push it aside")
    first = lab.make_assignment_rule("first", [], active=True)
    code = code_of(lambda: lab.make_assignment_rule("second", [], active=True))
    if code != "ok":
        return Answer("refused", f"a second active rule: {code}")
    found = "both" if lab.read("AssignmentRule", first).get("active") else "replaced"
    return Answer(found, f"the first rule is {'still active' if found == 'both' else 'not active any more'}")


def long_message(lab: SalesforceLab) -> Answer:
    """Whether the message of a validation rule may be longer than 255 characters."""
    name = f"Lead.{lab.name('rule')}"
    body = {"active": False, "errorConditionFormula": "FALSE", "errorMessage": "x" * (LONGEST_MESSAGE + 1)}
    code = code_of(lambda: lab.component("ValidationRule", name, **body))
    return Answer("accepted" if code == "ok" else "refused", f"a message of {LONGEST_MESSAGE + 1} characters: {code}")


def _fact(name: str, fact: str, ask: Any, simulated: Any, answers: Any, makes: Any, requests: Any) -> Probe[Any]:
    id_ = f"salesforce.{name}"
    return Probe(id_, fact, "[K]", makes, requests, answers, ask, sets_switch=False, simulated=simulated)


PROBES: tuple[Probe[SalesforceClient], ...] = (
    _fact(
        "new_field_is_hidden",
        "REST acts as if a field did not exist that nobody has a permission for.",
        hidden_field,
        True,
        {True: "the query is refused with INVALID_FIELD", False: "the query is answered"},
        ("a field of leads",),
        ("createMetadata CustomField", "GET query Lead"),
    ),
    _fact(
        "duplicate_field_code",
        "A second field of one name is refused with DUPLICATE_DEVELOPER_NAME.",
        duplicate_code,
        "DUPLICATE_DEVELOPER_NAME",
        {code: f"refused with {code}" for code in ("DUPLICATE_DEVELOPER_NAME", "DUPLICATE_VALUE")},
        ("a field of leads",),
        ("createMetadata CustomField",),
    ),
    _fact(
        "value_set_in_use",
        "A global value set that a field uses cannot be deleted.",
        used_value_set,
        "refused",
        {"refused": "it is refused", "deleted": "it is deleted"},
        ("a global value set", "a picklist of leads"),
        ("createMetadata GlobalValueSet", "createMetadata CustomField", "deleteMetadata GlobalValueSet"),
    ),
    _fact(
        "active_matching_rule_delete",
        "An active matching rule must be deactivated before it is deleted.",
        active_matching_rule,
        "refused",
        {"refused": "it is refused", "deleted": "it is deleted"},
        ("a matching rule of leads, active and used by no duplicate rule",),
        ("createMetadata MatchingRule", "readMetadata MatchingRule", "deleteMetadata MatchingRule"),
    ),
    _fact(
        "second_active_assignment_rule",
        "An assignment rule that becomes active takes the place of the one that was.",
        second_active_rule,
        "replaced",
        {"replaced": "the first is inactive", "both": "both are active", "refused": "the second is refused"},
        ("two assignment rules of leads without entries",),
        ("readMetadata AssignmentRules", "createMetadata AssignmentRule", "readMetadata AssignmentRule"),
    ),
    _fact(
        "long_error_message",
        "The message of a validation rule has at most 255 characters.",
        long_message,
        "refused",
        {"refused": "256 characters are refused", "accepted": "256 characters are accepted"},
        ("an inactive validation rule of leads, where the org accepts it",),
        ("createMetadata ValidationRule",),
    ),
)
