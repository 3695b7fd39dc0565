"""The revenue process of one stack, as the documents read it: the model with its places, and what it compiles to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from revops_iac.compile import Planned
from revops_iac.diagnostics import Position
from revops_iac.documents.coverage_table import table
from revops_iac.documents.tree import Code, Row, Table, Text, joined, section
from revops_iac.documents.words import Words, capital, spoken
from revops_iac.model import Model
from revops_iac.model.condition import Condition, FieldRef
from revops_iac.model.data_hygiene import Field
from revops_iac.model.references import Visit, visits
from revops_iac.source.load import Loaded
from revops_iac.systems import System

Path = tuple[str | int, ...]
Fact = tuple[str, Text | None] | tuple[str, Text | None, str]
"""The name of a fact, its value, and the key of the entry that holds it."""


@dataclass(frozen=True)
class Process:
    """A stack's model and planned resources, with the words for them.

    `counts` says how many of some records each routing rule takes, by routing and rule; None is the fallback.
    """

    stack: str
    loaded: Loaded
    planned: Sequence[Planned]
    systems: Sequence[System]
    counts: Mapping[tuple[str, str | None], int] = field(default_factory=dict)

    @property
    def model(self) -> Model:
        return self.loaded.model

    @cached_property
    def words(self) -> Words:
        return Words(self.model)

    @property
    def environment(self) -> str:
        return self.loaded.environment or self.stack

    def place(self, *path: str | int) -> Position | None:
        """Where a path of the model is written."""
        return self.loaded.position_of(path)

    def runner(self, named: str | None) -> str:
        """The CRM on which an entry runs: the one that it names, else the source of truth."""
        system = named or self.model.context.systems.source_of_truth or ""
        return next((one.label for one in self.systems if one.name == system), system)

    def named_fields(self, *references: str | None, about: str = "contact") -> Text:
        """The labels of fields, each with its key; nothing for a field that is not named."""
        return joined([(f"{self.words.field(ref, about)} (", Code(str(ref)), ")") for ref in references if ref])

    def kept_in(self, fields: Any, about: str = "contact") -> Text:
        """The fields in which an entry keeps its figures, by what each of them holds."""
        named = [(name, getattr(fields, name)) for name in type(fields).model_fields]
        return joined(
            [(f"{spoken(name)} in {self.words.field(ref, about)} (", Code(str(ref)), ")") for name, ref in named if ref]
        )

    def row(self, path: Path, *cells: Text) -> Row:
        """A row of a table about an entry of the model."""
        return Row(cells, self.place(*path))

    def facts(self, path: Path, given: Iterable[Fact]) -> tuple[Row, ...]:
        """Rows of facts about an entry; empty values are left out. A fact may name the keys below the entry that it
        comes from, joined by dots."""
        rows = []
        for name, value, *key in given:
            if value not in (None, "", ()):
                rows.append(self.row((*path, *key[0].split(".")) if key else path, name, value))
        return tuple(rows)

    @cached_property
    def _vendor_names(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for item in self.planned:
            origin = item.declaration.origin
            if origin[:2] == ("data_hygiene", "fields") and len(origin) == 4 and "." in item.name:
                names = found.setdefault((item.system, f"{origin[2]}.{origin[3]}"), [])
                if not any(item.name == name or item.name.startswith(f"{name}.") for name in names):
                    names.append(item.name)
        return found

    def vendor_field(self, reference: str, system: str) -> str:
        """What a field is called in a CRM, empty where it has none."""
        field = self.model.field(reference)
        standard = field.standard.get(system) if field else None
        made = self._vendor_names.get((system, reference), [])
        bound = [standard] if isinstance(standard, str) else [f"{on}.{name}" for on, name in (standard or {}).items()]
        return ", ".join([*bound, *made])

    @cached_property
    def _coverage(self) -> list[dict[str, Any]]:
        return table(self.model, self.planned, self.systems)

    def coverage(self, topics: Iterable[str]) -> Iterator[tuple[str, dict[str, tuple[str, str]]]]:
        """The requirements of topics: sentence -> system -> (status, how)."""
        rows: dict[str, dict[str, tuple[str, str]]] = {}
        mine = set(topics)
        for row in self._coverage:
            if row["topic"] in mine:
                rows.setdefault(row["requirement"], {})[row["system"]] = (row["status"], row["how"])
        yield from rows.items()

    def applied(self, topic: str, system: str) -> list[Planned]:
        """The resources of a CRM that come from a topic."""
        return [item for item in self.planned if item.system == system and item.declaration.origin[0] == topic]


def exact(condition: Condition | None) -> Text:
    """A condition as the model spells it; empty for none."""
    return Code(condition.render()) if condition else ""


def coverage_blocks(process: Process, *topics: str) -> Iterator[Any]:
    """How each requirement of some topics is met on each CRM."""
    rows = process.coverage(topics)
    if not process.systems:
        return
    columns = ("Requirement", *(system.label for system in process.systems))
    body = [Row((sentence, *(_met(met.get(system.name)) for system in process.systems))) for sentence, met in rows]
    note = (
        "Enforced: the CRM blocks. Automated: a workflow corrects or alerts. Monitored: revops reports it. "
        "Manual: a person does it."
    )
    yield from section("How each requirement is met", "How each requirement is met on each CRM", columns, body, note)


def _met(how: tuple[str, str] | None) -> str:
    return f"{capital(how[0])}: {how[1]}" if how else ""


def field_blocks(process: Process, references: Iterable[str]) -> Iterator[Any]:
    """The fields that a document names, with what they are called in each CRM."""
    known = [ref for ref in dict.fromkeys(FieldRef(reference) for reference in references) if process.model.field(ref)]
    columns = ("Field", "Object", "Type", "Options", *(system.label for system in process.systems))
    rows = [_field_row(process, ref) for ref in known]
    note = "Every field that this document names, and what each CRM calls it."
    yield from section("Fields", "Fields and their names in each CRM", columns, rows, note, sparse=True)


def _field_row(process: Process, ref: FieldRef) -> Row:
    field = process.model.field(ref)
    assert field is not None
    names = [process.vendor_field(ref, system.name) for system in process.systems]
    options = joined([(f"{label} (", Code(value), ")") for value, label in process.model.options(ref).items()])
    label = f"{field.label}: {field.description}" if field.description else field.label
    cells: list[Text] = [label, ref.object, _type(field), options]
    cells += [joined([Code(name) for name in shown.split(", ")]) if shown else "" for shown in names]
    return process.row(("data_hygiene", "fields", ref.object, ref.key), *cells)


def _type(field: Field) -> Text:
    decimals = {None: "", 0: ", whole", 1: ", 1 decimal"}.get(field.decimals, f", {field.decimals} decimals")
    length = f", at most {field.length:,} characters" if field.length else ""
    words = f"{spoken(field.type)}{decimals}{length}"
    return (f"{words}, repeats ", Code(str(field.mirror_of))) if field.mirror_of else words


def region_blocks(process: Process, entry: Any) -> Iterator[Any]:
    """What the regions in the conditions of an entry stand for, and how records spell countries."""
    context = process.model.context
    used = {region for condition in conditions_in(entry) for region in _regions_of(condition)}
    rows = [
        process.row(("context", "regions", key), process.words.region(key), ", ".join(members))
        for key, members in context.regions.items()
        if key in used
    ]
    columns = ("Region", "Countries, regions or values")
    yield from section("Regions", "Regions and what belongs to them", columns, rows)
    if rows and context.countries:
        spellings = tuple(
            process.row(("context", "countries", key), key, ", ".join(also)) for key, also in context.countries.items()
        )
        yield Table("More spellings of countries", ("Country", "Also spelled"), spellings)


def _regions_of(condition: Condition) -> Iterator[str]:
    for one in condition.comparisons():
        yield from getattr(one, "region", ())


def conditions_in(entry: Any) -> list[Condition]:
    """Every condition of an entry of the model, in the order written."""
    return [visit.value for visit in _visits(entry) if isinstance(visit.value, Condition)]


def references_in(entry: Any) -> list[str]:
    """Every field that an entry of the model names, also in its conditions, in the order written."""
    found: list[str] = []
    for visit in _visits(entry):
        if isinstance(visit.value, Condition):
            found += visit.value.fields()
        elif visit.reference == "field" and isinstance(visit.value, str):
            found.append(visit.value)
    return list(dict.fromkeys(found))


def _visits(entry: Any) -> Iterator[Visit]:
    for one in entry.values() if isinstance(entry, dict) else [entry] if entry is not None else []:
        yield from visits(one)
