"""Typed inputs and the elements that they stand for: one declaration of a part is read both ways.

An input is the element of its name in camel case, unless `Element` names another. So what the inputs of a part say,
what they leave out, and which entries of two lists are the same, follows from the type alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import UnionType
from typing import Any, ClassVar, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from revops_iac.provider.inputs import I, Part
from revops_iac.provider.kind import META_INPUTS, Definition, LiveObject
from revops_salesforce.api.components import Body, camel
from revops_salesforce.metadata.kind import MetadataKind, canonical
from revops_salesforce.metadata.merge import EntryKey, at, merge, paired

Identity = Sequence[tuple[str, ...]]
"""Inputs that tell one entry of a list from another, as paths: those of the first tuple that fits."""


@dataclass(frozen=True)
class Element:
    """The element of an input: `filter.criteriaItems` lies in another; an empty path puts a part's own elements here.

    `each` names the one element of the entries where a list of texts stands for a list of parts.
    """

    path: str
    each: str = ""


class ComponentPart(Part):
    """A part of a component, or an entry of a list of them."""

    within: ClassVar[str] = ""
    """The element that holds those of the inputs, where it is not the part itself."""
    identity: ClassVar[Identity] = ()
    """What makes two entries the same one; their position, where nothing is named."""
    unset: ClassVar[Mapping[str, Any]] = {}
    """What the vendor means by an input that is not there."""
    always: ClassVar[frozenset[str]] = frozenset()
    """Inputs that are declared with the part: left out, they are blank."""
    fresh: ClassVar[Mapping[str, Any]] = {}
    """Elements of a new part, for inputs that are left out."""

    def elements(self) -> Body:
        """The elements of the inputs that are set; None removes one."""
        return {**elements_of(self), **{camel(name): "" for name in self.always - self.model_fields_set}}

    @classmethod
    def definition(cls, body: Body) -> Definition:
        """The inputs of a part that the org holds."""
        return definition_of(cls, body)

    @classmethod
    def in_form_of(cls, declared: Definition, live: Definition) -> Definition:
        """The live inputs in the form of the declared ones, where there is more than one for the same."""
        return live


@dataclass(frozen=True)
class _Field:
    """An input and its element."""

    name: str
    element: Element
    boolean: bool

    @property
    def path(self) -> list[str]:
        return [step for step in self.element.path.split(".") if step]

    def to_vendor(self, value: Any) -> Any:
        """The value of the element for that of the input."""
        each = self.element.each
        return [{each: one} if one else {} for one in value] if each and value is not None else value

    def from_vendor(self, value: Any) -> Any:
        """The value of the input for that of the element; what the WSDL does not know comes as text."""
        if self.element.each:
            return [one.get(self.element.each, "") for one in value]
        return value == "true" if self.boolean and isinstance(value, str) else value


@dataclass(frozen=True)
class _PartField(_Field):
    """An input that is a part, or a list of parts."""

    part: type[ComponentPart]
    many: bool

    def to_vendor(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.to_vendor(one) for one in value]
        return value.elements() if isinstance(value, ComponentPart) else value

    def from_vendor(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.from_vendor(one) for one in value]
        return self.part.definition(value) if isinstance(value, dict) else value


@cache
def _fields(model: type[BaseModel]) -> dict[str, _Field]:
    within = model.within if issubclass(model, ComponentPart) else ""
    names = (name for name in model.model_fields if name not in META_INPUTS)
    return {name: _field(name, model.model_fields[name], within) for name in names}


def _field(name: str, info: FieldInfo, within: str) -> _Field:
    element = next((one for one in info.metadata if isinstance(one, Element)), Element(camel(name)))
    if within and element.path:
        element = replace(element, path=f"{within}.{element.path}")
    types = list(_types(info.annotation))
    part = next((one for one in types if isinstance(one, type) and issubclass(one, ComponentPart)), None)
    return (
        _Field(name, element, bool in types) if part is None else _PartField(name, element, False, part, list in types)
    )


def _types(annotation: Any) -> Iterator[Any]:
    """The types that an annotation names, those of lists and unions included."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType, list):
        yield from [list] if origin is list else []
        for one in get_args(annotation):
            yield from _types(one)
    else:
        yield annotation


# --- between inputs and elements ------------------------------------------------------------------------------


def elements_of(part: BaseModel, left_out: frozenset[str] = frozenset()) -> Body:
    """The elements of the inputs that are set, and of no other; None removes one."""
    body: Body = {}
    for field in _fields(type(part)).values():
        if field.name in part.model_fields_set - left_out:
            _put(body, field.path, field.to_vendor(getattr(part, field.name)))
    return body


def _put(body: Body, path: Sequence[str], value: Any) -> None:
    if not path:
        body.update(value)
        return
    *parents, last = path
    for step in parents:
        body = body.setdefault(step, {})
    body[last] = value


def definition_of(model: type[BaseModel], body: Body) -> Definition:
    """The inputs that a body says something about."""
    found = {}
    for field in _fields(model).values():
        value = at(body, field.element.path) if field.path else body
        if value is not None:
            found[field.name] = field.from_vendor(value)
    return found


# --- what the inputs cannot say -------------------------------------------------------------------------------

LEAF = None
Tree = dict[str, Any]
"""The elements that inputs say: a type of part, a further tree, or a leaf."""


@cache
def _tree(model: type[BaseModel]) -> Tree:
    tree: Tree = {}
    for field in _fields(model).values():
        inner = field.part if isinstance(field, _PartField) else LEAF
        if field.path:
            *parents, last = field.path
            place = tree
            for step in parents:
                place = place.setdefault(step, {})
            place[last] = {field.element.each: LEAF} if field.element.each else inner
        elif inner is not LEAF:
            tree |= _tree(inner)
    return tree


