"""Questions about assignment, matching, duplicate and validation rules, and about permission sets."""

from __future__ import annotations

from revops_iac.provider.inspection.probe import Answer, Undecided, Value
from revops_salesforce.api.client import quoted
from revops_salesforce.api.components import Body
from revops_salesforce.api.errors import SalesforceRefusal
from revops_salesforce.probes.lab import (
    IN_WORK,
    SalesforceLab,
)

MOST_LOOKS = 20
QUEUE_ID = "00G"


def omitted_rules(lab: SalesforceLab) -> Answer:
    """Whether a rule goes that a written container leaves out; every other rule of the org is written back as it is."""
    kept, omitted = (lab.make_assignment_rule(part, []) for part in ("kept", "omitted"))
    rules = lab.read("AssignmentRules", "Lead").get("assignmentRule", [])
    others = [rule for rule in rules if f"Lead.{str(rule['fullName']).removeprefix('Lead.')}" != omitted]
    if len(others) != len(rules) - 1:
        raise Undecided("the container does not show the rules that were made")
    lab.client.update_component("AssignmentRules", {"fullName": "Lead", "assignmentRule": others})
    names = lab.client.list_components("AssignmentRule")
    if kept not in names:
        raise Undecided("the rule that was written is not listed")
    return Answer(omitted not in names, f"the rule left out is {'still there' if omitted in names else 'gone'}")


def without_header(lab: SalesforceLab) -> Answer:
    """Whether a lead saved through REST without the header gets the owner of the active rule."""
    rules = lab.read("AssignmentRules", "Lead").get("assignmentRule", [])
    if any(rule.get("active") for rule in rules):
        raise Undecided("another assignment rule of leads is active, and a probe does not push it aside")
    queue = lab.name("queue")
    lab.component("Queue", queue, name=queue, queueSobject=[{"sobjectType": "Lead"}])
    entry: Body = {"formula": f'LastName = "{lab.name("lead")}"', "assignedTo": queue, "assignedToType": "Queue"}
    lab.make_assignment_rule("rule", [entry], active=True)
    (row,) = lab.client.query(f"SELECT OwnerId FROM Lead WHERE Id = {quoted(lab.make_lead('lead'))}")
    found = str(row["OwnerId"]).startswith(QUEUE_ID)
    return Answer(found, f"the lead belongs to {'the queue of the rule' if found else 'who made it'}")


def permission_set(lab: SalesforceLab) -> Answer:
    """Whether an update of one permission takes away another of the same section."""
    first, second = (
        lab.component("CustomPermission", lab.name(part), label=part, isLicensed=False) for part in ("one", "two")
    )
    both = [{"enabled": True, "name": name} for name in (first, second)]
    name = lab.component("PermissionSet", lab.name("set"), label=lab.name("set"), customPermissions=both)
    update = {"fullName": name, "label": lab.name("set"), "customPermissions": both[1:]}
    lab.client.update_component("PermissionSet", update)
    live = {str(one["name"]) for one in lab.read("PermissionSet", name).get("customPermissions", [])}
    found = {frozenset({second}): "replace", frozenset({first, second}): "merge"}.get(frozenset(live))
    return Answer(found, f"{len(live)} of 2 permissions are left after an update that names one")


def matching_polls(lab: SalesforceLab) -> Answer:
    """How many looks, a moment apart, see a new matching rule still being activated."""
    name = lab.make_matching_rule("rule", "Active")
    looks = 0
    while (status := lab.status_of_rule(name)) in IN_WORK and looks < MOST_LOOKS:
        looks += 1
        lab.pause()
    if status != "Active":
        raise Undecided(f"the rule is {status or 'not there'} after {looks} looks")
    return Answer(nearest(looks), f"{looks} looks saw it being activated")


POLLS = (0, 1, 2, 3, 5)
"""The numbers of looks that the simulator knows."""


def nearest(looks: int) -> Value:
    """The number that the simulator knows which is nearest.

    >>> nearest(4), nearest(20)
    (5, 5)
    """
    return min(POLLS, key=lambda known: (abs(known - looks), -known))


def duplicate_gaps(lab: SalesforceLab) -> Answer:
    """Whether a duplicate rule moves up when the one before it is deleted; both are inactive and come last."""
    matching = lab.make_matching_rule("match", "Inactive").removeprefix("Lead.")
    taken = sum(name.startswith("Lead.") for name in lab.client.list_components("DuplicateRule"))
    first, second = (_duplicate_rule(lab, part, matching, taken + n) for n, part in enumerate(("one", "two"), 1))
    lab.client.delete_component("DuplicateRule", first)
    place = int(lab.read("DuplicateRule", second)["sortOrder"])
    found = {taken + 1: True, taken + 2: False}.get(place)
    return Answer(found, f"the rule behind the deleted one {'moves up' if found else 'keeps its number'}")


def _duplicate_rule(lab: SalesforceLab, part: str, matching: str, place: int) -> str:
    return lab.component(
        "DuplicateRule",
        f"Lead.{lab.name(part)}",
        masterLabel=lab.name(part),
        isActive=False,
        actionOnInsert="Allow",
        actionOnUpdate="Allow",
        securityOption="EnforceSharingRules",
        sortOrder=place,
        duplicateRuleMatchRules=[{"matchRuleSObjectType": "Lead", "matchingRule": matching}],
    )


def exponent(lab: SalesforceLab) -> Answer:
    """How the org reads 2 * 3 ^ 2: a rule for one lead blocks it where that is 36, and a twin where it is 18."""
    outcomes = {}
    for number in (36, 18):
        part = f"is{number}"
        condition = f'AND(LastName = "{lab.name(part)}", 2 * 3 ^ 2 = {number})'
        name = f"Lead.{lab.name(part)}"
        body = {"active": True, "errorConditionFormula": condition, "errorMessage": lab.name(part)}
        lab.component("ValidationRule", name, **body)
        outcomes[number] = _is_blocked(lab, part)
    if outcomes[36] == outcomes[18]:
        raise Undecided("2 * 3 ^ 2 is neither 36 nor 18")
    return Answer("looser" if outcomes[36] else "tighter", f"2 * 3 ^ 2 is {36 if outcomes[36] else 18}")


def _is_blocked(lab: SalesforceLab, part: str) -> bool:
    """Whether our own rule blocks the lead; a refusal of any other kind is not an answer."""
    try:
        lab.make_lead(part)
    except SalesforceRefusal as refusal:
        if lab.name(part) not in refusal.diagnostic.sentence:
            raise
        return True
    return False
