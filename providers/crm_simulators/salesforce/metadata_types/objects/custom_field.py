"""CustomField: required attributes by type, formulas compiled at save, soft deletion."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from salesforce_formula.kinds import FIELD_TYPES
from vendor_facts import table

from crm_simulators.salesforce.errors import MetadataError, bad_reference, integrity, no_such_component
from crm_simulators.salesforce.metadata_types.checks import check_formula
from crm_simulators.salesforce.metadata_types.component_type import ComponentType, child_name, too_long
from crm_simulators.salesforce.metadata_types.objects.custom_object import follow_master
from crm_simulators.salesforce.metadata_types.objects.field_attributes import (
    EVERY_TYPE,
    FORMULAS,
    LENGTHS,
    MAX_PRECISION,
    PLAIN,
    READ_DEFAULTS,
    RULED,
    Attributes,
)
from crm_simulators.salesforce.metadata_types.objects.field_dependencies import (
    check_dependency,
    check_master,
    check_summary,
)
from crm_simulators.salesforce.metadata_types.objects.references import users_of_field
from crm_simulators.salesforce.metadata_types.objects.standard_value_set import add_values
from crm_simulators.salesforce.metadata_types.objects.value_lists import checked_values, merged
from crm_simulators.salesforce.org.fields import (
    PACKAGED,
    fields_of,
    find_field,
    from_body,
    is_customizable,
    object_name,
)
from crm_simulators.salesforce.org.org import Org, timestamp
from crm_simulators.salesforce.org.picklists import active, active_names, picklist_values
from crm_simulators.salesforce.xml.component_xml import Body

FIELD_NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9]|_(?!_))*(?<!_)__c")
STANDARD = "StandardField"
"""Where the org keeps what is set of standard fields."""
NOT_KEPT = frozenset({"fullName", "picklist", "globalPicklist"})
MAX_FIELDS = {
    row["tier"]: int(row["most"])
    for row in table("salesforce/limits")
    if (row["kind"], row["unit"]) == ("CustomField", "objects")
}
"""Fields of an object by edition, deleted ones included."""
KEPT_DAYS = 15  # in Deleted Fields [D: managing_deleted_fields]
TEXTS = frozenset({"Text", "TextArea", "LongTextArea", "Email", "Phone", "Url", "Picklist"})
NUMBERS = frozenset({"Number", "Currency", "Percent"})
UNCONVERTIBLE = frozenset({"AutoNumber", "EncryptedText", "Location", "Lookup", "MasterDetail", "Summary"})


class CustomField(ComponentType):
    name = "CustomField"
    directory = "objects"
    suffix = "object"
    is_child = True
    referenced = (
        "This custom field is referenced elsewhere in salesforce.com. Remove the usage and try again. : {users}"
    )

    def exists(self, org: Org, full_name: str) -> bool:
        return self.find(org, full_name) is not None or self._read_standard(org, full_name) is not None

    def file_name(self, full_name: str) -> str:
        return f"objects/{child_name(full_name)[0]}.object"

    def duplicate(self, full_name: str) -> MetadataError:
        sobject, field = child_name(full_name)
        text = f"There is already a field named {field.removesuffix('__c')} on {sobject}."
        return MetadataError("DUPLICATE_DEVELOPER_NAME", text, ("fullName",))

    def read(self, org: Org, full_name: str) -> Body | None:
        found = super().read(org, full_name)
        return found if found is not None else self._read_standard(org, full_name)

    def _read_standard(self, org: Org, full_name: str) -> Body | None:
        """A standard field comes back without a type, apart from picklists [K]."""
        sobject, name = child_name(full_name)
        known = object_name(org, sobject)
        if known is None or not is_customizable(known) or "__" in name:
            return None
        field = find_field(fields_of(org, known), name)
        own = name if field is None else field.name
        kept = org.body(STANDARD, f"{known}.{own}")
        if field is None and kept is None:
            return None
        type_ = {"type": "Picklist"} if field is not None and field.type == "picklist" else {}
        return {"fullName": f"{known}.{own}", **(kept or {}), **type_}

    def shown(self, org: Org, full_name: str, body: Body) -> Body:
        kind = body.get("type", "Checkbox")  # a package's field may be without one
        shown = {flag: False for flag in READ_DEFAULTS.get(kind, ("required",)) if "formula" not in body}
        if kind == "Checkbox" or "formula" in body:
            shown = {}
        return {**shown, **body, **self._shown_values(body)}

    def _shown_values(self, body: Body) -> Body:
        value_set = body.get("valueSet")
        if not value_set or "valueSetDefinition" not in value_set or value_set.get("restricted"):
            return {}
        # Unrestricted local value sets return active values only [D: globalpicklistvalue].
        definition = value_set["valueSetDefinition"]
        return {"valueSet": {**value_set, "valueSetDefinition": {**definition, "value": active(definition["value"])}}}

    # --- checks -------------------------------------------------------------------------------------------------

    def check_name(self, org: Org, full_name: str) -> None:
        sobject, name = child_name(full_name)
        known = object_name(org, sobject)
        if known is None or not is_customizable(known):
            raise no_such_component("CustomObject", sobject or full_name)
        if PACKAGED.fullmatch(name) and org.switch("packages_installed"):
            return
        if not name.endswith("__c"):
            # Standard fields can be neither created nor deleted [S: salto].
            raise integrity("Invalid fullName, must end in __c", "fullName")
        if not FIELD_NAME.fullmatch(name) or len(name) > 43:
            raise integrity(
                "The Custom Field Name can only contain alphanumeric characters, must begin with a letter, cannot end "
                "with an underscore or contain two consecutive underscore characters, and must be unique across all "
                f"{known} fields",
                "fullName",
            )
        self._check_deleted_name(org, full_name)
        self._check_room(org, known)

    def _check_room(self, org: Org, sobject: str) -> None:
        """Those of packages do not count [D: custom_field_allocations]."""
        names = [*org.own_names(self.name).get(sobject, ())]
        names += [gone for gone in org.deleted_fields if gone.startswith(f"{sobject}.")]
        limit = MAX_FIELDS.get(org.organization["OrganizationType"], max(MAX_FIELDS.values()))
        if len(names) >= limit and sum(not PACKAGED.search(name) for name in names) >= limit:
            raise MetadataError("CUSTOM_ENTITY_OR_FIELD_LIMIT", f"{sobject}: maximum number of custom fields reached")

    def _check_deleted_name(self, org: Org, full_name: str) -> None:
        self._purge_expired(org)
        if not org.switch("name_reuse_after_soft_delete") and any(
            gone["fullName"].lower() == full_name.lower() for gone in org.deleted_fields.values()
        ):
            raise self.duplicate(full_name)

    def _purge_expired(self, org: Org) -> None:
        limit = timestamp(org.now() - timedelta(days=KEPT_DAYS))
        org.deleted_fields = {name: gone for name, gone in org.deleted_fields.items() if gone["deletedDate"] > limit}

    def update(self, org: Org, full_name: str, body: Body) -> None:
        standard = None if self.find(org, full_name) is not None else self._read_standard(org, full_name)
        if standard is None:
            super().update(org, full_name, body)
        else:
            self._set_standard(org, str(standard["fullName"]), body)

    def create(self, org: Org, full_name: str, body: Body) -> None:
        """A field without a suffix and a label is one that the platform made, for a feature or a version that no table
        here has: files of orgs show what is set of it, and no more [S: public orgs]."""
        sobject, name = child_name(full_name)
        known = object_name(org, sobject)
        if known is not None and is_customizable(known) and "__" not in name and "label" not in body:
            self._set_standard(org, f"{known}.{name}", body)
        else:
            super().create(org, full_name, body)

    def _set_standard(self, org: Org, full_name: str, body: Body) -> None:
        """Keeps what can be set of a standard field, such as the tracking of its history. Its values are those of a
        StandardValueSet, and stand in the field itself up to version 37 of the API [D: StandardValueSet]."""
        sobject, name = child_name(full_name)
        field = find_field(fields_of(org, sobject), name)
        if "picklist" in body:
            values = _with_value_set(body)["valueSet"]["valueSetDefinition"]["value"]
            if field is not None and field.value_set is not None and values:
                add_values(org, field.value_set, values)
        org.store(STANDARD, full_name, {key: value for key, value in body.items() if key not in NOT_KEPT})

    def without_rules(self, body: Body) -> list[str]:
        kind = [] if body.get("type") in PLAIN else [f"type: {body.get('type')}"]
        return [*kind, *(name for name in body if name not in RULED)]

    def delete(self, org: Org, full_name: str) -> None:
        if self.find(org, full_name) is None and self._read_standard(org, full_name) is not None:
            raise MetadataError("DELETE_FAILED", f"Cannot delete standard field: {full_name}")
        super().delete(org, full_name)

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        if PACKAGED.fullmatch(child_name(full_name)[1]):
            # Files show of a package's field what an org may change of it.
            return _with_value_set(body)
        body = _with_value_set(body)
        if not body.get("label"):
            raise integrity("Must specify a non-empty label for the CustomField", "label")
        if "type" not in body:
            raise integrity("Must specify a non-empty type for the CustomField", "type")
        attributes = self._attributes(body)
        if attributes is not None:
            self._check_attributes(body, attributes)
        self._check_sizes(body)
        too_long("label", body["label"], 40)
        too_long("description", body.get("description"), 1000)
        too_long("inlineHelpText", body.get("inlineHelpText"), 510)
        result = dict(body)
        self._compile(org, full_name, body)
        if "formula" in body:
            result.setdefault("formulaTreatBlanksAs", "BlankAsZero")  # [K]
        if "referenceTo" in body:
            self._check_reference(org, full_name, body)
        if "valueSet" in body:
            result["valueSet"] = self._value_set(org, body, old)
            self._check_dependency(org, full_name, result)
        if body["type"] == "Summary":
            check_summary(org, object_name(org, child_name(full_name)[0]) or "", body)
        if body["type"] == "MasterDetail" and old is None:
            self._check_master(org, full_name)
        if old is not None:
            self._check_change(org, full_name, body, old)
        return result

    def _attributes(self, body: Body) -> Attributes | None:
        """What the type needs and may have; None for a type without rules, such as relationships of metadata."""
        kind = body["type"]
        if "formula" in body and kind in PLAIN and kind not in FORMULAS:
            raise integrity(f"Can not create a formula of type {kind} in this organization", "type")
        return (FORMULAS if "formula" in body else PLAIN).get(kind)

    def _check_attributes(self, body: Body, attributes: Attributes) -> None:
        kind = body["type"]
        for name in sorted(attributes.required):
            if body.get(name) in (None, ""):
                raise integrity(f"Must specify '{name}' for a CustomField of type {kind}", name)
        for name, value in body.items():
            flag_set = name in {"required", "unique", "externalId"} and value and name not in attributes.can
            unknown = name in RULED - EVERY_TYPE - attributes.required - attributes.optional
            if flag_set or unknown:
                raise integrity(f"Can not specify '{name}' for a CustomField of type {kind}", name)
        if kind == "Checkbox" and "formula" not in body and body["defaultValue"] not in {"true", "false"}:
            raise integrity("The default value of a Checkbox must be true or false", "defaultValue")

    def _check_sizes(self, body: Body) -> None:
        low, high = LENGTHS.get(body["type"], (0, 10**9))
        if "length" in body and not low <= body["length"] <= high:
            raise integrity(f"Length must be between {low} and {high}", "length")
        precision, scale = body.get("precision"), body.get("scale")
        if precision is None or scale is None:
            return
        if not 1 <= precision <= MAX_PRECISION or not 0 <= scale <= precision:
            # [K: text]
            raise MetadataError(
                "NUMBER_OUTSIDE_VALID_RANGE",
                f"Precision must be between 1 and {MAX_PRECISION}, and scale between 0 and precision",
                ("precision",),
            )

    def _compile(self, org: Org, full_name: str, body: Body) -> None:
        """Its formula, and its default, which is one too."""
        sobject = object_name(org, child_name(full_name)[0]) or ""
        for element in ("formula", "defaultValue"):
            if body.get(element) not in (None, ""):
                check_formula(org, sobject, body, element, expected=FIELD_TYPES.get(body["type"]), saving=False)

    def _check_reference(self, org: Org, full_name: str, body: Body) -> None:
        if object_name(org, body["referenceTo"]) is None:
            raise bad_reference("referenceTo", "CustomObject", body["referenceTo"])
        if body["type"] == "Lookup" and body.get("required") and body.get("deleteConstraint") == "SetNull":
            raise integrity("A required lookup cannot have deleteConstraint SetNull", "deleteConstraint")
        relationship = body["relationshipName"].lower()
        for name, component in org.of_type(self.name).items():
            other = component["body"]
            same_target = other.get("referenceTo") == body["referenceTo"]
            if name != full_name and same_target and other.get("relationshipName", "").lower() == relationship:
                text = (
                    f"There is already a Child Relationship named {body['relationshipName']} on {body['referenceTo']}."
                )
                raise MetadataError("DUPLICATE_DEVELOPER_NAME", text, ("relationshipName",))

    def _value_set(self, org: Org, body: Body, old: Body | None) -> Body:
        value_set: Body = body["valueSet"]
        if ("valueSetDefinition" in value_set) == ("valueSetName" in value_set):
            raise integrity("Must specify either valueSetDefinition or valueSetName for a picklist field", "valueSet")
        old_set = (old or {}).get("valueSet", {})
        if "valueSetName" in value_set:
            name = value_set["valueSetName"].removesuffix("__gvs")
            if org.find("GlobalValueSet", name) is None:
                raise bad_reference("valueSetName", "GlobalValueSet", value_set["valueSetName"])
            if "valueSetDefinition" in old_set:
                # [S: salto picklist_promote]
                raise integrity(
                    "Cannot promote a picklist field's values to a global value set via the API", "valueSet"
                )
            return {"restricted": True, **value_set, "valueSetName": name}
        if "valueSetName" in old_set:
            raise integrity("Cannot change a global value set to local values via the API", "valueSet")
        definition = value_set["valueSetDefinition"]
        values = checked_values(definition.get("value", []), element="value")
        before = old_set.get("valueSetDefinition", {}).get("value", [])
        return {**value_set, "valueSetDefinition": {**definition, "value": merged(before, values)}}

    def _check_dependency(self, org: Org, full_name: str, result: Body) -> None:
        sobject, name = child_name(full_name)
        known = object_name(org, sobject) or ""
        values = picklist_values(org, from_body(name, result))
        check_dependency(org, known, name, result["valueSet"], active_names(values))

    def _check_master(self, org: Org, full_name: str) -> None:
        sobject = child_name(full_name)[0]
        masters = [
            name
            for name, component in org.of_type(self.name).items()
            if child_name(name)[0] == sobject and component["body"].get("type") == "MasterDetail"
        ]
        check_master(org, sobject, len(masters))

    def _check_change(self, org: Org, full_name: str, body: Body, old: Body) -> None:
        if ("formula" in body) != ("formula" in old):
            raise integrity("Cannot change a field between formula and non-formula", "formula")
        if body.get("referenceTo") != old.get("referenceTo"):
            raise integrity("Cannot change the object that a relationship field refers to", "referenceTo")
        if body["type"] == old["type"]:
            return
        if "formula" in body or {body["type"], old["type"]} & UNCONVERTIBLE:
            raise integrity(f"Cannot change field type from {old['type']} to {body['type']}", "type")
        if next(users_of_field(org, full_name), None) is not None:
            raise MetadataError(
                "CANNOT_CHANGE_FIELD_TYPE_OF_REFERENCED_FIELD",
                f"Cannot change type of field {full_name} because it is referenced elsewhere",
                ("type",),
            )

    def rename(self, org: Org, old: str, new: str) -> None:
        """Rename a field that nothing refers to; its data and permissions follow [W: status codes; K: the rest]."""
        name = self.existing(org, old)
        if self.find(org, new) is not None:
            raise self.duplicate(new)
        self.check_name(org, new)
        users = ", ".join(users_of_field(org, name))
        if users:
            text = f"Cannot rename field {name} because it is referenced elsewhere : {users}"
            raise MetadataError("CANNOT_RENAME_REFERENCED_FIELD", text, ("fullName",))
        component = org.drop(self.name, name)
        org.of_type(self.name)[new] = component
        (sobject, before), (_, after) = child_name(name), child_name(new)
        for row in org.table(sobject).values():
            if before in row:
                row[after] = row.pop(before)
        for permission in _field_permissions(org):
            if permission["field"].lower() == name.lower():
                permission["field"] = new

    # --- effects ------------------------------------------------------------------------------------------------

    def store(self, org: Org, full_name: str, body: Body) -> None:
        old = org.body(self.name, full_name)
        super().store(org, full_name, body)
        sobject, name = child_name(self.find(org, full_name) or full_name)
        if body.get("type") == "MasterDetail":
            follow_master(org, sobject)
        if old is None:
            self._fill_existing(org, sobject, name, body)
        elif old.get("type") != body.get("type"):
            self._convert(org, sobject, name, old.get("type", ""), body.get("type", ""))

    def _fill_existing(self, org: Org, sobject: str, name: str, body: Body) -> None:
        if body.get("type") == "Checkbox" and "formula" not in body:
            for row in org.table(sobject).values():
                row[name] = body.get("defaultValue") == "true"

    def _convert(self, org: Org, sobject: str, name: str, old: str, new: str) -> None:
        """Values survive between texts and between numbers; other changes lose them [D: notes_on_changing]."""
        keeps = {old, new} <= TEXTS or {old, new} <= NUMBERS or (old in NUMBERS and new == "Text")
        for row in org.table(sobject).values():
            value = row.get(name)
            row[name] = (str(value) if new in TEXTS else value) if keeps and value is not None else None

    def users(self, org: Org, full_name: str) -> Iterator[str]:
        return users_of_field(org, full_name)

    def check_delete(self, org: Org, full_name: str) -> None:
        super().check_delete(org, full_name)
        self._soft_delete(org, full_name)

    def _soft_delete(self, org: Org, full_name: str) -> None:
        """Keep definition and data for 15 days under a name with _del [D: managing_deleted_fields]."""
        sobject, name = child_name(full_name)
        self._purge_expired(org)
        data: dict[str, Any] = {}
        for row in org.table(sobject).values():
            if row.get(name) is not None:
                data[row["Id"]] = row[name]
            row.pop(name, None)
        kept = full_name.removesuffix("__c") + "_del__c"
        kept = full_name if kept in org.deleted_fields else kept
        gone = {
            **org.of_type(self.name)[full_name],
            "fullName": full_name,
            "deletedDate": org.timestamp(),
            "data": data,
        }
        org.deleted_fields[kept] = gone
        for component in org.of_type("PermissionSet").values():
            permissions = component["body"].get("fieldPermissions", [])
            component["body"]["fieldPermissions"] = [p for p in permissions if p["field"].lower() != full_name.lower()]


def _with_value_set(body: Body) -> Body:
    """A field whose values are written as up to version 37 of the API [W: CustomField of version 30]."""
    if "globalPicklist" in body:  # [S: fields of version 36]
        kept = {name: value for name, value in body.items() if name != "globalPicklist"}
        return {**kept, "valueSet": {"valueSetName": body["globalPicklist"]}}
    if "picklist" not in body:
        return body
    given = body["picklist"]
    values = given.get("picklistValues", [])
    made = [
        {"fullName": value["fullName"], "default": value.get("default") == "true", "label": value["fullName"]}
        for value in (values if isinstance(values, list) else [values])
    ]
    definition = {"sorted": given.get("sorted") == "true", "value": made}
    kept = {name: value for name, value in body.items() if name != "picklist"}
    return {**kept, "valueSet": {"valueSetDefinition": definition}}


def _field_permissions(org: Org) -> Iterator[Body]:
    for component in org.of_type("PermissionSet").values():
        yield from component["body"].get("fieldPermissions", [])
