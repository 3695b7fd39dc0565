"""Duplicates: the match keys as matching rules, and what happens to a record that agrees in all of them."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.model.condition import FieldRef
from revops_iac.provider.declaration import Declaration
from revops_salesforce.compiler.terms.compilation import Compilation, derived
from revops_salesforce.compiler.terms.names import VENDOR_OBJECTS, field_name
from revops_salesforce.inputs import DuplicateRuleInputs, MatchingRuleInputs, MatchingRuleItem, MatchingRuleUse, Pair

ORIGIN = ("data_hygiene", "match_keys")
NAME = "Match_Keys"
LABEL = "Match keys"
PEOPLE = VENDOR_OBJECTS["contact"]
COMPANY_NAMES = {"Lead": "Company", "Account": "Name"}
"""The standard fields that are compared as company names [K]."""
COMPARABLE = frozenset({"text", "email", "phone", "url", "number", "picklist"})
ALERT = "There is a record with the same match keys already. Work on that one, or have the two merged."


def matching_rules(compilation: Compilation) -> Iterator[Declaration]:
    """One per object: records are the same when all keys that it holds agree."""
    for vendor_object, keys in _keys(compilation).items():
        inputs: MatchingRuleInputs = {
            "object": vendor_object,
            "name": f"{compilation.prefix}{NAME}",
            "label": LABEL,
            "items": [_item(compilation, vendor_object, one) for one in keys.values()],
            "description": "Records that agree in every match key of the revenue model.",
        }
        yield derived("MatchingRule", f"{vendor_object}.match_keys", ORIGIN, inputs)


def duplicate_rules(compilation: Compilation) -> Iterator[Declaration]:
    """One rule per object. It alerts and reports but never blocks: people decide whether two records are duplicates."""
    keys = _keys(compilation)
    for vendor_object in keys:
        inputs: DuplicateRuleInputs = {
            "object": vendor_object,
            "name": f"{compilation.prefix}{NAME}",
            "label": LABEL,
            "operations_on_insert": ["Alert", "Report"],
            "operations_on_update": ["Report"],
            "alert_text": ALERT,
            "matches": list(_matches(compilation, vendor_object, keys)),
            "description": "Finds duplicates by the match keys of the revenue model.",
        }
        yield derived("DuplicateRule", f"{vendor_object}.match_keys", ORIGIN, inputs)


def _keys(compilation: Compilation) -> dict[str, dict[str, FieldRef]]:
    """Vendor object -> match key -> the field that holds it there; objects without any are left out."""
    hygiene = compilation.model.data_hygiene
    found: dict[str, dict[str, FieldRef]] = {}
    for key, reference in (hygiene.match_keys if hygiene else {}).items():
        for live in (FieldRef(reference), *_mirrors(compilation, reference)):
            field = compilation.model.field(live)
            for vendor_object in VENDOR_OBJECTS[live.object] if field and field.type in COMPARABLE else ():
                if vendor_object in (*PEOPLE, "Account"):
                    found.setdefault(vendor_object, {}).setdefault(key, live)
    return found


def _mirrors(compilation: Compilation, reference: str) -> list[FieldRef]:
    """The fields of the person that repeat a field of the company."""
    return [other for other, field in compilation.model.fields() if field.mirror_of == reference]


def _item(compilation: Compilation, vendor_object: str, reference: FieldRef) -> MatchingRuleItem:
    name, field = field_name(compilation.model, reference, vendor_object), compilation.model.field(reference)
    if name == COMPANY_NAMES.get(vendor_object):
        return {"field": name, "method": "CompanyName"}
    if field is not None and field.type == "phone" and not name.endswith("__c"):
        return {"field": name, "method": "Phone"}
    return {"field": name}


def _matches(
    compilation: Compilation, vendor_object: str, keys: dict[str, dict[str, FieldRef]]
) -> Iterator[MatchingRuleUse]:
    """Records of the same object; a lead is compared with contacts too, which it may be already."""
    rule = f"{compilation.prefix}{NAME}"
    yield {"object": vendor_object, "matching_rule": rule}
    theirs = keys.get("Contact", {})
    if vendor_object == "Lead" and theirs and theirs.keys() <= keys["Lead"].keys():
        pairs: list[Pair] = [
            {
                "field": field_name(compilation.model, keys["Lead"][key], "Lead"),
                "other_field": field_name(compilation.model, other, "Contact"),
            }
            for key, other in theirs.items()
        ]
        yield {"object": "Contact", "matching_rule": rule, "mapping": pairs}
