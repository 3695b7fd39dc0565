"""Which records an approval has locked, and who may still edit them."""

from __future__ import annotations

from crm_simulators.salesforce.errors import RestError
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.xml.component_xml import Body


def check_unlocked(org: Org, user: Record, row: Record) -> None:
    """Raise ENTITY_IS_LOCKED unless the user may edit the record now [K: code and text]."""
    if is_locked(org, row["Id"]) and not may_edit(org, user, row["Id"]):
        raise RestError(400, "ENTITY_IS_LOCKED", "the entity is locked for editing", ())


def is_locked(org: Org, record_id: str) -> bool:
    """Locked while a request is pending; afterward where the process keeps the lock [D: record lock]."""
    instance = last_instance(org, record_id)
    if instance is None:
        return False
    process = process_of(org, instance)
    kept = {"Approved": "finalApprovalRecordLock", "Rejected": "finalRejectionRecordLock"}
    element = kept.get(str(instance["Status"]))
    return instance["Status"] == "Pending" or bool(element and process.get(element))


def may_edit(org: Org, user: Record, record_id: str) -> bool:
    """Approval admins always [D: approvals considerations]; the current approver where the process says so."""
    if is_admin(org, user):
        return True
    instance = last_instance(org, record_id)
    if instance is None or process_of(org, instance)["recordEditability"] != "AdminOrCurrentApprover":
        return False
    items = org.select("ProcessInstanceWorkitem", ProcessInstanceId=instance["Id"])
    return any(acts_for(org, user, str(item["ActorId"])) for item in items)


def is_admin(org: Org, user: Record) -> bool:
    """A user with Modify All Data is an approval admin [D]."""
    profile = org.record("Profile", user.get("ProfileId") or "") or {}
    return bool(profile.get("PermissionsModifyAllData"))


def acts_for(org: Org, user: Record, actor_id: str) -> bool:
    """Whether a user is the actor, or a member of the queue that is."""
    return actor_id == user["Id"] or bool(org.select("GroupMember", GroupId=actor_id, UserOrGroupId=user["Id"]))


def last_instance(org: Org, record_id: str) -> Record | None:
    """The newest approval request of a record."""
    return next(iter(reversed(org.select("ProcessInstance", TargetObjectId=record_id))), None)


def process_of(org: Org, instance: Record) -> Body:
    """The process under which a request was submitted; it stays while it has requests."""
    for component in org.of_type("ApprovalProcess").values():
        if component["id"] == instance["ProcessDefinitionId"]:
            found: Body = component["body"]
            return found
    raise LookupError(instance["ProcessDefinitionId"])
