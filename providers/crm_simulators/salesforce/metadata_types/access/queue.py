"""Queue and Group: views on Group, QueueSobject and GroupMember rows, which REST shows too."""

from __future__ import annotations

from collections.abc import Iterator

from crm_simulators.salesforce.errors import MetadataError, bad_reference, integrity
from crm_simulators.salesforce.metadata_types.component_type import ComponentType, without_name
from crm_simulators.salesforce.org.fields import object_name
from crm_simulators.salesforce.org.org import Component, Org, Record
from crm_simulators.salesforce.xml.component_xml import Body

# Objects modeled here whose records a queue can own.
NEVER_IN_QUEUES = frozenset({"Account", "Asset", "Campaign", "Contact", "Opportunity", "Product2", "Quote", "User"})
"""Objects whose records only people own [D: queues]."""
MEMBERS = ("publicGroups", "users")
"""The kinds of members that are rows; roles are kept as they are named."""


class GroupType(ComponentType):
    """A component kept as a Group row of one type."""

    row_type: str

    def row(self, org: Org, full_name: str) -> Record | None:
        return next(iter(org.select("Group", Type=self.row_type, DeveloperName=full_name)), None)

    def find(self, org: Org, full_name: str) -> str | None:
        row = self.row(org, full_name)
        return None if row is None else str(row["DeveloperName"])

    def listed(self, org: Org) -> Iterator[tuple[str, Component]]:
        for row in sorted(org.select("Group", Type=self.row_type), key=lambda row: str(row["DeveloperName"])):
            dates = {"createdDate": row["CreatedDate"], "lastModifiedDate": row["LastModifiedDate"]}
            yield row["DeveloperName"], {"id": row["Id"], **dates}

    def update(self, org: Org, full_name: str, body: Body) -> None:
        name = self.existing(org, full_name)
        self.save(org, name, body, without_name(self.read(org, name) or {}))

    def unmodeled(self, org: Org) -> Iterator[tuple[str, list[str]]]:
        for name, _ in self.listed(org):
            row = self.row(org, name) or {}
            parts = [*row.get("unmodeled", {}), *row.get("unmodeled_members", {})]
            if parts:
                yield name, parts

    def delete(self, org: Org, full_name: str) -> None:
        self.check_delete(org, self.existing(org, full_name))
        row = self.row(org, full_name) or {}
        for sobject, link in (
            ("QueueSobject", "QueueId"),
            ("GroupMember", "GroupId"),
            ("GroupMember", "UserOrGroupId"),
        ):
            for linked in org.select(sobject, **{link: row["Id"]}):
                del org.table(sobject)[linked["Id"]]
        del org.table("Group")[row["Id"]]

    def save_row(self, org: Org, full_name: str, values: Record) -> Record:
        row = self.row(org, full_name)
        if row is None:
            author = next(iter(org.table("User")))
            return org.insert("Group", {"DeveloperName": full_name, "Type": self.row_type, **values}, author)
        row.update(values, LastModifiedDate=org.timestamp())
        return row


class Group(GroupType):
    """A public group; its members are data [reference 4]."""

    name = "Group"
    row_type = "Regular"
    ruled = ("name", "description", "doesIncludeBosses")
    lengths = {"name": 40, "description": 1000}
    directory = "groups"
    suffix = "group"

    def read(self, org: Org, full_name: str) -> Body | None:
        row = self.row(org, full_name)
        if row is None:
            return None
        name, bosses = row["Name"], row.get("DoesIncludeBosses", True)
        body: Body = {"fullName": row["DeveloperName"], "doesIncludeBosses": bosses, "name": name}
        return {
            **body,
            **({"description": row["Description"]} if row.get("Description") else {}),
            **row.get("unmodeled", {}),
        }

    def store(self, org: Org, full_name: str, body: Body) -> None:
        bosses = body.get("doesIncludeBosses", True)
        values: Record = {"Name": body["name"], "DoesIncludeBosses": bosses, "Description": body.get("description")}
        values["unmodeled"] = {name: value for name, value in body.items() if name in self.without_rules(body)}
        self.save_row(org, full_name, values)