def unexpressed(model: type[BaseModel], body: Body, left_out: frozenset[str] = frozenset()) -> Iterator[str]:
    """The elements that no input says: `chart.newSetting`, `block 2.newSetting`; `left_out` names what nobody sets."""
    yield from _unexpressed(_tree(model), body, left_out)


def _unexpressed(tree: Tree, body: Body, left_out: frozenset[str]) -> Iterator[str]:
    for key, value in body.items():
        if value in (None, "", [], {}) or key in left_out:
            continue
        if key not in tree:
            yield key
        elif (inner := tree[key]) is not LEAF:
            known = inner if isinstance(inner, dict) else _tree(inner)
            for place, entry in _entries(key, value):
                yield from (f"{place}.{one}" for one in _unexpressed(known, entry, left_out))


def _entries(key: str, value: Any) -> Iterator[tuple[str, Body]]:
    """The parts behind an element, each with its place in words."""
    if isinstance(value, list):
        yield from ((f"{key} {number}", one) for number, one in enumerate(value, 1) if isinstance(one, dict))
    elif isinstance(value, dict):
        yield key, value


# --- which entries are the same, and what of them is declared -------------------------------------------------


def entry_keys(model: type[BaseModel], path: str = "") -> dict[str, EntryKey]:
    """What identifies the entries of each list of parts, by the path of its elements, as `merge` takes it."""
    found: dict[str, EntryKey] = {}
    for field, place in _parts(model, path):
        if field.many and field.part.identity:
            found[place] = [tuple(_vendor_path(field.part, name) for name in names) for names in field.part.identity]
        found |= entry_keys(field.part, place)
    return found


def fresh_parts(model: type[BaseModel], path: str = "") -> dict[str, Body]:
    """The elements that a new part has beside its inputs, by the path of its elements, as `merge` takes it."""
    found: dict[str, Body] = {}
    for field, place in _parts(model, path):
        if field.part.fresh:
            found[place] = dict(field.part.fresh)
        found |= fresh_parts(field.part, place)
    return found


def _parts(model: type[BaseModel], path: str) -> Iterator[tuple[_PartField, str]]:
    for field in _fields(model).values():
        if isinstance(field, _PartField):
            yield field, ".".join(step for step in (path, *field.path) if step)


def _vendor_path(model: type[BaseModel], name: str) -> str:
    """The elements behind an input: `place.column` is `columnIndex`."""
    first, _, rest = name.partition(".")
    field = _fields(model)[first]
    inner = [_vendor_path(field.part, rest)] if rest and isinstance(field, _PartField) else []
    return ".".join([*field.path, *inner])


def shown(model: type[BaseModel], declared: Definition, live: Definition) -> Definition:
    """What the org holds of the inputs that are declared, entry by entry; what is equal keeps the form declared."""
    fields, made = _fields(model), {}
    live = model.in_form_of(declared, live) if issubclass(model, ComponentPart) else live
    for key in (*declared, *sorted(getattr(model, "always", frozenset()) - declared.keys())):
        if key not in fields:  # a state of a later version
            made[key] = declared[key]
            continue
        value = _shown_value(fields[key], declared.get(key), _present(model, fields[key], live))
        if value is not None or (key in declared and declared[key] is None):
            made[key] = value
    return made


def _present(model: type[BaseModel], field: _Field, live: Definition) -> Any:
    value = live.get(field.name)
    return getattr(model, "unset", {}).get(field.name, False if field.boolean else None) if value is None else value


def _shown_value(field: _Field, declared: Any, live: Any) -> Any:
    if isinstance(field, _PartField) and isinstance(declared, dict) and isinstance(live, dict):
        return shown(field.part, declared, live)
    if isinstance(field, _PartField) and isinstance(declared, list) and isinstance(live, list):
        return _shown_entries(field.part, declared, live)
    return declared if _said(declared) == _said(live) else live


def _said(value: Any) -> Any:
    return None if value in ("", [], {}) else canonical(value)


def _shown_entries(model: type[ComponentPart], declared: list[Any], live: list[Any]) -> list[Any]:
    declared_at = {place: number for number, place in paired(declared, live, model.identity).items()}
    return [
        shown(model, declared[declared_at[place]], entry) if place in declared_at else entry
        for place, entry in enumerate(live)
    ]


# --- kinds of such inputs -------------------------------------------------------------------------------------


class TypedKind(MetadataKind[I]):
    """A kind whose inputs say, by their types, which elements they are."""

    read_only: ClassVar[frozenset[str]] = frozenset()
    """Elements that only the vendor sets."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if inputs := cls.__dict__.get("inputs"):
            cls.entry_keys, cls.fresh_parts = entry_keys(inputs), fresh_parts(inputs)

    def elements(self, inputs: I) -> Body:
        return elements_of(inputs, self.identity)

    def unsaid(self, inputs: I) -> Body:
        """Elements of a new component, for inputs that are left out."""
        return {}

    def new_body(self, inputs: I) -> Body:
        body = merge({}, {"fullName": self.vendor_name(inputs), **self.unsaid(inputs)}, {}, self.component_type)
        return merge(body, self.changes({}, inputs), self.entry_keys, self.component_type, self.fresh_parts)

    def definition(self, name: str, body: Body) -> Definition:
        unset = dict.fromkeys(_fields(self.inputs))
        return {**unset, **definition_of(self.inputs, body), **self.identity_of(name)}

    def unexpressed(self, body: Body) -> list[str]:
        return sorted(unexpressed(self.inputs, body, self.read_only))

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        """What is declared, down to the inputs of each entry; what nobody declared is not there."""
        known = {key: value for key, value in declared.items() if key in live.definition}
        return {**declared, **dict.fromkeys(known), **shown(self.inputs, known, live.definition)}
