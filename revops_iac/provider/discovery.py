"""Finds the kinds of a provider package: every module in its `kinds` folder holds one; there is no list to edit."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from revops_iac.errors import Bug
from revops_iac.provider.kind import Kind


def discover_kinds(package: ModuleType) -> Mapping[str, Kind[Any, Any]]:
    """All kinds of the package by name, in alphabetical order. Raises Bug when two share a name."""
    found: dict[str, Kind[Any, Any]] = {}
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        for _, member in inspect.getmembers(module, inspect.isclass):
            if issubclass(member, Kind) and member.__module__ == module.__name__ and not inspect.isabstract(member):
                if member.__name__ in found:
                    raise Bug(f"{package.__name__}: two kinds are called {member.__name__}")
                found[member.__name__] = member()
    return dict(sorted(found.items()))