class Queue(GroupType):
    """A queue with its objects and members."""

    name = "Queue"
    row_type = "Queue"
    ruled = ("name", "email", "doesSendEmailToMembers", "queueSobject", "queueMembers")
    lengths = {"name": 40}
    directory = "queues"
    suffix = "queue"

    def read(self, org: Org, full_name: str) -> Body | None:
        row = self.row(org, full_name)
        if row is None:
            return None
        body: Body = {
            "fullName": row["DeveloperName"],
            "doesSendEmailToMembers": bool(row.get("DoesSendEmailToMembers")),
            "name": row["Name"],
            "queueMembers": self._members(org, row["Id"]),
            "queueSobject": [
                {"sobjectType": linked["SobjectType"]} for linked in org.select("QueueSobject", QueueId=row["Id"])
            ],
        }
        body.update({"email": row["Email"]} if row.get("Email") else {})
        body.update(row.get("unmodeled", {}))
        return {name: value for name, value in body.items() if value not in ({}, [])}

    def _members(self, org: Org, queue_id: str) -> Body:
        ids = [linked["UserOrGroupId"] for linked in org.select("GroupMember", GroupId=queue_id)]
        users = sorted(str(row["Username"]) for each in ids if (row := org.record("User", each)))
        groups = sorted(str(row["DeveloperName"]) for each in ids if (row := org.record("Group", each)))
        members: Body = dict((org.record("Group", queue_id) or {}).get("unmodeled_members", {}))
        if groups:
            members["publicGroups"] = {"publicGroup": groups}
        if users:
            members["users"] = {"user": users}
        return members

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        for entry in body.get("queueSobject", []):
            name = object_name(org, entry["sobjectType"])
            if name is None or name in NEVER_IN_QUEUES:
                # [K: text]
                raise integrity(f"Queue is not supported for object type: {entry['sobjectType']}", "sobjectType")
        self._member_ids(org, body)
        return body

    def _member_ids(self, org: Org, body: Body) -> list[str]:
        members = body.get("queueMembers", {})
        ids = []
        for username in members.get("users", {}).get("user", []):
            found = org.select("User", Username=username)
            if not found:
                raise bad_reference("user", "User", username)
            ids.append(found[0]["Id"])
        for name in members.get("publicGroups", {}).get("publicGroup", []):
            groups = org.select("Group", Type="Regular", DeveloperName=name)
            if not groups:
                raise bad_reference("publicGroup", "Group", name)
            ids.append(groups[0]["Id"])
        return ids

    def store(self, org: Org, full_name: str, body: Body) -> None:
        members = body.get("queueMembers", {})
        values = {
            "Name": body["name"],
            "Email": body.get("email"),
            "DoesSendEmailToMembers": bool(body.get("doesSendEmailToMembers")),
            "unmodeled": {name: value for name, value in body.items() if name in self.without_rules(body)},
            "unmodeled_members": {kind: named for kind, named in members.items() if kind not in MEMBERS},
        }
        row = self.save_row(org, full_name, values)
        objects = [entry["sobjectType"] for entry in body.get("queueSobject", [])]
        _link(org, "QueueSobject", {"QueueId": row["Id"]}, "SobjectType", objects)
        _link(org, "GroupMember", {"GroupId": row["Id"]}, "UserOrGroupId", self._member_ids(org, body))

    def check_delete(self, org: Org, full_name: str) -> None:
        row = self.row(org, full_name)
        assert row is not None
        owned = sum(len(org.select(sobject, OwnerId=row["Id"])) for sobject in list(org.records))
        if owned:
            # [K: text]
            raise MetadataError("DELETE_FAILED", f"Queue {full_name} owns {owned} records. Transfer them first.")
        for name, component in org.of_type("AssignmentRules").items():
            for rule in component["body"].get("assignmentRule", []):
                if any(_names_queue(entry, full_name) for entry in rule.get("ruleEntry", [])):
                    text = f"This queue is referenced elsewhere. : Assignment Rule - {name}.{rule['fullName']}"
                    raise MetadataError("DEPENDENCY_EXISTS", text)


def _names_queue(entry: Body, full_name: str) -> bool:
    return entry.get("assignedToType") == "Queue" and str(entry.get("assignedTo")).lower() == full_name.lower()


def _link(org: Org, sobject: str, owner: Record, member: str, desired: list[str]) -> None:
    """Make the rows of a link table that belong to `owner` exactly the desired ones, keeping those that fit."""
    for row in org.select(sobject, **owner):
        if row[member] not in desired:
            del org.table(sobject)[row["Id"]]
    present = {row[member] for row in org.select(sobject, **owner)}
    author = next(iter(org.table("User")))
    for value in desired:
        if value not in present:
            org.insert(sobject, {**owner, member: value}, author)
