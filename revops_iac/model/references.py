"""Walks a loaded model along its types: every value with its path and the reference that its type declares."""

from __future__ import annotations

import types
from functools import cache, cached_property
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from revops_iac.model.entry import Reference

Path = tuple[str | int, ...]


class Visit(NamedTuple):
    """A value, where it is, and what it refers to when its type is a reference."""

    path: Path
    value: Any
    reference: str | None = None
    is_key: bool = False


def visits(entry: BaseModel, path: Path = ()) -> list[Visit]:
    """Everything written in an entry, itself first, in the order of the model."""
    found: list[Visit] = []
    _visit_entry(entry, path, found)
    return found


def _visit_entry(entry: BaseModel, path: Path, found: list[Visit]) -> None:
    found.append(Visit(path, entry))
    written = entry.model_fields_set
    for name, key, declared in _fields(type(entry)):
        if name in written:
            _visit(getattr(entry, name), declared, (*path, key), found)


@cache
def _fields(model: type[BaseModel]) -> list[tuple[str, str, _Declared]]:
    """Name and key of each field, and what its type declares."""
    fields = model.model_fields.items()
    return [(name, key_of(name, info), _Declared(info.annotation, tuple(info.metadata))) for name, info in fields]


def key_of(name: str, info: FieldInfo) -> str:
    """The key in the YAML of a field of an entry."""
    return info.alias or name


class _Declared:
    """What a type declares: whether its values refer to something, and the types of what they consist of."""

    def __init__(self, hint: Any, metadata: tuple[Any, ...] = ()) -> None:
        hint, metadata = bare(hint, metadata)
        self.reference = next((mark.to for mark in metadata if isinstance(mark, Reference)), None)
        self.arguments = get_args(hint)

    @cached_property
    def first(self) -> _Declared:
        """The items of a list, or the keys of a map."""
        return _Declared(self.arguments[0])

    @cached_property
    def second(self) -> _Declared:
        """The values of a map."""
        return _Declared(self.arguments[1])


def _visit(value: Any, declared: _Declared, path: Path, found: list[Visit]) -> None:
    if value is None:
        return
    if isinstance(value, BaseModel):
        _visit_entry(value, path, found)
        return
    found.append(Visit(path, value, declared.reference))
    if isinstance(value, dict) and len(declared.arguments) == 2:
        for key, child in value.items():
            if declared.first.reference:
                found.append(Visit((*path, key), key, declared.first.reference, is_key=True))
            _visit(child, declared.second, (*path, key), found)
    elif isinstance(value, list) and declared.arguments:
        for index, child in enumerate(value):
            _visit(child, declared.first, (*path, index), found)


def bare(hint: Any, metadata: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """A type without `Annotated` and `| None`, and the marks that were on it."""
    while True:
        if get_origin(hint) is Annotated:
            hint, *marks = get_args(hint)
            metadata = (*metadata, *marks)
        elif get_origin(hint) in (Union, types.UnionType):
            members = [member for member in get_args(hint) if member is not type(None)]
            if len(members) != 1:
                return hint, metadata
            hint = members[0]
        else:
            return hint, metadata


def allowed_keys(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that the entry at a path may have; empty where the path leads to a map or a value."""
    hint: Any = model
    for part in path:
        hint = _step(hint, part)
    hint, _ = bare(hint, ())
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return [key_of(name, info) for name, info in hint.model_fields.items()]
    return []


def _step(hint: Any, part: str | int) -> Any:
    hint, _ = bare(hint, ())
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        fields = {key_of(name, info): info.annotation for name, info in hint.model_fields.items()}
        return fields.get(str(part))
    arguments = get_args(hint)
    return arguments[-1] if arguments else None


def type_at(model: type[BaseModel], path: Path) -> Any:
    """The type of the value at a path, without marks and `| None`; None where the path leads nowhere."""
    return bare(_hint_at(model, path)[0], ())[0]


def reference_at(model: type[BaseModel], path: Path, is_key: bool = False) -> str | None:
    """What the value at a path refers to, or with `is_key` the last key of it.

    >>> from revops_iac.model import Model
    >>> reference_at(Model, ("people", "teams", "sdr", "members", 0))
    'person'
    """
    if is_key:
        arguments = get_args(bare(_hint_at(model, path[:-1])[0], ())[0])
        _, marks = bare(arguments[0], ()) if len(arguments) == 2 else (None, ())
    else:
        _, marks = bare(*_hint_at(model, path))
    return next((mark.to for mark in marks if isinstance(mark, Reference)), None)


def _hint_at(model: type[BaseModel], path: Path) -> tuple[Any, tuple[Any, ...]]:
    hint: Any = model
    marks: tuple[Any, ...] = ()
    for part in path:
        holder, _ = bare(hint, ())
        is_entry = isinstance(holder, type) and issubclass(holder, BaseModel)
        info = (
            {key_of(name, one): one for name, one in holder.model_fields.items()}.get(str(part)) if is_entry else None
        )
        hint, marks = _step(hint, part), tuple(info.metadata) if info is not None else ()
    return hint, marks
