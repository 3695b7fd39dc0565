"""Records of the standard objects, with what HubSpot computes on them; associations are in `associations.py`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from crm_simulators.hubspot.errors import HubSpotError, JsonObject, not_found, validation_error
from crm_simulators.hubspot.people import People
from crm_simulators.hubspot.pipelines.stage_movement import check_movement
from crm_simulators.hubspot.portal.object_types import ObjectType
from crm_simulators.hubspot.portal.portal import Happening, Portal
from crm_simulators.hubspot.properties import formulas
from crm_simulators.hubspot.properties import values as record_values
from crm_simulators.hubspot.properties.properties import Properties
from crm_simulators.hubspot.properties.validations import PropertyValidations
from crm_simulators.hubspot.properties.values import InvalidValue

STAGED: dict[str, tuple[str, str, str]] = {
    "0-3": ("pipeline", "dealstage", "default"),
    "0-5": ("hs_pipeline", "hs_pipeline_stage", "0"),
    "0-136": ("hs_pipeline", "hs_pipeline_stage", "lead-pipeline-id"),
}  # pipeline property, stage property, the default pipeline
LIFECYCLE_PIPELINES = {"0-1": "contacts-lifecycle-pipeline", "0-2": "companies-lifecycle-pipeline"}
IDENTITIES = {"0-1": "email", "0-2": "domain"}
CREATED, MODIFIED = ("createdate", "hs_createdate"), ("lastmodifieddate", "hs_lastmodifieddate")


@lru_cache(maxsize=4096)
def _formula(text: str) -> tuple[formulas.Node, tuple[str, ...]]:
    """A formula, and the properties that it reads."""
    tree = formulas.parse(text, lambda name: "any")
    return tree, tuple(formulas.references(tree))


class Records:
    """The records of every object type, in `{id, properties, history, createdAt, updatedAt, archived}`."""

    def __init__(self, portal: Portal, properties: Properties, people: People) -> None:
        self.portal = portal
        self.properties = properties
        self.people = people
        self.validations = PropertyValidations(properties)

    def of(self, object_type: str) -> dict[str, JsonObject]:
        """All records of an object type by id, archived ones too."""
        return self.portal.area("records", object_type)

    def active(self, object_type: str) -> list[JsonObject]:
        """Records that are not archived, oldest first."""
        return [record for record in self.of(object_type).values() if not record["archived"]]

    def find(
        self, object_type: ObjectType, key: str, id_property: str | None = None, archived: bool = False
    ) -> JsonObject:
        """A record by its id or by a unique property; 404 otherwise."""
        if id_property in (None, "hs_object_id"):
            found = self._successor(object_type.id, key)
        else:
            found = self.holder(object_type.id, str(id_property), key)
        if found is None or found["archived"] != archived:
            raise not_found(f"Object not found.  objectId are usually numeric. {object_type.singular} {key}")
        return found

    def _successor(self, object_type: str, record_id: str) -> JsonObject | None:
        """The record of this id, or the one that it was merged into [D]."""
        found: JsonObject | None = self.of(object_type).get(record_id)
        while found is not None and "mergedInto" in found:
            found = self.of(object_type).get(found["mergedInto"])
        return found

    def holder(self, object_type: str, name: str, value: str) -> JsonObject | None:
        """The active record that has this value in a unique property."""
        definition = self.properties.active(object_type).get(name)
        if definition is None or not (definition["hasUniqueValue"] or name == IDENTITIES.get(object_type)):
            raise validation_error(f"{name} is not a unique property")
        index = self.portal.indexes.get((object_type, name))
        if index is None:
            index = {one["properties"].get(name, "").lower(): one["id"] for one in self.active(object_type)}
            self.portal.indexes[object_type, name] = index
        found = self.of(object_type).get(index.get(value.lower(), ""))
        holds = found and not found["archived"] and found["properties"].get(name, "").lower() == value.lower()
        return found if holds else None

    def create(self, object_type: ObjectType, properties: Mapping[str, Any], version: str | None = None) -> JsonObject:
        """A record with these properties, checked; `version` is the dated version of the API that asked."""
        stored = self._checked(object_type, {}, properties, version)
        self._check_unique(object_type, stored, None)
        self._check_required(object_type.id, stored)
        now = self.portal.now()
        record: JsonObject = {
            "id": self.portal.next_id(f"record.{object_type.id}", 10001),
            "properties": {},
            "history": {},
            "createdAt": now,
            "updatedAt": now,
            "archived": False,
        }
        changed = self._write(object_type.id, record, stored)
        self.of(object_type.id)[record["id"]] = record
        self.portal.announce(Happening("created", object_type.id, record["id"], changed))
        return record

    def update(
        self, object_type: ObjectType, record: JsonObject, properties: Mapping[str, Any], version: str | None = None
    ) -> JsonObject:
        """Change properties of a record, checked."""
        stored = self._checked(object_type, record["properties"], properties, version)
        self._check_unique(object_type, stored, record["id"])
        record["updatedAt"] = self.portal.now()
        changed = self._write(object_type.id, record, stored)
        if changed:
            self.portal.announce(Happening("changed", object_type.id, record["id"], changed))
        return record

    def stamp(self, object_type: str, record: JsonObject, properties: Mapping[str, str]) -> None:
        """Write as HubSpot itself does: to read-only properties too, and equal text counts as a change."""
        known = {name: text for name, text in properties.items() if name in self.properties.active(object_type)}
        for name, text in known.items():
            record["properties"][name] = text
            record["history"].setdefault(name, []).append(self.portal.told(text))
        self.portal.announce(Happening("changed", object_type, record["id"], known))

    def archive(self, object_type: ObjectType, record_id: str) -> None:
        """Archive a record; an unknown one is 204 too."""
        record = self.of(object_type.id).get(record_id)
        if record and not record["archived"]:
            record |= {"archived": True, "archivedAt": self.portal.now()}

    def lazy_values(self, object_type: str, record: JsonObject) -> Values:
        """Like `values`, computed on demand."""
        return Values(self, object_type, record)

    def values(self, object_type: str, record: JsonObject, calculated: str | None = None) -> dict[str, str]:
        """Every property with a value, computed ones included; with `calculated`, only this formula runs."""
        definitions = self.properties.active(object_type)
        values = {name: text for name, text in record["properties"].items() if name in definitions and text != ""}
        values |= {name: text for name, text in self.computed(object_type, record).items() if name in definitions}
        self._calculate(definitions, values, calculated)
        return values

    def _calculate(self, definitions: Mapping[str, JsonObject], values: dict[str, str], only: str | None) -> None:
        """Add the calculation properties, in the order of their dependence."""
        calculated = [only] if only else [name for name, live in definitions.items() if live["calculated"]]
        if not calculated:
            return
        missing = str(self.portal.switch("formula_missing_value"))
        ignore_case = bool(self.portal.switch("formula_text_ignores_case"))
        typed = {name: record_values.typed(definitions[name], text) for name, text in values.items()}
        done: set[str] = set()

        def calculate(name: str) -> None:
            formula = definitions.get(name, {}).get("calculationFormula")
            if name in done or not formula:
                return
            done.add(name)
            tree, reads = _formula(formula)
            for used in reads:
                calculate(used)
            typed[name] = formulas.evaluate(tree, typed, missing, ignore_case)
            text = record_values.as_text(typed[name])
            if text is not None:
                values[name] = text

        for name in calculated:
            calculate(name)

    def computed(self, object_type: str, record: JsonObject) -> dict[str, str]:
        """The properties that HubSpot computes for every record."""
        values = {"hs_object_id": record["id"]}
        values |= dict.fromkeys(CREATED, record["properties"].get("createdate") or record["createdAt"])
        values |= dict.fromkeys(MODIFIED, record["updatedAt"])
        email = record["properties"].get("email")
        if email:
            values["hs_email_domain"] = email.rpartition("@")[2]
        if object_type in LIFECYCLE_PIPELINES:
            values["hs_pipeline"] = LIFECYCLE_PIPELINES[object_type]
        if object_type == "0-3":
            values |= self._deal_stage_values(record)
        return values

    def _deal_stage_values(self, record: JsonObject) -> dict[str, str]:
        stage = self._stages("0-3").get(record["properties"].get("dealstage", ""))
        if stage is None:
            return {}
        closed = stage["metadata"]["isClosed"] == "true"
        won = closed and stage["metadata"]["probability"] == "1.0"
        return {
            "hs_deal_stage_probability": formulas.show_number(float(stage["metadata"]["probability"])),
            "hs_is_closed": str(closed).lower(),
            "hs_is_closed_won": str(won).lower(),
            "hs_is_closed_lost": str(closed and not won).lower(),
        }

    def _stages(self, object_type: str) -> dict[str, JsonObject]:
        pipelines = self.portal.area("pipelines", object_type).values()
        return {stage["id"]: {**stage, "pipeline": p["id"]} for p in pipelines for stage in p["stages"]}

    def _checked(
        self, object_type: ObjectType, before: Mapping[str, str], desired: Mapping[str, Any], version: str | None
    ) -> dict[str, str]:
        """The texts to store. Raises an error that lists every refused value [T]."""
        definitions, owners = self.properties.active(object_type.id), self.people.owner_ids()
        stored: dict[str, str] = {}
        problems: list[tuple[str, InvalidValue]] = []
        for name, value in desired.items():
            try:
                stored[name] = self._checked_value(object_type.id, definitions.get(name), name, value, owners)
            except InvalidValue as problem:
                problems.append((name, problem))
        problems += self.validations.check(object_type.id, stored, version)
        if problems:
            raise record_values.refusal(problems)
        self._check_stage(object_type.id, before, stored)
        self._check_lifecycle(before, stored)
        return stored

    def _checked_value(
        self, object_type: str, definition: JsonObject | None, name: str, value: object, owners: set[str]
    ) -> str:
        if definition is None:
            raise InvalidValue("PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist')
        if definition["modificationMetadata"]["readOnlyValue"]:
            raise InvalidValue("READ_ONLY_VALUE", f'"{name}" is a read only property; its value cannot be set.')
        return record_values.store(self.properties.view(object_type, definition), value, owners)

    def _check_stage(self, object_type: str, before: Mapping[str, str], stored: dict[str, str]) -> None:
        """A stage must be one of the record's pipeline; a missing pipeline follows from the stage [?]."""
        staged = STAGED.get(object_type) or self._custom_stages(object_type)
        if staged is None:
            return
        pipeline_name, stage_name, first = staged
        stage = self._stages(object_type).get(stored.get(stage_name, ""))
        if stage is None:
            if not before:
                stored.setdefault(pipeline_name, first)
            return
        pipeline = stored.get(pipeline_name) or stage["pipeline"]
        if stage["pipeline"] != pipeline:
            message = f"{stage['id']} is not a stage of pipeline {pipeline}"
            raise record_values.refusal([(stage_name, InvalidValue("INVALID_OPTION", message))])
        stored[pipeline_name] = pipeline
        rules = self.portal.area("pipeline_rules", object_type).get(pipeline)
        if rules is not None and self.portal.switch("pipeline_rules_enforced"):
            there = before.get(stage_name) if before else None
            live = self.portal.area("pipelines", object_type)[pipeline]
            check_movement(rules["governanceValidationRules"], live, stage_name, there, stage["id"])

    def _custom_stages(self, object_type: str) -> tuple[str, str, str] | None:
        """Where a custom object with pipelines keeps them, and its first one."""
        pipelines = self.portal.area("pipelines").get(object_type) or {}
        return ("hs_pipeline", "hs_pipeline_stage", next(iter(pipelines))) if pipelines else None

    def _check_lifecycle(self, before: Mapping[str, str], stored: Mapping[str, str]) -> None:
        """Backwards moves, when the switch says that they are refused [T, conflicting]."""
        old, new = before.get("lifecyclestage"), stored.get("lifecyclestage")
        if not old or not new or self.portal.switch("lifecyclestage_backwards"):
            return
        order = [option["value"] for option in self.properties.active("0-1")["lifecyclestage"]["options"]]
        if old in order and new in order and order.index(new) < order.index(old):
            message = f"lifecyclestage cannot move backwards from {old} to {new}; clear it first"
            raise record_values.refusal([("lifecyclestage", InvalidValue("INVALID_OPTION", message))])

    def _check_required(self, object_type: str, stored: Mapping[str, str]) -> None:
        """A custom object names properties that a new record must have [S]; the words of the refusal are ours [?]."""
        schema = self.portal.area("schemas").get(object_type) or {}
        missing = [name for name in schema.get("requiredProperties", ()) if not stored.get(name)]
        if missing:
            code = "REQUIRED_PROPERTY"
            raise record_values.refusal(
                [(name, InvalidValue(code, f'Property "{name}" is required to create a record')) for name in missing]
            )

    def _check_unique(self, object_type: ObjectType, stored: Mapping[str, str], own_id: str | None) -> None:
        if own_id is None and stored.get("email", "").lower() in self.portal.area("blocked_emails"):
            raise validation_error(f"{stored['email']} was deleted for privacy and cannot be used")  # [?] the words
        for name, value in stored.items():
            if not value or not self.properties.active(object_type.id)[name]["hasUniqueValue"]:
                continue
            holder = self.holder(object_type.id, name, value)
            if holder is None or holder["id"] == own_id:
                continue
            if name == "email":  # [T, hubspot-api-nodejs#545]
                raise HubSpotError(409, f"Contact already exists. Existing ID: {holder['id']}", "CONFLICT")
            raise validation_error(f"{holder['id']} already has that value for {name}")  # [?]

    def _write(self, object_type: str, record: JsonObject, stored: Mapping[str, str]) -> dict[str, str]:
        """Store what is new, and answer it."""
        now = self.portal.now()
        changed = {}
        for name, text in stored.items():
            if record["properties"].get(name, "") == text:
                continue
            record["properties"][name] = text
            record["history"].setdefault(name, []).append(self.portal.told(text))
            self._stamp(object_type, record, name, text, now)
            changed[name] = text
            if (object_type, name) in self.portal.indexes:
                self.portal.indexes[object_type, name][text.lower()] = record["id"]
        return changed

    def _stamp(self, object_type: str, record: JsonObject, name: str, text: str, now: str) -> None:
        """Dates that HubSpot sets when a stage or owner changes [D]."""
        date_of_stage = f"hs_lifecyclestage_{text}_date"
        if name == "lifecyclestage" and date_of_stage in self.properties.active(object_type):
            record["properties"].setdefault(date_of_stage, now)
        if name == "dealstage":
            record["properties"]["hs_v2_date_entered_current_stage"] = now
            stage = self._stages(object_type).get(text)
            if stage and stage["metadata"]["isClosed"] == "true":
                record["properties"].setdefault("closedate", now)
        if name == "hubspot_owner_id" and text:
            record["properties"]["hubspot_owner_assigneddate"] = now


class Values:
    """The values of a record, computed on demand: formulas run only when a calculated property is read."""

    def __init__(self, records: Records, object_type: str, record: JsonObject) -> None:
        self._records = records
        self._object_type = object_type
        self._record = record
        self._computed: dict[str, str] | None = None
        self._calculated: dict[str, str | None] = {}

    def get(self, name: str) -> str | None:
        """The text of a property, None without one."""
        definition = self._records.properties.active(self._object_type).get(name)
        if definition is None:
            return None
        if definition["calculated"]:
            if name not in self._calculated:
                found = self._records.values(self._object_type, self._record, name)
                self._calculated[name] = found.get(name)
            return self._calculated[name]
        if self._computed is None:
            self._computed = self._records.computed(self._object_type, self._record)
        text: str = self._computed.get(name) or self._record["properties"].get(name, "")
        return text or None
