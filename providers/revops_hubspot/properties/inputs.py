"""The inputs of a property, whether it is a resource of its own or made with the schema of a custom object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from revops_hubspot.properties.options import Option
from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, Inputs

PropertyType = Literal[
    "bool",
    "currency_number",
    "date",
    "datetime",
    "enumeration",
    "json",
    "number",
    "object_coordinates",
    "phone_number",
    "string",
]
FieldType = Literal[
    "booleancheckbox",
    "calculation_equation",
    "calculation_read_time",
    "calculation_rollup",
    "calculation_score",
    "checkbox",
    "date",
    "file",
    "html",
    "number",
    "phonenumber",
    "radio",
    "select",
    "text",
    "textarea",
    "unknown",
]
NumberDisplayHint = Literal["currency", "duration", "formatted", "percentage", "probability", "unformatted"]
TextDisplayHint = Literal[
    "domain_name",
    "email",
    "ip_address",
    "multi_line",
    "phone_number",
    "physical_address",
    "postal_code",
    "unformatted_single_line",
]
FIELD_TYPES: Mapping[str, str] = {
    "string": "text, textarea, phonenumber, html, file, calculation_equation",
    "number": "number, calculation_equation",
    "bool": "booleancheckbox, calculation_equation",
    "enumeration": "select, radio, checkbox, booleancheckbox, calculation_equation",
    "date": "date",
    "datetime": "date",
    "phone_number": "phonenumber",
}
"""Which field types go with a type [D]; that of phone_number is from the specification [S]."""
EXISTING_TYPES = ("currency_number", "json", "object_coordinates")
EXISTING_FIELD_TYPES = ("calculation_read_time", "calculation_rollup", "calculation_score", "unknown")
"""Of properties that HubSpot made: they can be read and in part changed, but not created by the API [S][D][T]."""
CALCULATED = "calculation_equation"
PICKERS = ("select", "radio", "checkbox")
"""Field types of an owner picker [O]; with `checkbox`, of several owners [T]."""
SENSITIVE = ("sensitive", "highly_sensitive")


class PropertyInputs(Inputs):
    """A property of an object. An input that is absent is not managed.

    Sensitive data requires stack config `hubspot:sensitiveData: true`: HubSpot returns such properties only to requests
    that name their sensitivity, and every such read needs separate scopes [S].

    Example::

        object: deals
        name: discount_percent
        label: Discount
        type: number
        field_type: number
        group_name: revenue_process
        description: Discount on the list price, in percent.
        number_display_hint: percentage

    Later::

        label: Discount on list
        description: Discount on the list price of the order form, in percent.
    """

    object: str
    """`contacts`, `companies`, `deals`, `tickets`, `leads` or the name of a custom object."""
    name: str
    label: str
    type: PropertyType
    """HubSpot's API creates no `currency_number`, `json` and `object_coordinates`; existing ones can be adopted."""
    field_type: FieldType
    """HubSpot's API creates `calculation_equation` only; properties with the other calculations can be adopted."""
    group_name: str
    description: str | None = None
    options: list[Option] | None = None
    """The whole list, in order: an option that is left out is removed [O]."""
    display_order: int | None = Field(default=None, ge=-1)
    """Position in the group; -1 is after those with a position."""
    hidden: bool | None = None
    form_field: bool | None = None
    has_unique_value: bool | None = None
    calculation_formula: str | None = None
    """Makes the property a calculation; it can use only properties of the same object [O]."""
    external_options: bool | None = None
    referenced_object_type: str | None = None
    """`OWNER` with `external_options: true` and no options makes an owner picker [O]. HubSpot's own have others [T]."""
    number_display_hint: NumberDisplayHint | None = None
    text_display_hint: TextDisplayHint | None = None
    show_currency_symbol: bool | None = None
    currency_property_name: str | None = None
    data_sensitivity: Literal["non_sensitive", "sensitive", "highly_sensitive"] | None = None
    """Immutable [S]; Enterprise only, and must be enabled in the portal [D][O]."""

    @field_validator("calculation_formula")
    @classmethod
    def _formula_is_one(cls, text: str | None, info: ValidationInfo) -> str | None:
        """Checks without the account: grammar, types of operands, and the type of the result."""
        if text is None:
            return None
        from revops_hubspot.formulas import check as formula_check  # long to import, and few properties have one
        from revops_hubspot.formulas.parser import wrong_at

        found = formula_check.formula_errors(text, str(info.data.get("type", "any")))
        if len(text) > formula_check.MOST_CHARACTERS:
            most = f"{formula_check.MOST_CHARACTERS:,}"
            message = f"it has {len(text):,} characters; HubSpot allows {most}"
            found = [wrong_at(0, message, "split it: a formula can use other calculations")]
        if not found:
            return text
        error, column = formula_check.summary(text, found), formula_check.offset(found[0]) + 1
        raise PydanticCustomError(
            "condition", "{message}", {"message": error.message, "column": column, "fix": error.fix}
        )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        allowed = FIELD_TYPES.get(self.type, "")
        if self.is_creatable and self.field_type not in allowed.split(", "):
            raise ValueError(f'field_type is "{self.field_type}", for type {self.type} it must be one of {allowed}')
        if self.calculation_formula is not None and CALCULATED not in allowed:
            raise ValueError(f"calculation_formula: a property of type {self.type} cannot be calculated")
        if self.currency_property_name is not None and not self.show_currency_symbol:
            raise ValueError("currency_property_name needs show_currency_symbol: true")
        return self

    @model_validator(mode="after")
    def _options_fit(self) -> Self:
        if self.options and self.type not in ("enumeration", "bool"):
            raise ValueError(f"options: a property of type {self.type} cannot have options")
        for part, found in (
            ("value", [option.value for option in self.options or ()]),
            ("label", [option.label for option in self.options or ()]),
        ):
            if len(set(found)) < len(found):
                raise ValueError(f'options: the {part} "{max(found, key=found.count)}" is used twice')
        values = sorted(option.value for option in self.options or ())
        if self.type == "bool" and values and values != ["false", "true"]:
            raise ValueError('options: a bool must have exactly the values "true" and "false"')
        return self

    @model_validator(mode="after")
    def _picker_fits(self) -> Self:
        if self.external_options and self.options:
            raise ValueError("external_options needs referenced_object_type: OWNER, and no options")
        return self

    @property
    def is_creatable(self) -> bool:
        """Whether HubSpot's API creates properties of this type and field type."""
        return self.type not in EXISTING_TYPES and self.field_type not in EXISTING_FIELD_TYPES

    @property
    def creation_problem(self) -> str | None:
        """Why HubSpot's API would not create it, though it may exist; None when it would."""
        if self.type in EXISTING_TYPES:
            return f"HubSpot's API cannot create a property of type {self.type}"
        if self.field_type in EXISTING_FIELD_TYPES:
            return f"HubSpot's API cannot create a property with field_type {self.field_type}"
        if self.field_type == CALCULATED and self.calculation_formula is None:
            return f"field_type is {CALCULATED}, so it needs a calculation_formula"
        if self.external_options and self.referenced_object_type != "OWNER":
            return "external_options needs referenced_object_type: OWNER"
        if self.referenced_object_type is not None and not self.external_options:
            return "referenced_object_type needs external_options: true"
        if self.external_options and (self.type != "enumeration" or self.field_type not in PICKERS):
            return f"external_options needs type enumeration, and field_type {' or '.join(PICKERS)}"
        return None

    @property
    def is_sensitive(self) -> bool:
        """Whether HubSpot returns it only to requests for sensitive data."""
        return self.data_sensitivity in SENSITIVE

    @property
    def named_properties(self) -> set[str]:
        """The properties that it names: those of its formula, and that of its currency."""
        named = {self.currency_property_name} if self.currency_property_name else set()
        if self.calculation_formula:
            from revops_hubspot.formulas.parser import references

            named |= {*references(self.calculation_formula)}
        return named


class SchemaProperty(Part):
    """A property that is created with the object; other properties are `Property` resources."""

    name: str
    label: str
    type: str
    field_type: str
    options: list[Option] | None = None
    has_unique_value: bool = False

    def as_property(self, object_: str) -> PropertyInputs:
        """The same as a resource of its own."""
        return PropertyInputs.load(self.definition_in(object_))

    def definition_in(self, object_: str) -> Definition:
        """The definition of a `Property` of that object that is the same."""
        options = [option.model_dump(exclude_none=True) for option in self.options or ()]
        return {"object": object_, "group_name": "-", **self.model_dump(), "options": options}
