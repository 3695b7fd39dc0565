"""Questions about assignment, matching, duplicate and validation rules, and about permission sets."""

from __future__ import annotations

from revops_iac.provider.inspection.probe import Answer, Probe, Undecided, Value
from revops_salesforce.api.client import SalesforceClient, quoted
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


PROBES: tuple[Probe[SalesforceClient], ...] = (
    Probe(
        "salesforce.omitted_assignment_rules_are_deleted",
        "Rules that a written AssignmentRules container leaves out are deleted.",
        "[K]",
        ("two inactive assignment rules of leads",),
        (
            "createMetadata AssignmentRule",
            "readMetadata AssignmentRules",
            "updateMetadata AssignmentRules",
            "listMetadata AssignmentRule",
        ),
        {True: "the rule left out is gone", False: "the rule left out is still there"},
        omitted_rules,
    ),
    Probe(
        "salesforce.auto_assign_without_header",
        "Saves through REST without Sforce-Auto-Assign run the active assignment rule.",
        "[D: headers_autoassign says the REST default is TRUE; the project's design says never without the header]",
        ("a queue", "an assignment rule of leads, active for a lead of the probe alone", "a lead"),
        (
            "readMetadata AssignmentRules",
            "createMetadata Queue",
            "createMetadata AssignmentRule",
            "POST sobjects/Lead",
            "GET query Lead",
        ),
        {True: "the lead belongs to the queue", False: "the lead belongs to who made it"},
        without_header,
    ),
    Probe(
        "salesforce.permission_set_update",
        "Updating a permission set replaces the sections it mentions, or merges into them.",
        "[K]",
        ("two custom permissions", "a permission set that nobody has"),
        (
            "createMetadata CustomPermission",
            "createMetadata PermissionSet",
            "updateMetadata PermissionSet",
            "readMetadata PermissionSet",
        ),
        {"replace": "only the permission of the update is left", "merge": "both are left"},
        permission_set,
    ),
    Probe(
        "salesforce.matching_rule_polls",
        "How many reads see a matching rule Activating or Deactivating before it is done.",
        "[K: activation is asynchronous]",
        ("a matching rule of leads, active and used by no duplicate rule",),
        ("createMetadata MatchingRule", "readMetadata MatchingRule"),
        {number: f"about {number} looks, a moment apart, see it being activated" for number in POLLS},
        matching_polls,
    ),
    Probe(
        "salesforce.duplicate_rules_close_gaps",
        "When a duplicate rule is deleted, those after it move up; false leaves a gap that later saves must close.",
        "[?]",
        ("an inactive matching rule of leads", "two inactive duplicate rules of leads"),
        (
            "createMetadata MatchingRule",
            "listMetadata DuplicateRule",
            "createMetadata DuplicateRule",
            "deleteMetadata DuplicateRule",
            "readMetadata DuplicateRule",
        ),
        {True: "the rule behind it moves up", False: "the rule behind it keeps its number"},
        duplicate_gaps,
    ),
    Probe(
        "salesforce.exponent_binds",
        "Whether ^ binds looser or tighter than * and / in formulas.",
        "[S: formula-engine and formulon disagree]",
        ("two validation rules of leads, each for a lead of the probe alone", "a lead"),
        ("createMetadata ValidationRule", "POST sobjects/Lead"),
        {"looser": "2 * 3 ^ 2 is 36", "tighter": "2 * 3 ^ 2 is 18"},
        exponent,
    ),
)
