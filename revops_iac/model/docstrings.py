"""The docstrings under the fields of a model: what its JSON Schema and the documentation say of each."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from textwrap import dedent

from pydantic import BaseModel


def docstrings(model: type[BaseModel]) -> Mapping[str, str]:
    """What stands under the fields of a model and of its bases, by field.

    Reads the source, which pydantic's `use_attribute_docstrings` does in every process that imports the model.
    """
    found: dict[str, str] = {}
    for one in reversed(model.__mro__):
        if issubclass(one, BaseModel) and one is not BaseModel:
            found |= _own(one)
    return found


@cache
def _own(model: type[BaseModel]) -> dict[str, str]:
    body = ast.parse(dedent(inspect.getsource(model))).body[0]
    assert isinstance(body, ast.ClassDef)
    found = {}
    for field, text in pairwise(body.body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(sentence))):
                found[name] = inspect.cleandoc(sentence)
    return found
