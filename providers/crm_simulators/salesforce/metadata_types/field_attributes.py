"""Which attributes each custom field type needs and may have [K: WSDL requires none, the server does]."""

from __future__ import annotations

from dataclasses import dataclass

EVERY_TYPE = frozenset(
    {
        "type",
        "label",
        "description",
        "inlineHelpText",
        "trackHistory",
        "trackFeedHistory",
        "trackTrending",
        "businessStatus",
        "securityClassification",
        "complianceGroup",
        "externalId",
        "required",
        "unique",
    }
)


@dataclass(frozen=True)
class Attributes:
    """Required and further allowed attributes of a field type; ``can`` names the yes-flags that may be true."""

    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    can: frozenset[str] = frozenset()


def _attributes(required: str = "", optional: str = "", can: str = "") -> Attributes:
    return Attributes(frozenset(required.split()), frozenset(optional.split()), frozenset(can.split()))


NUMBERS = _attributes("precision scale", "defaultValue", "required unique externalId")
PLAIN: dict[str, Attributes] = {
    "Text": _attributes("length", "defaultValue caseSensitive", "required unique externalId"),
    "TextArea": _attributes("", "defaultValue", "required"),
    "LongTextArea": _attributes("length visibleLines", "defaultValue"),
    "Html": _attributes("length visibleLines"),
    "Number": NUMBERS,
    "Currency": _attributes("precision scale", "defaultValue", "required"),
    "Percent": _attributes("precision scale", "defaultValue", "required"),
    "Checkbox": _attributes("defaultValue"),
    "Date": _attributes("", "defaultValue", "required"),
    "DateTime": _attributes("", "defaultValue", "required"),
    "Time": _attributes("", "defaultValue", "required"),
    "Email": _attributes("", "defaultValue", "required unique externalId"),
    "Phone": _attributes("", "defaultValue", "required"),
    "Url": _attributes("", "defaultValue", "required"),
    "Picklist": _attributes("valueSet", "defaultValue", "required"),
    "MultiselectPicklist": _attributes("valueSet visibleLines", "defaultValue", "required"),
    "Lookup": _attributes("referenceTo relationshipName", "relationshipLabel deleteConstraint", "required"),
    "MasterDetail": _attributes(
        "referenceTo relationshipName",
        "relationshipLabel relationshipOrder writeRequiresMasterRead reparentableMasterDetail",
    ),
    "EncryptedText": _attributes("length maskChar maskType", "", "required"),
    "Location": _attributes("scale", "", "required"),
    "Summary": _attributes("summaryForeignKey summaryOperation", "summarizedField summaryFilterItems"),
    "AutoNumber": _attributes("displayFormat", "startingNumber populateExistingRows", "externalId"),
}
FORMULA_EXTRA = frozenset({"formula", "formulaTreatBlanksAs"})
FORMULAS: dict[str, Attributes] = {
    "Checkbox": _attributes("formula", "formulaTreatBlanksAs"),
    "Currency": _attributes("formula precision scale", "formulaTreatBlanksAs"),
    "Date": _attributes("formula", "formulaTreatBlanksAs"),
    "DateTime": _attributes("formula", "formulaTreatBlanksAs"),
    "Number": _attributes("formula precision scale", "formulaTreatBlanksAs"),
    "Percent": _attributes("formula precision scale", "formulaTreatBlanksAs"),
    "Text": _attributes("formula", "formulaTreatBlanksAs"),
    "Time": _attributes("formula", "formulaTreatBlanksAs"),
}
# Bounds of lengths [reference 4, K].
LENGTHS = {"Text": (1, 255), "EncryptedText": (1, 175), "LongTextArea": (256, 131072), "Html": (256, 131072)}
MAX_PRECISION = 18
# Defaults that the server writes back on read [K].
READ_DEFAULTS: dict[str, tuple[str, ...]] = {
    "Text": ("externalId", "required", "unique"),
    "Number": ("externalId", "required", "unique"),
    "Email": ("externalId", "required", "unique"),
    "AutoNumber": ("externalId",),
}
