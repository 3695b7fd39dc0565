"""What a property definition must satisfy, and the definition that HubSpot stores for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from vendor_facts import table, vocabulary

from crm_simulators.hubspot.errors import JsonObject, not_found, validation_error
from crm_simulators.hubspot.http.bodies import BODIES, check_body, fields, stored_parts
from crm_simulators.hubspot.portal.portal import Portal
from crm_simulators.hubspot.properties import formulas

PAIRS = {
    kind: tuple(fields.split()) for kind, fields in vocabulary("hubspot", "property types").items()
}  # [D]; phone_number from [S]
NUMBER_HINTS = tuple(vocabulary("hubspot", "number display hints"))
TEXT_HINTS = tuple(vocabulary("hubspot", "text display hints"))
CALCULATION = "calculation_equation"
PICKERS = ("select", "radio", "checkbox")  # checkbox, for several owners [T]
SENSITIVITIES = ("non_sensitive", "sensitive", "highly_sensitive")
NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")  # [?] names that are known to be safe
UPDATABLE = fields("PropertyUpdate")
CREATE_REQUIRED, CREATE_ONLY = BODIES["PropertyCreate"]
MADE = (
    *("createdAt", "updatedAt", "createdUserId", "updatedUserId", "archived", "archivedAt", "calculated"),
    *("hubspotDefined", "modificationMetadata", "sensitiveDataCategories"),
)
READ_ONLY_ECHO = {"name": "text", "dateDisplayHint": "text"}
OPTION_REQUIRED, OPTION_OPTIONAL = BODIES["OptionInput"]
_LIMITS = [row for row in table("hubspot/limits") if row["kind"] == "Property"]
MAX_OPTIONS = next(int(row["most"]) for row in _LIMITS if (row["input"], row["unit"]) == ("options", "entries"))
OPTION = frozenset({*OPTION_REQUIRED, *OPTION_OPTIONAL})
KNOWN = frozenset({*CREATE_REQUIRED, *UPDATABLE, *CREATE_ONLY, *READ_ONLY_ECHO, *MADE})
"""What a definition has with rules here, or from the portal itself [S]."""
DEFAULTS: JsonObject = {
    "description": "",
    "displayOrder": -1,
    "hidden": False,
    "formField": False,
    "hasUniqueValue": False,
    "externalOptions": False,
    "dataSensitivity": "non_sensitive",
}


class PropertyRules:
    """The checks of one object type; `properties` are its active definitions, `groups` its groups."""

    def __init__(self, portal: Portal, properties: Mapping[str, JsonObject], groups: Mapping[str, JsonObject]) -> None:
        self.portal = portal
        self.properties = properties
        self.groups = groups

    def created(self, body: JsonObject) -> JsonObject:
        """The definition for a create. Its formula is the echo of a write, see `stored`."""
        strict = self.portal.switch("unknown_fields") == "refuse"
        check_body("PropertyCreate", body, CREATE_REQUIRED, {**UPDATABLE, **CREATE_ONLY, **READ_ONLY_ECHO}, strict)
        known = {**CREATE_REQUIRED, **UPDATABLE, **CREATE_ONLY}
        definition = DEFAULTS | {k: v for k, v in body.items() if v is not None and k in known}
        if not NAME.fullmatch(definition["name"]):
            raise validation_error(
                f'Property name "{definition["name"]}" is invalid: it must start with a letter and contain only '
                "lowercase letters, numbers and underscores, at most 100 characters"
            )
        self._check_types(definition)
        _check_lengths(definition)
        definition["options"] = self._options(definition)
        return self.checked(definition)

    def updated(self, before: JsonObject, body: JsonObject) -> JsonObject:
        """The definition after a PATCH: options replace as a whole, fields left out or null are kept [O]."""
        strict = self.portal.switch("unknown_fields") == "refuse"
        check_body("PropertyUpdate", body, {}, {**UPDATABLE, **CREATE_ONLY, **READ_ONLY_ECHO}, strict)
        # name, hasUniqueValue and the other create-only fields: 200, and silently kept [O].
        changes = {k: v for k, v in body.items() if k in UPDATABLE and v is not None}
        definition = {**before, **changes}
        _check_lengths({key: value for key, value in changes.items() if value != before.get(key)})
        self._refuse_type_change(before, definition)
        if {"type", "fieldType"} & changes.keys():
            self._check_types(definition)
        if "options" in changes:
            definition["options"] = self._options(definition, before["options"])
        if before.get("currencyPropertyName"):
            definition["showCurrencySymbol"] = True  # cannot be turned off once a currency was set [O]
        return self.checked(definition)

    def checked(self, definition: JsonObject) -> JsonObject:
        """All rules that hold for creates and updates."""
        if definition.get("calculationFormula"):
            definition["fieldType"] = CALCULATION  # whatever was sent [O]
        if definition["groupName"] not in self.groups:
            raise validation_error(f'Property group "{definition["groupName"]}" does not exist')
        self._check_hints(definition)
        self._check_currency(definition)
        self._check_reference(definition)
        if definition["displayOrder"] < -1:
            raise validation_error(f"displayOrder was {definition['displayOrder']}; it must be -1 or more")
        if not definition.get("hubspotDefined"):
            definition["calculated"] = definition["fieldType"] == CALCULATION
            if definition["calculated"]:
                definition["calculationFormula"] = self._formula(definition)
        return definition

    def stored(self, definition: JsonObject) -> JsonObject:
        """What reads show: number literals of the formula are reprinted, the write's answer had echoed them [O]."""
        if not definition.get("calculationFormula"):
            return definition
        tree = formulas.parse(definition["calculationFormula"], lambda name: "any")
        return {**definition, "calculationFormula": formulas.canonical(tree)}

    def _check_types(self, definition: JsonObject) -> None:
        kind, field = definition["type"], definition["fieldType"]
        if kind not in PAIRS:
            raise validation_error(f'Property type "{kind}" is invalid: it must be one of {", ".join(PAIRS)}')
        if field not in PAIRS[kind]:
            allowed = ", ".join(PAIRS[kind])
            raise validation_error(
                f'Field type "{field}" is invalid for property type "{kind}": it must be one of {allowed}'
            )

    def _refuse_type_change(self, before: JsonObject, after: JsonObject) -> None:
        """Only string to phone_number is known to be accepted [O]; every other change is refused [?]."""
        if before["type"] != after["type"] and (before["type"], after["type"]) != ("string", "phone_number"):
            raise validation_error(f'Property type cannot be changed from "{before["type"]}" to "{after["type"]}"')

    def _options(self, definition: JsonObject, before: Iterable[JsonObject] = ()) -> list[JsonObject]:
        options, kind = definition.get("options") or [], definition["type"]
        if kind not in ("enumeration", "bool"):
            if options:
                raise validation_error(f'Options are only allowed on enumeration and bool, not on "{kind}"')
            return []
        stored = {option["value"]: option for option in before}
        made = [_option(option, stored) for option in options]
        for part in ("value", "label"):
            found = [option[part] for option in made]
            twice = sorted({value for value in found if found.count(value) > 1})
            if twice:
                raise validation_error(f'Property options must have unique {part}s: "{twice[0]}" is there twice')
        if kind == "bool":
            self._check_bool_options(definition, made)
        return made

    def _check_bool_options(self, definition: JsonObject, options: list[JsonObject]) -> None:
        calculated = bool(definition.get("calculationFormula"))
        if not options and calculated and not self.portal.switch("calculated_bool_needs_options"):
            return
        if sorted(option["value"] for option in options) != ["false", "true"]:
            message = 'A bool property must have exactly two options, "true" and "false"'
            raise validation_error(message, errors=[{"message": message, "code": "INVALID_BOOLEAN_OPTION"}])  # [O]

    def _check_hints(self, definition: JsonObject) -> None:
        for name, allowed in (("numberDisplayHint", NUMBER_HINTS), ("textDisplayHint", TEXT_HINTS)):
            hint = definition.get(name)
            if hint is not None and hint not in allowed:  # '' is refused: a hint cannot be cleared [O]
                raise validation_error(f'{name} "{hint}" is invalid: it must be one of {", ".join(allowed)}')
        if definition["dataSensitivity"] not in SENSITIVITIES:
            raise validation_error(f"dataSensitivity must be one of {', '.join(SENSITIVITIES)}")

    def _check_currency(self, definition: JsonObject) -> None:
        if definition.get("currencyPropertyName") and not definition.get("showCurrencySymbol"):
            message = "Only properties that show a currency symbol can specify a currency property"
            code = "ONLY_CURRENCY_PROPERTIES_CAN_SPECIFY_CURRENCY"
            raise validation_error(message, errors=[{"message": message, "code": code}])  # [O]

    def _check_reference(self, definition: JsonObject) -> None:
        reference, options = definition.get("referencedObjectType"), definition["options"]
        if not definition["externalOptions"]:
            if reference:
                raise validation_error("referencedObjectType needs externalOptions true")
            return
        if not reference:
            raise validation_error("A property with externalOptions must have a referencedObjectType")  # [O]
        if reference != "OWNER":
            raise validation_error(f'referencedObjectType "{reference}" is not supported: it must be OWNER')
        if definition["type"] != "enumeration" or definition["fieldType"] not in PICKERS or options:
            raise validation_error(
                "An owner property must be an enumeration, select, radio or checkbox, without options"
            )  # [O]

    def _formula(self, definition: JsonObject) -> str:
        text = definition.get("calculationFormula")
        if not text:
            raise validation_error("A property with fieldType calculation_equation must have a calculationFormula")
        try:
            tree = formulas.parse(text, self.formula_type)
        except formulas.FormulaProblem as problem:
            raise validation_error(f"The calculation formula is invalid: {problem}") from problem
        except formulas.UnknownFormulaProperty as problem:
            raise not_found(f"Property {problem.name} does not exist") from problem  # [O]
        desired = {"enumeration": "string"}.get(definition["type"], definition["type"])
        if tree.type not in ("any", desired):
            raise validation_error(f'The calculation formula gives a {tree.type}, the property is a "{desired}"')
        if definition["name"] in self._reached(formulas.references(tree)):
            raise validation_error("The calculation formula refers to its own property")
        return formulas.canonical(tree, reprint_numbers=False)

    def formula_type(self, name: str) -> formulas.FormulaType | None:
        """What a formula may read a property as."""
        definition = self.properties.get(name)
        if definition is None:
            return None
        kind = definition["type"]
        if kind == "enumeration":
            return "string" if self.portal.switch("string_function_reads_enumeration") else "other"
        known: dict[str, formulas.FormulaType] = {"number": "number", "string": "string", "bool": "bool"}
        return known.get(kind, "other")

    def _reached(self, names: set[str]) -> set[str]:
        """Every property that these depend on, through other calculations."""
        reached: set[str] = set()
        waiting = set(names)
        while waiting:
            name = waiting.pop()
            if name in reached:
                continue
            reached.add(name)
            formula = self.properties.get(name, {}).get("calculationFormula")
            waiting |= formulas.names(formula) if formula else set()
        return reached


def _check_lengths(parts: JsonObject) -> None:
    """Options have a number; how long a label may be, no source says."""
    if len(parts.get("options") or ()) > MAX_OPTIONS:
        raise validation_error(f"A property can have at most {MAX_OPTIONS} options")


def _option(option: Any, stored: Mapping[str, JsonObject]) -> JsonObject:
    if not isinstance(option, dict):
        raise validation_error("An option must be an object")
    before = stored.get(str(option.get("value")), {})
    check_body("OptionInput", option, OPTION_REQUIRED, OPTION_OPTIONAL, stored=before)
    made: JsonObject = {
        **stored_parts(option, before, {*OPTION_REQUIRED, "hidden", "displayOrder", "description"}),
        "label": option["label"],
        "value": option["value"],
        "displayOrder": option.get("displayOrder", -1),
        "hidden": bool(option.get("hidden", False)),
    }
    if option.get("description") is not None:
        made["description"] = option["description"]
    return made
