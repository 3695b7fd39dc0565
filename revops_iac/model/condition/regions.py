"""Regions and countries: what `in region dach` means on a field, with every spelling of a country as one."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

FILE = "countries.csv"
"""ISO 3166-1: code, and its other names, of which the first is the code of three letters."""


class UnknownRegion(LookupError):
    """`name` is neither a region of the model nor a country, or names nothing that the field offers."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message, self.fix = message, fix


@cache
def countries() -> Mapping[str, tuple[str, ...]]:
    """Every country of ISO 3166-1: code -> its names, the code first.

    >>> countries()["US"][:3]
    ('US', 'USA', 'United States')
    """
    with (files(__package__) / FILE).open(encoding="utf-8") as lines:
        return {row["code"]: (row["code"], *row["names"].split("|")) for row in csv.DictReader(lines)}


@cache
def _codes() -> Mapping[str, str]:
    return {name.casefold(): code for code, names in countries().items() for name in names}


def country_code(name: str) -> str | None:
    """The code of a country by any of its names, without regard to case.

    >>> country_code("united states"), country_code("Bavaria")
    ('US', None)
    """
    return _codes().get(name.strip().casefold())


@dataclass(frozen=True)
class Regions:
    """The tables of a model that give a region its values on a field."""

    tables: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Region -> countries, other regions, or values of another kind, such as states."""
    spellings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Country -> more ways in which records spell it."""
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Field with options -> option -> label."""

    @classmethod
    def of(cls, plain: Any) -> Regions:
        """The tables of a model that is not validated yet; what has another form is left out."""
        context, fields = _at(plain, "context"), _at(_at(plain, "data_hygiene"), "fields")
        options = {
            f"{object_name}.{key}": {str(option): str(label) for option, label in _at(entry, "options").items()}
            for object_name, entries in fields.items()
            for key, entry in (entries.items() if isinstance(entries, Mapping) else ())
            if _at(entry, "options")
        }
        return cls(_lists(_at(context, "regions")), _lists(_at(context, "countries")), options)

    def values(self, reference: str, members: Sequence[str]) -> tuple[str, ...]:
        """The values of a field that mean one of the regions or countries. Raises UnknownRegion."""
        unknown = next((one for one in members if one not in self.tables and not self._is_country(one)), None)
        if unknown is not None:
            declared = ", ".join(self.tables) or "none"
            fix = f"declare it under context.regions (there are: {declared}), or name a country"
            raise UnknownRegion(f'"{unknown}" is neither a region nor a country', fix)
        names = _distinct(name for member in self._flat(members, frozenset()) for name in self.names(member))
        offered = self.options.get(reference)
        if offered is None:
            return names
        meant = {name.casefold() for name in names}
        found = tuple(key for key, label in offered.items() if {key.casefold(), label.casefold()} & meant)
        if not found:
            message = f"no option of {reference} is in region {', '.join(members)}"
            raise UnknownRegion(message, f"its options are {', '.join(offered)}; name them under context.regions")
        return found

    def names(self, member: str) -> tuple[str, ...]:
        """Every spelling of a member, as written first: of a country all its names, else the value alone."""
        code = self.code(member)
        own = [name for key, names in self.spellings.items() if code and self.code(key) == code for name in names]
        return _distinct([member, *countries().get(code or "", (code or member,)), *own])

    def code(self, name: str) -> str | None:
        """The code of a country, or the key under which the model itself declares one."""
        own = next((key for key, names in self.spellings.items() if name in (key, *names)), None)
        return country_code(own or name) or own

    def _is_country(self, name: str) -> bool:
        return self.code(name) is not None

    def _flat(self, members: Sequence[str], inside: frozenset[str]) -> Iterator[str]:
        """The members with the regions among them replaced by theirs; a cycle ends where it closes."""
        for member in members:
            if member not in self.tables:
                yield member
            elif member not in inside:
                yield from self._flat(self.tables[member], inside | {member})


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, in its first spelling: neither CRM tells large letters from small ones."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(name.casefold(), name)
    return tuple(first.values())


def _at(plain: Any, key: str) -> Mapping[str, Any]:
    """A mapping inside a mapping or an entry; empty where there is none."""
    found = plain.get(key) if isinstance(plain, Mapping) else getattr(plain, key, None)
    if found is None or isinstance(found, Mapping):
        return found or {}
    return found.model_dump() if hasattr(found, "model_dump") else {}


def _lists(plain: Mapping[str, Any]) -> dict[str, list[str]]:
    """Each entry as a list, also one that is not written as one: that is an error of its own."""
    lists = {key: members if isinstance(members, list) else [members] for key, members in plain.items()}
    return {str(key): [str(member) for member in members] for key, members in lists.items()}
