"""The input models of the kinds as documentation: fields with annotation, default and the docstring under them."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from revops_iac.model.entry import docstrings


def descriptions(model: type[BaseModel]) -> Mapping[str, str]:
    """What the docstrings under the fields of a model and its bases say, each as one line."""
    return {name: " ".join(text.split()) for name, text in docstrings(model).items()}


def summary(documented: type) -> str:
    """The first paragraph of a docstring as one line."""
    return " ".join(inspect.cleandoc(documented.__doc__ or "").partition("\n\n")[0].split())


def block(model: type[BaseModel], title: str) -> str:
    """The YAML under `title::` in the docstring of a model, "" where there is none."""
    lines = inspect.cleandoc(model.__doc__ or "").splitlines()
    if f"{title}::" not in lines:
        return ""
    found: list[str] = []
    for line in lines[lines.index(f"{title}::") + 1 :]:
        if line and not line.startswith(" "):
            break
        found.append(line)
    return textwrap.dedent("\n".join(found)).strip()


def nested_models(kind: Any, seen: frozenset[type] = frozenset()) -> Iterator[type[BaseModel]]:
    """The models that an annotation names, those inside them first; a model may hold itself."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if kind not in seen:
            for field in kind.model_fields.values():
                yield from nested_models(field.annotation, seen | {kind})
            yield kind
        return
    for part in get_args(kind):
        yield from nested_models(part, seen)


def annotation(kind: Any, model_suffix: str = "") -> str:
    """An annotation as source text; models are named with the suffix.

    >>> annotation(list[str] | None), annotation(Literal["a", "b"])
    ('list[str] | None', "Literal['a', 'b']")
    """
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return annotation(parts[0], model_suffix)
    if origin in (Union, UnionType):
        return " | ".join(dict.fromkeys(annotation(part, model_suffix) for part in parts))
    if origin is Literal:
        return f"Literal[{', '.join(map(repr, parts))}]"
    if origin is not None:
        inside = ", ".join("..." if part is Ellipsis else annotation(part, model_suffix) for part in parts)
        return f"{origin.__name__}[{inside}]"
    if kind in (None, NoneType):
        return "None"
    if isinstance(kind, type):
        return f"{kind.__name__}{model_suffix if issubclass(kind, BaseModel) else ''}"
    return str(kind).removeprefix("typing.")
