"""Finds the kinds of a provider package: every module in its `kinds` folder holds one; there is no list to edit."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any, TypeVar

from revops_iac.errors import Bug
from revops_iac.provider.kind import Kind

V = TypeVar("V")


class OnDemand(Mapping[str, V]):
    """A map that knows its names and makes each value when it is first asked for: few runs need all kinds.

    Threads may ask at once: then a value may be made twice, and all get the same one.
    """

    def __init__(self, names: Iterable[str], make: Callable[[str], V]) -> None:
        self._names = tuple(sorted(names))
        self._make = make
        self._made: dict[str, V] = {}

    def __getitem__(self, name: str) -> V:
        if name not in self._made:
            if name not in self._names:
                raise KeyError(name)
            self._made.setdefault(name, self._make(name))
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def attribute(self, module: str, name: str) -> V:
        """What a module's `__getattr__` answers where its attributes are the values of this map."""
        if name not in self:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        return self[name]


def on_call(target: str) -> Callable[..., Any]:
    """A function or class, as `package.module:name`, whose module is imported when it is first called.

    >>> on_call("fractions:Fraction")(1, 2)
    Fraction(1, 2)
    """
    find = value_of(target)
    return lambda *arguments: find()(*arguments)


def value_of(target: str) -> Callable[[], Any]:
    """Gives a value, as `package.module:NAME`, whose module is imported when it is first asked for."""
    module, _, name = target.partition(":")
    return lambda: getattr(importlib.import_module(module), name)


def discover_kinds(package: ModuleType) -> OnDemand[Kind[Any, Any]]:
    """All kinds of the package by name, in alphabetical order: `custom_field.py` holds the class CustomField.

    Asking for one raises Bug when its module has no such kind.
    """
    modules = {kind_name(info.name): info.name for info in pkgutil.iter_modules(package.__path__)}
    return OnDemand(modules, lambda name: _kind(f"{package.__name__}.{modules[name]}", name))


def kind_name(module: str) -> str:
    """The class name for a module.

    >>> kind_name("custom_field")
    'CustomField'
    """
    return "".join(word.capitalize() for word in module.split("_"))


def _kind(module: str, name: str) -> Kind[Any, Any]:
    found = getattr(importlib.import_module(module), name, None)
    if not (inspect.isclass(found) and issubclass(found, Kind) and not inspect.isabstract(found)):
        raise Bug(f"{module}: there is no kind {name}")
    kind: Kind[Any, Any] = found()
    return kind
