"""Salesforce record ids: 15 case-sensitive characters, or 18 with the checksum suffix."""

from __future__ import annotations

from vendor_facts import table

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

KEY_PREFIXES = {row["type"]: row["prefix"] for row in table("salesforce/key_prefixes")}


def checksum(id15: str) -> str:
    """The three characters that make a 15-character id safe against case folding.

    >>> checksum("001000000000001")
    'AAA'
    """
    suffix = ""
    for chunk in (id15[0:5], id15[5:10], id15[10:15]):
        suffix += ALPHABET[sum(1 << place for place, letter in enumerate(chunk) if letter.isupper())]
    return suffix


def to18(record_id: str) -> str:
    """The 18-character form of an id given in either form; anything else comes back as it is."""
    return record_id + checksum(record_id) if len(record_id) == 15 else record_id


def make_id(prefix: str, number: int) -> str:
    """The 18-character id of the ``number``-th record with a key prefix."""
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = BASE62[rest] + digits
    return to18(prefix + "Sm" + digits.rjust(10, "0"))
