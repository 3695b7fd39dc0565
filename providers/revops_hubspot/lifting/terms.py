"""The fields that lifted entries name: those of the model, else new ones bound to the portal's properties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from revops_hubspot.compiler.properties import TYPES
from revops_hubspot.compiler.terms.names import OBJECT_TYPES, SYSTEM, Names
from revops_iac.model.condition import FieldRef
from revops_iac.provider.lifting import Unsayable, key_of
from revops_iac.provider.lifting.model_terms import ModelTerms
from revops_iac.provider.live_object import Definition

CALCULATED: Mapping[str, str] = {"number": "number", "bool": "checkbox", "enumeration": "picklist"}
"""Type of a property -> type of the model, where the field type says no more."""
KEYS: Mapping[str, str] = {
    "closedate": "close_date", "company": "company_name", "dealname": "name", "dealstage": "stage",
    "firstname": "first_name", "hs_email_domain": "email_domain", "hs_lead_status": "lead_status",
    "hs_v2_date_entered_current_stage": "last_stage_change_date",
    "hubspot_owner_id": "owner", "jobtitle": "job_title", "lastname": "last_name",
    "lifecyclestage": "lifecycle_stage", "numberofemployees": "employees",
}  # fmt: skip
"""HubSpot's own properties whose names are no words: the keys that their fields get."""
OBJECTS = {object_type: object_ for object_, object_type in OBJECT_TYPES.items()}


@dataclass
class Terms(ModelTerms):
    """The same in a portal."""

    def field(self, name: str, object_type: str = "contacts") -> tuple[FieldRef, str]:
        """A field of the model and its type, made where there is none. Raises Unsayable."""
        names = Names(self.model)
        for reference, known in self.model.fields():
            if OBJECT_TYPES.get(reference.object) == object_type and names.property(reference) == name:
                return reference, str(known.type)
        reference = FieldRef(f"{OBJECTS[object_type]}.{KEYS.get(name) or key_of(name)}")
        if reference not in self.fields:
            self.fields[reference] = self._made(name, object_type)
        return self.use_field(reference)

    def _made(self, name: str, object_type: str) -> Definition:
        inputs = self.inputs(name, object_type)
        pair = (inputs.get("type"), inputs.get("field_type"))
        types = [one for one, shape in TYPES.items() if (shape.type, shape.field_type) == pair]
        type_ = types[0] if types else CALCULATED.get(str(inputs.get("type")), "text")
        options = {str(one["value"]): str(one["label"]) for one in inputs.get("options") or ()}
        listed = {"options": options} if type_ in ("picklist", "multi_picklist") and options else {}
        return {"label": str(inputs.get("label") or name), "type": type_, **listed, "standard": {SYSTEM: name}}

    def inputs(self, name: str, object_type: str = "contacts") -> Definition:
        """A property as it is declared, else as the portal has it. Raises Unsayable."""
        whole = f"{object_type}.{name}"
        declared = self.raw.get("Property", {}).get(whole)
        if declared is not None:
            return dict(declared)
        live = self.session.find(self.session.system.kinds["Property"], whole)
        if live is None:
            raise Unsayable(f"there is no property {whole}")
        return live.definition

    def own_field(self, name: str) -> str:
        """A field that the model makes itself from then on, as it makes scores. Raises Unsayable."""
        reference, kind = self.field(name)
        path = ("data_hygiene", "fields", reference.object, reference.key)
        if path in self.used:
            declared = self.inputs(name)
            made = {"label": declared.get("label") or name, "type": kind, "description": declared.get("description")}
            made["hubspot_group"] = declared.get("group_name")
            if f"{self.model.context.name_prefix}{reference.key}" != name:
                made["vendor_name"] = {SYSTEM: name}
            self.used[path] = {key: value for key, value in made.items() if value is not None}
        return str(reference)
