"""The inputs of each resource type as documents, typed by the stub beside this file; at run time plain dictionaries."""

from __future__ import annotations


def __getattr__(name: str) -> type[dict[str, object]]:
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return dict
