"""The model in words: what an entry is called, and what a value says, found from the types of the model itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from revops_iac.diagnostics import escaped
from revops_iac.documents import words as documents
from revops_iac.documents.words import number, percent
from revops_iac.model import Model
from revops_iac.model.condition import OBJECTS, REGIONS, Condition, ParseError, parse
from revops_iac.model.condition.regions import Regions
from revops_iac.model.context import Money
from revops_iac.model.deal_desk import Approver
from revops_iac.model.entry import Entry, Reference
from revops_iac.model.people import Assignee
from revops_iac.model.subject import NOUNS
from revops_iac.systems import installed_systems

Path = tuple[str | int, ...]
RATIO = "ratio"
"""The unit of metrics that people read in percent."""
UNITS: tuple[type[Any], ...] = (Money, Assignee, Approver)
"""Mappings that say one thing and are read whole."""
SHOWN = 90
"""Characters of one value; a longer one is cut to where it differs."""
EXCERPTED = 48
"""Characters from which on a value that changes is cut to where it differs."""
AROUND = 24
"""What is shown of a long value before and after the difference."""
FIELD = re.compile(rf"\b({'|'.join(OBJECTS)})\.([a-z0-9_]+)")
LABELED = {"options": "option", "rejection_reasons": "rejection reason", "lead_statuses": "lead status"}
"""Maps of labels by key -> what one of them is called; people know it by its label."""
MORE_NOUNS = {
    "bands": "band",
    "sla": "SLA",
    **LABELED,
    "met_by": "field that meets",
    "days": "hours on",
    "confirmed_fields": "field that confirms",
    "match_keys": "match key",
    "required_by_stage": "fields required for",
    "exchange_rates": "exchange rate of",
    "sources": "source on",
    "stand_in": "stand-in on",
    "standard": "standard field on",
    "applies_to": "applies to",
    "queues": "queue",
}
ENTRY_OF = {"approvers": "approver"}
"""Lists of values that are read whole -> one of them."""
PHRASES: Mapping[tuple[str, ...], str] = {
    ("thresholds", "fit"): "fit threshold",
    ("thresholds", "engagement"): "engagement threshold",
    ("thresholds", "high_intent_fit"): "fit threshold after a high-intent signal",
    ("decay", "after_days"): "days without activity before engagement decays",
    ("decay", "every_days"): "days between two losses of engagement",
    ("decay", "percent"): "engagement lost to decay, in percent",
    ("limits", "fit"): "range of the fit score",
    ("limits", "engagement"): "range of the engagement score",
    ("recalibration", "every"): "recalibration",
    ("recalibration", "next"): "next recalibration",
    ("speed_to_lead", "target_minutes"): "minutes to the first contact",
    ("speed_to_lead", "alert_minutes"): "minutes without contact before an alert",
    ("speed_to_lead", "cold_after_hours"): "hours until a lead is cold",
    ("review_when", "acv_above"): "annual contract value that needs a review",
    ("hygiene", "stale_after_multiple"): "stale after this many times the average days",
    ("settings", "runs_at"): "time of the daily run",
    ("settings", "reset_engagement_to"): "engagement score after recycling",
    ("average_days",): "average days in the stage",
    ("entry_when",): "entry condition",
    ("exit_when",): "exit condition",
    ("enrolls_when",): "condition to enroll",
    ("enterprise_when",): "condition of an enterprise deal",
    ("when",): "condition",
    ("entry",): "entry criterion",
    ("exit",): "exit criterion",
    ("multi_year_from",): "years from which a deal is multi-year",
    ("email",): "e-mail address",
    ("name_prefix",): "prefix of vendor names",
    ("vendor_name",): "internal name in the CRMs",
    ("vendor_name", "hubspot"): "internal name in HubSpot",
    ("vendor_name", "salesforce"): "internal name in Salesforce",
    ("assign",): "leads go to",
    ("then",): "team that owns it next",
}
"""The end of a path -> what it is called, where its own key does not say it."""
SWITCHES: Mapping[tuple[str, ...], tuple[str, str]] = {
    ("enabled",): ("is switched on", "is switched off"),
    ("backfill",): ("also enrolls records from before the go-live date", "enrolls new records only"),
    ("high_intent",): ("now counts as high intent", "no longer counts as high intent"),
    ("automatic",): ("now runs without a person's work", "now needs a person's work"),
    ("personal",): ("now holds personal data", "is no longer personal data"),
    ("no_skipping",): ("stages can no longer be skipped", "stages may be skipped"),
    ("custom_terms",): ("now covers deals with custom terms", "no longer covers deals with custom terms"),
    ("multi_year",): ("now covers multi-year deals", "no longer covers multi-year deals"),
    ("enterprise",): ("now covers enterprise deals", "no longer covers enterprise deals"),
    ("adopt",): ("may now adopt what the account has", "may no longer adopt what the account has"),
    ("high_volume",): ("is now high-volume", "is no longer high-volume"),
}
"""The end of the path of a switch -> the words for set and for not set."""


@dataclass(frozen=True)
class Shape:
    """What the model says of the value at a path: its class, the entry that a text names, whether it is a share."""

    type: Any = None
    reference: str = ""
    is_share: bool = False
    """Whether it is a number from 0 to 1, which people say in percent."""

    @property
    def is_entry(self) -> bool:
        """Whether the value is a mapping of the model with keys of its own."""
        return isinstance(self.type, type) and issubclass(self.type, Entry)

    @property
    def is_unit(self) -> bool:
        """Whether the value is read whole."""
        return isinstance(self.type, type) and issubclass(self.type, UNITS)

    @property
    def is_map_of_entries(self) -> bool:
        """Whether the value holds entries by key."""
        return get_origin(self.type) is dict and _shape(get_args(self.type)[1]).is_entry

    @property
    def is_condition(self) -> bool:
        """Whether the text is a condition."""
        return isinstance(self.type, type) and issubclass(self.type, Condition)

    def default_of(self, key: str) -> Any:
        """What a key of the entry is where nobody writes it."""
        fields = self.type.model_fields if self.is_entry else {}
        return next((info.default for name, info in fields.items() if key in (name, info.alias)), None)

    def under(self, part: str | int) -> Shape:
        """The shape one step further in; an empty one where the model says nothing."""
        if get_origin(self.type) is dict:
            return _shape(get_args(self.type)[1])
        if get_origin(self.type) is list:
            return _shape(get_args(self.type)[0])
        if isinstance(self.type, type) and issubclass(self.type, BaseModel):
            for name, info in self.type.model_fields.items():
                if part in (name, info.alias):
                    return _shape(info.annotation, info.metadata)
        return Shape()


def _shape(annotation: Any, metadata: Sequence[Any] = ()) -> Shape:
    """The shape of an annotation without `Annotated` and `| None`; of a union, the part that names a class."""
    reference = next((one.to for one in metadata if isinstance(one, Reference)), "")
    is_share = {Ge(0), Le(1)} <= {one for one in metadata if isinstance(one, Ge | Le)}
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        found = _shape(inner, _plain_metadata(more))
        return Shape(found.type, reference or found.reference, is_share or found.is_share)
    if get_origin(annotation) in (Union, UnionType):
        parts = [_shape(part) for part in get_args(annotation) if part is not type(None)]
        chosen = next((part for part in parts if part.is_entry), parts[0])
        return Shape(chosen.type, reference or chosen.reference, is_share or chosen.is_share)
    return Shape(annotation, reference, is_share)


def _plain_metadata(metadata: Iterable[Any]) -> list[Any]:
    """Metadata with what a pydantic `Field` among it says."""
    return [one for part in metadata for one in (part.metadata if isinstance(part, FieldInfo) else [part])]


@cache
def shape_at(path: Path) -> Shape:
    """The shape at a path of the model, keys of maps included."""
    shape = Shape(Model)
    for part in path:
        shape = shape.under(part)
    return shape


def words(key: str | int) -> str:
    """A key as people say it.

    >>> words("stale_after_multiple")
    'stale after multiple'
    """
    return f"item {key + 1}" if isinstance(key, int) else key.replace("_", " ")


def lowered(label: str) -> str:
    """A label inside a sentence: its first letter is small unless the word has other capitals.

    >>> lowered("Timeline"), lowered("MQL date")
    ('timeline', 'MQL date')
    """
    first = label.split(" ")[0]
    return label[:1].lower() + label[1:] if first[1:] == first[1:].lower() and len(first) > 1 else label


def system_label(name: str) -> str:
    """What people call a CRM.

    >>> system_label("hubspot")
    'HubSpot'
    """
    system = installed_systems().get(name)
    return system.label if system is not None else name


class _Conditions(documents.Words):
    """Conditions in the words of the documents, with fields as they are called inside a sentence."""

    def __init__(self, model: Model, side: Words) -> None:
        super().__init__(model)
        self.side = side

    def field(self, reference: str | None, about: str = "") -> str:
        return self.side.field(reference) if reference else ""


@dataclass(frozen=True)
class Words:
    """One model in words; `topics` are plain values by topic. Where it lacks a name, `earlier` is asked."""

    topics: Mapping[str, Any]
    earlier: Words | None = field(default=None, repr=False)

    def at(self, path: Path) -> Any:
        """The value at a path, None where there is none."""
        live: Any = self.topics
        for part in path:
            if isinstance(live, Mapping):
                live = live.get(str(part))
            elif isinstance(live, list) and isinstance(part, int) and part < len(live):
                live = live[part]
            else:
                return None
        return live

    def shape(self, path: Path) -> Shape:
        """The shape at a path; an end of a benchmark is a share where its metric is a ratio."""
        shape, is_end = shape_at(path), path[-2:-1] == ("benchmark",)
        is_ratio = is_end and self.at((*path[:-2], "unit")) == RATIO
        return replace(shape, is_share=True) if is_ratio and shape.type is float else shape

    def name(self, path: Path) -> str:
        """What people call the entry at a path: its label or name, else its key in words."""
        live = self.at(path)
        found = (live.get("label") or live.get("name")) if isinstance(live, Mapping) else None
        if found:
            return str(found)
        return self.earlier.name(path) if self.earlier is not None and live is None else words(path[-1])

    def field(self, reference: str) -> str:
        """The label of a field `object.key`, small inside a sentence."""
        object_name, _, key = reference.partition(".")
        return lowered(self.name(("data_hygiene", "fields", object_name, key)))

    def condition(self, text: str) -> str:
        """A condition as people say it; one that this release cannot read is shown as it is written."""
        token = REGIONS.set(Regions.of(self.topics))
        try:
            return self._conditions.condition(parse(text))
        except ParseError:
            return FIELD.sub(lambda found: self.field(found.group()), text)
        finally:
            REGIONS.reset(token)

    @cached_property
    def _conditions(self) -> _Conditions:
        try:
            model = Model.model_validate(dict(self.topics))
        except ValidationError:
            model = Model()
        return _Conditions(model, self)

    def referred(self, to: str, key: str) -> str:
        """What the entry that a text names is called."""
        if to == "system":
            return system_label(key)
        for noun, path in _places(to, key):
            if self.at(path) is not None or (self.earlier is not None and self.earlier.at(path) is not None):
                return f"{noun} {self.name(path)}".strip()
        return key

    def say(self, shape: Shape, value: Any) -> str:
        """One value on one line, never as JSON."""
        if value is None or value == [] or value == {}:
            return "none"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if shape.is_share:
            return percent(value)
        if isinstance(value, int | float):
            return number(value)
        if isinstance(value, str):
            return self._say_text(shape, value)
        if isinstance(value, list):
            return self._say_list(shape, value)
        if isinstance(value, Mapping):
            return self._say_mapping(shape, value)
        return str(value)

    def _say_text(self, shape: Shape, value: str) -> str:
        if shape.reference == "field":
            return escaped(self.field(value))
        if shape.reference:
            return escaped(self.referred(shape.reference, value))
        if shape.is_condition:
            return escaped(self.condition(value))
        if get_origin(shape.type) is Literal:
            return words(value)
        is_word = shape.type is not str and (shape.type is not None or re.fullmatch(r"[\w.:@/+-]+", value))
        return escaped(value) if is_word else f'"{escaped(value)}"'

    def _say_list(self, shape: Shape, value: list[Any]) -> str:
        if len(value) == 2 and all(isinstance(one, int | float) for one in value):
            return " to ".join(self.say(Shape(), one) for one in value)
        return ", ".join(self.say(shape.under(at), one) for at, one in enumerate(value))

    def _say_mapping(self, shape: Shape, value: Mapping[str, Any]) -> str:
        if set(value) == {"when", "points"}:
            return f"{self.say(Shape(), value['points'])} for {escaped(self.condition(str(value['when'])))}"
        if set(value) == {"amount", "currency"}:
            return f"{self.say(Shape(), value['amount'])} {escaped(str(value['currency']))}"
        given = [(key, one) for key, one in value.items() if one not in (None, False, [], {}, "")]
        if shape.is_unit:
            return ", ".join(words(key) if one is True else self._of_unit(shape, key, one) for key, one in given)
        return ", ".join(f"{escaped(words(key))} {self.say(shape.under(key), one)}" for key, one in given) or "none"

    def _of_unit(self, shape: Shape, key: str, value: Any) -> str:
        value = self.say(shape.under(key), value)
        return value if shape.under(key).reference else f"{words(key)} {value}"

    # --- what an entry is called in a line ------------------------------------------------------------------------

    def subject(self, path: Path) -> tuple[str, int]:
        """What a line about a path is about, and how much of the path that says."""
        entries = [at for at in range(2, len(path) + 1) if shape_at(path[: at - 1]).is_map_of_entries]
        if not entries:
            return words(path[0]), 1
        end = entries[-1]
        if path[0] == "scoring" and end == 2 and path[2:3] == ("thresholds",):
            return f"MQL{self._parent(path[:2], shown_alone=False)}", 2
        noun, name = _noun(path[:end]), escaped(self.name(path[:end]))
        named = name if not noun or noun.lower() == name.lower() else f"{noun} {name}"
        return f"{named}{self._of(path, entries)}", end

    def _of(self, path: Path, entries: Sequence[int]) -> str:
        """The entry around an entry, where the name alone could mean several."""
        end = entries[-1]
        if len(entries) > 1:
            parent, name = path[: entries[0]], self.name(path[:end])
            siblings = self.at(parent[:-1])
            others = siblings if isinstance(siblings, Mapping) else {}
            alike = [one for one in others if self.name((*parent[:-1], one, *path[len(parent) : end])) == name]
            return f" ({escaped(self.name(parent))})" if len(alike) > 1 and len(others) > 1 else ""
        return ""

    def _parent(self, path: Path, shown_alone: bool) -> str:
        siblings = self.at(path[:-1])
        many = isinstance(siblings, Mapping) and len(siblings) > 1
        return f" ({escaped(self.name(path))})" if many or shown_alone else ""


def _noun(path: Path) -> str:
    """What kind of entry stands at a path; nothing for what people know by its name."""
    parent = str(path[-2])
    if path[:2] == ("data_hygiene", "fields"):
        return f"{path[2]} field"
    if parent in ("stages", "persons"):
        return ""
    return NOUNS.get(parent) or MORE_NOUNS.get(parent) or words(parent)


def phrase(path: Path) -> str:
    """What the attribute at the rest of a path is called; a key of a map of texts is named after the map."""
    keys = tuple(str(part) for part in path)
    for size in range(len(keys), 0, -1):
        if keys[-size:] in PHRASES:
            return PHRASES[keys[-size:]]
    if len(path) >= 2 and isinstance(path[-1], int) and str(path[-2]) in ENTRY_OF:
        return " ".join([*map(words, path[:-2]), ENTRY_OF[str(path[-2])]])
    if len(path) >= 2 and str(path[-2]) in MORE_NOUNS:
        return f"{MORE_NOUNS[str(path[-2])]} {words(path[-1])}"
    return " ".join(words(part) for part in path)


def _places(to: str, key: str) -> Iterator[tuple[str, Path]]:
    """Where an entry of that reference may stand, with its noun."""
    places: Mapping[str, Path] = {
        "person": ("people", "persons"),
        "team": ("people", "teams"),
        "queue": ("people", "queues"),
        "business hours": ("people", "business_hours"),
        "lifecycle stage": ("lifecycle", "stages"),
        "handoff": ("lifecycle", "handoffs"),
        "pipeline": ("pipelines",),
        "routing": ("routing",),
        "metric": ("metrics", "metrics"),
    }
    for name in to.split(" or "):
        if name in places:
            yield ("" if name in ("person", "lifecycle stage") else name), (*places[name], key)
