"""The types of the formula language, and the places in an org where a formula stands."""

from __future__ import annotations

from enum import Enum

TEXT, NUMBER, BOOLEAN, DATE, DATETIME, TIME = "Text", "Number", "Boolean", "Date", "DateTime", "Time"
PICKLIST, MULTI, NULL, LONG = "Picklist", "MultiselectPicklist", "Null", "LongTextArea"
LOCATION = "Location"
ANY = "Any"
"""Of a name whose type nobody knows, and of what was refused already: it fits everywhere."""
SHOWN = {BOOLEAN: "true or false"}
"""How the editor names a type that a whole formula must have [K]."""
FIELD_TYPES = {
    "Checkbox": BOOLEAN,
    "Currency": NUMBER,
    "Date": DATE,
    "DateTime": DATETIME,
    "Number": NUMBER,
    "Percent": NUMBER,
    "Text": TEXT,
    "Time": TIME,
}
"""What a formula field of a type, or the default value of a field, must result in [D: customfield]."""
MAX_SHORT = {True: 255, False: 4_000}
"""Characters that a text area holds at most that is not long, of custom fields [D: customfield] and of standard ones:
formulas of orgs read Product2.Description, of 4,000 [K; S: FormulaDataType.isSimpleText]."""
DESCRIBED_TYPES = {
    "boolean": BOOLEAN, "combobox": TEXT, "currency": NUMBER, "date": DATE, "datetime": DATETIME, "double": NUMBER,
    "email": TEXT, "encryptedstring": TEXT, "id": TEXT, "int": NUMBER, "location": LOCATION, "long": NUMBER,
    "multipicklist": MULTI, "percent": NUMBER, "phone": TEXT, "picklist": PICKLIST, "reference": TEXT, "string": TEXT,
    "textarea": TEXT, "time": TIME, "url": TEXT,
}  # fmt: skip
"""The formula type of a field, by its type in describe; others fit everywhere."""


def described_type(kind: str, length: int, *, is_custom: bool) -> str:
    """The formula type of a field of a describe type and a length; describe calls short and long text areas alike.

    >>> described_type("textarea", 4_000, is_custom=True), described_type("textarea", 4_000, is_custom=False)
    ('LongTextArea', 'Text')
    """
    return LONG if kind == "textarea" and length > MAX_SHORT[is_custom] else DESCRIBED_TYPES.get(kind, ANY)


class Context(Enum):
    """Where a formula stands."""

    VALIDATION_RULE = "a validation rule"
    ASSIGNMENT_CRITERIA = "assignment criteria"
    APPROVAL_CRITERIA = "the criteria of an approval"
    FIELD_UPDATE = "a field update"
    FLOW_ENTRY = "the entry condition of a flow"
    FLOW = "a formula of a flow"
    FORMULA_FIELD = "a formula field"
    DEFAULT_VALUE = "a default value"

    @property
    def saving(self) -> bool:
        """Whether a record is being saved, so that ISCHANGED, ISNEW, PRIORVALUE and REGEX mean something.

        [S: formula-engine, AllowedContext(changeOnly=true)]. The engine also says nonFlowOnly, which the entry
        conditions of record-triggered flows contradict [D: flow entry conditions]; formulas inside a flow are taken to
        allow them [?].
        """
        return self not in {Context.FORMULA_FIELD, Context.DEFAULT_VALUE}
