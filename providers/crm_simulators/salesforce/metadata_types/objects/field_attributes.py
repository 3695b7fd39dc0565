"""Which attributes each custom field type needs and may have [K: WSDL requires none, the server does]."""

from __future__ import annotations

from dataclasses import dataclass

from vendor_facts import table, vocabulary

EVERY_TYPE = frozenset(vocabulary("salesforce", "field elements"))


@dataclass(frozen=True)
class Attributes:
    """Required and further allowed attributes of a field type; ``can`` lists the flags that may be true."""

    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    can: frozenset[str] = frozenset()


def _attributes(required: str = "", optional: str = "", can: str = "") -> Attributes:
    return Attributes(frozenset(required.split()), frozenset(optional.split()), frozenset(can.split()))


PLAIN = {
    row["type"]: _attributes(row["required"], row["optional"], row["flags"]) for row in table("salesforce/field_types")
}
FORMULAS = {
    row["type"]: _attributes(row["formula"], "formulaTreatBlanksAs")
    for row in table("salesforce/field_types")
    if row["formula"]
}
RULED = EVERY_TYPE.union(
    *(each.required | each.optional for of_a_kind in (PLAIN, FORMULAS) for each in of_a_kind.values())
)
"""Every attribute that some type has rules for; a field of another type cannot have it."""
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
