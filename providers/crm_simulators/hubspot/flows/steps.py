"""What each workflow action does. Messages that would leave the portal are logged, never sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm_simulators.hubspot.errors import JsonObject, validation_error
from crm_simulators.hubspot.filters.evaluation import Filters
from crm_simulators.hubspot.flows.actions import BRANCHES, ids_of
from crm_simulators.hubspot.flows.modeled import OTHER_WORKFLOW, RECORDED
from crm_simulators.hubspot.flows.values import UNITS, account_zone, after_delay, at_time_of_day, text_of
from crm_simulators.hubspot.portal.portal import Happening, timestamp
from crm_simulators.hubspot.properties.values import moment_of, read_moment
from crm_simulators.hubspot.records.associations import DEFAULT_TYPES, PRIMARY_TYPES, Associations
from crm_simulators.hubspot.records.records import Records

TASKS = "0-27"


@dataclass(frozen=True)
class Step:
    """An action to perform on an enrolled record."""

    flow: JsonObject
    record: JsonObject
    action: JsonObject

    @property
    def object_type(self) -> str:
        return str(self.flow["objectTypeId"])

    @property
    def fields(self) -> JsonObject:
        fields: JsonObject = self.action.get("fields", {})
        return fields

    @property
    def key(self) -> str:
        """Names the action in the portal."""
        return f"{self.flow['id']}/{self.action['actionId']}"


class FlowSteps:
    """Performs actions. Raises the errors of HubSpot's record rules unchanged."""

    def __init__(
        self, records: Records, associations: Associations, filters: Filters, enroll: Callable[[str, str], None]
    ) -> None:
        self.portal = records.portal
        self.records = records
        self.associations = associations
        self.filters = filters
        self.enroll = enroll
        self._actions: dict[str, Callable[[Step], None]] = {
            "0-3": self._create_task,
            "0-5": self._set_property,
            "0-11": self._rotate,
            "0-14": self._create_record,
            "0-15": self._enroll,
            "0-18224765": self._delete,
            "0-63809083": self._add_to_list,
            "0-63863438": self._remove_from_list,
        }

    def perform(self, step: Step) -> None:
        """Perform an action that is neither a delay nor a branch."""
        kind = step.action["type"]
        type_id = str(step.action.get("actionTypeId", kind))
        if kind in ("WEBHOOK", "CUSTOM_CODE") or type_id in RECORDED:
            self._record(step, type_id)
        elif type_id in self._actions:
            self._actions[type_id](step)
        else:
            raise validation_error(f"the simulator does not run {type_id}")

    def due(self, step: Step) -> datetime | None:
        """When a delay ends; None for other actions."""
        now, zone = self.portal.moment(), account_zone(self.portal.state["account"])
        kind, fields = step.action.get("actionTypeId"), step.fields
        if kind == "0-1":
            return now + UNITS[fields["time_unit"]] * int(fields["delta"])
        if kind != "0-35":
            return None
        desired = fields["date"]
        values = self.records.lazy_values(step.object_type, step.record)
        live = desired.get("staticValue") or values.get(desired.get("propertyName", ""))
        if not live:  # [?] without a date it goes on at once
            return now
        moment = read_moment({"type": "datetime"}, str(live)) if "staticValue" in desired else moment_of(live)
        moment += UNITS[fields.get("time_unit") or "DAYS"] * int(fields.get("delta") or 0)
        return max(now, at_time_of_day(moment, fields.get("time_of_day"), zone))  # [?] a past one goes on at once

    def following(self, step: Step) -> str | None:
        """The action that comes next."""
        action = step.action
        connection = action.get("connection")
        if action["type"] in BRANCHES:
            connection = self._way(step)
        return None if connection is None else str(connection["nextActionId"])

    def _way(self, step: Step) -> JsonObject | None:
        action, ways = step.action, step.action.get(BRANCHES[step.action["type"]]) or []
        if action["type"] == "AB_TEST_BRANCH":
            way: JsonObject | None = self._tested(step, ways).get("connection")
            return way
        if action["type"] == "STATIC_BRANCH":
            values = self.records.lazy_values(step.object_type, step.record)
            desired = action.get("inputValue") or {}
            live = desired.get("staticValue") or values.get(desired.get("propertyName", ""))
            found = [way for way in ways if live is not None and way["branchValue"] == str(live)]
        else:
            found = [w for w in ways if self.filters.matches(step.object_type, step.record, w["filterBranch"])][:1]
        chosen: JsonObject | None = found[0].get("connection") if found else action.get("defaultBranch")
        return chosen

    def _tested(self, step: Step, ways: list[JsonObject]) -> JsonObject:
        """The branch that lags most behind its share: an even split without chance."""
        counts = self.portal.area("automation", "tests", step.key)
        shares = [float(way.get("percentage") or 100 / len(ways)) for way in ways]
        made = sum(counts.values()) + 1
        lags = [share * made / sum(shares) - counts.get(str(n), 0) for n, share in enumerate(shares)]
        chosen = lags.index(max(lags))
        counts[str(chosen)] = counts.get(str(chosen), 0) + 1
        return ways[chosen]

    # --- what leaves the portal ---------------------------------------------------------------------------------

    def _record(self, step: Step, type_id: str) -> None:
        action, fields = step.action, step.fields
        entry: JsonObject = {
            "type": type_id,
            "at": self.portal.now(),
            "flowId": step.flow["id"],
            "actionId": action["actionId"],
            "recordId": step.record["id"],
        }
        for name in ("method", "webhookUrl", "runtime"):
            if name in action:
                entry[name] = action[name]
        for name in ("subject", "body", "content_id", "email_content_id", "recipient_emails", "delivery_method"):
            if name in fields:
                entry[name] = fields[name]
        if type_id in ("0-8", "0-9"):
            entry["userIds"] = self._recipients(step)
        self.portal.area("automation").setdefault("log", []).append(entry)

    def _recipients(self, step: Step) -> list[str]:
        users = self._users(step)
        values = self.records.lazy_values(step.object_type, step.record)
        owners = {values.get(name) for name in ids_of(step.fields.get("owner_properties"))}
        users += [user_id for user_id, user in self.portal.area("users").items() if user["ownerId"] in owners]
        return list(dict.fromkeys(users))

    def _users(self, step: Step) -> list[str]:
        """The people that the action names, directly or by team."""
        teams = set(ids_of(step.fields.get("team_ids")))
        members = [
            user_id
            for user_id, user in self.portal.area("users").items()
            if teams & {user["primaryTeamId"], *user["secondaryTeamIds"]}
        ]
        return [*ids_of(step.fields.get("user_ids")), *members]

    # --- records ------------------------------------------------------------------------------------------------

    def _set_property(self, step: Step) -> None:
        name, value = step.fields["property_name"], step.fields["value"]
        if not step.fields.get("association"):
            self._set(step, step.object_type, step.record, name, value)
            return
        type_id = step.fields["association"].get("associationTypeId")
        for other_type, record_id in self._associated(step, type_id):
            self._set(step, other_type, self.records.of(other_type)[record_id], name, value)

    def _associated(self, step: Step, type_id: object) -> list[tuple[str, str]]:
        start = (step.object_type, step.record["id"])
        ends = {pair[1] for kinds in (DEFAULT_TYPES, PRIMARY_TYPES) for pair in kinds if pair[0] == step.object_type}
        return [
            (end, str(link["toObjectId"]))
            for end in sorted(ends)
            for link in self.associations.of(start, end)
            if type_id in [kind["typeId"] for kind in link["associationTypes"]]
        ]

    def _set(self, step: Step, object_type: str, record: JsonObject, name: str, value: JsonObject) -> None:
        text = self._text(step, object_type, name, value)
        self.records.update(self.portal.object_type(object_type), record, {name: text})

    def _text(self, step: Step, object_type: str, name: str, value: JsonObject) -> str:
        definition = self.records.properties.active(object_type).get(name)
        if definition is None:
            raise validation_error(f"Property {name} does not exist")
        values = self.records.lazy_values(step.object_type, step.record)
        return text_of(value, definition, values, self.portal.moment(), account_zone(self.portal.state["account"]))

    def _rotate(self, step: Step) -> None:
        """The user with the fewest records from this action, the first of several: no order is promised [T]."""
        target = step.fields["target_property"]
        keep = str(step.fields.get("overwrite_current_owner", "false")).lower() != "true"
        if keep and step.record["properties"].get(target):
            return
        users = self.portal.area("users")
        people = [user_id for user_id in self._users(step) if user_id in users and not users[user_id]["archived"]]
        if not people:
            raise validation_error("There is no user to rotate to")
        counts = self.portal.area("automation", "rotations", step.key)
        chosen = min(people, key=lambda user_id: counts.get(user_id, 0))
        counts[chosen] = counts.get(chosen, 0) + 1
        owner = {target: users[chosen]["ownerId"]}
        self.records.update(self.portal.object_type(step.object_type), step.record, owner)

    def _create_task(self, step: Step) -> None:
        fields = step.fields
        zone = account_zone(self.portal.state["account"])
        due = fields.get("due_time") or {}
        due = {**due, "timeUnit": due.get("timeUnit") or due.get("time_unit") or "DAYS", "delta": due.get("delta") or 0}
        properties = {
            "hs_task_subject": fields["subject"],
            "hs_task_body": fields.get("body", ""),
            "hs_task_type": fields.get("task_type", "TODO"),
            "hs_task_priority": fields.get("priority", "NONE"),
            "hs_task_status": "NOT_STARTED",
            "hs_timestamp": timestamp(after_delay(due, self.portal.moment(), zone)),
            "hubspot_owner_id": self._task_owner(step),
        }
        self._create(step, TASKS, properties)

    def _task_owner(self, step: Step) -> str:
        """The person it is assigned to, else the owner of the record [?]."""
        assigned = (step.fields.get("owner_assignment") or {}).get("value")
        for desired in ids_of(assigned):
            user = self.portal.area("users").get(desired)
            return str(user["ownerId"]) if user else desired
        name = assigned.get("propertyName") if isinstance(assigned, dict) else None
        return str(step.record["properties"].get(name or "hubspot_owner_id", ""))

    def _create_record(self, step: Step) -> None:
        object_type = self.portal.object_type(step.fields["object_type_id"]).id
        properties = {
            each["targetProperty"]: self._text(step, object_type, each["targetProperty"], each["value"])
            for each in step.fields["properties"]
        }
        self._create(step, object_type, properties)

    def _create(self, step: Step, object_type: str, properties: dict[str, Any]) -> None:
        """A record that is associated with what the action names, or with the record in the flow."""
        made = self.records.create(self.portal.object_type(object_type), properties)
        start = (object_type, made["id"])
        if str(step.fields.get("use_explicit_associations")).lower() != "true":
            if (object_type, step.object_type) in DEFAULT_TYPES:
                self.associations.add(start, (step.object_type, step.record["id"]))
            return
        for named in step.fields.get("associations") or []:
            for end in self._ends(step, named["value"]):
                self.associations.add(start, end, int(named["target"]["associationTypeId"]))

    def _ends(self, step: Step, value: JsonObject) -> list[tuple[str, str]]:
        """The record in the flow, or those that it is associated with (COPY_ASSOCIATION) [T]."""
        if value.get("type") == "ENROLLED_OBJECT":
            return [(step.object_type, step.record["id"])]
        return self._associated(step, int(value["sourceSpec"]["associationTypeId"]))

    def _delete(self, step: Step) -> None:
        self.records.archive(self.portal.object_type(step.object_type), step.record["id"])

    # --- lists and other flows ----------------------------------------------------------------------------------

    def _add_to_list(self, step: Step) -> None:
        members = self._members(step)
        if step.record["id"] not in members:
            members.append(step.record["id"])
            self._listed(step)

    def _remove_from_list(self, step: Step) -> None:
        members = self._members(step)
        if step.record["id"] in members:
            members.remove(step.record["id"])
            self._listed(step)

    def _members(self, step: Step) -> list[str]:
        desired = next(iter(ids_of(step.fields.get("listId"))), "")
        live = self.portal.area("lists").get(desired)
        if live is None or live.get("deletedAt") or live["processingType"] == "DYNAMIC":
            raise validation_error(f"List {desired} is not a static list")
        members: list[str] = live["memberIds"]
        return members

    def _listed(self, step: Step) -> None:
        self.portal.announce(Happening("touched", step.object_type, step.record["id"]))

    def _enroll(self, step: Step) -> None:
        name = next(key for key in OTHER_WORKFLOW if step.fields.get(key))
        self.enroll(ids_of(step.fields[name])[0], step.record["id"])
