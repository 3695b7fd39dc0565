"""Unverified facts without a switch: where an org differs, the simulator must be changed."""

from __future__ import annotations

from revops_iac.provider.inspection.probe import Answer, Undecided
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
