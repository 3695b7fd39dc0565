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
