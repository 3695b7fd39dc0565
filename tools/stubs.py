"""Writes the stubs of the provider packages: one typed resource class per kind, for editors and type checkers.

`script/docs` calls it; a test fails when a stub is stale.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from revops_iac.provider.kind import META_INPUTS, Kind
from revops_iac.systems import System, installed_systems
from tools.input_models import annotation, descriptions, nested_models, summary

ROOT = Path(__file__).resolve().parents[1]
HEAD = '''"""{label} as typed Pulumi resources. Written by script/docs from the kinds; edits here are lost."""

from collections.abc import Mapping
from typing import Any, Literal, NotRequired, TypedDict

from pulumi import ResourceOptions

from revops_iac.program import KindResource
from revops_iac.systems import System

RESOURCES: Mapping[str, type[KindResource]]
provider: System
'''
INPUTS_HEAD = '''"""Inputs of {label}'s kinds as documents. Written by script/docs; edits here are lost."""

# ruff: noqa: I001
from typing import Any, Literal, NotRequired, TypedDict

from {package} import (
    {nested},
)
'''
WIDTH = 120


def stub(system: System) -> str:
    """The stub of a provider package: nested inputs as TypedDicts, then a class per kind."""
    return _formatted(_unformatted(system))


def _unformatted(system: System) -> str:
    kinds = list(system.kinds.values())
    parts = [HEAD.format(label=system.label)]
    parts += [_typed_dict(model) for model in _nested(kinds)]
    parts += [_resource(kind) for kind in kinds]
    return "\n".join(parts)


def _inputs(system: System, package: str) -> str:
    """The stub of the module with the inputs of each kind: what its compiler must declare."""
    kinds = list(system.kinds.values())
    nested = ", ".join(f"{model.__name__} as {model.__name__}" for model in _nested(kinds))
    head = INPUTS_HEAD.format(label=system.label, package=package, nested=nested)
    return "\n".join([head, *(_typed_dict(kind.inputs) for kind in kinds)])


def _formatted(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", "stub.pyi", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def _nested(kinds: Iterable[Kind[Any, Any]]) -> list[type[BaseModel]]:
    """The models inside the inputs, each once; two kinds may share one."""
    found: dict[str, type[BaseModel]] = {}
    for kind in kinds:
        for model in nested_models(kind.inputs):
            if model is not kind.inputs and found.setdefault(model.__name__, model) is not model:
                raise ValueError(f"{kind.system}: two input models are called {model.__name__}")
    return list(found.values())


def _typed_dict(model: type[BaseModel]) -> str:
    texts = descriptions(model)
    lines = [f"class {model.__name__}(TypedDict):", *_docstring(summary(model))]
    for name, field in model.model_fields.items():
        kind = _source(field.annotation)
        lines.append(f"    {name}: {kind if field.is_required() else f'NotRequired[{kind}]'}")
        if texts.get(name):
            lines += _docstring(texts[name])
    return "\n".join(lines) + "\n"


def _resource(kind: Kind[Any, Any]) -> str:
    texts = descriptions(kind.inputs)
    names = [name for name in kind.inputs.model_fields if name not in META_INPUTS] + sorted(META_INPUTS)
    parameters = []
    for name in names:
        field = kind.inputs.model_fields[name]
        parameters.append(f"{name}: {_source(field.annotation)}{'' if field.is_required() else ' = ...'}")
    documented = [f"{name}: {texts[name]}" for name in names if texts.get(name)]
    return "\n".join(
        [
            f"class {kind.name}(KindResource):",
            *_docstring(summary(kind.inputs)),
            "    def __init__(",
            "        self,",
            "        resource_name: str | None = None,",
            "        opts: ResourceOptions | None = None,",
            "        *,",
            *(f"        {parameter}," for parameter in parameters),
            "    ) -> None:",
            *(_docstring("\n\n".join(documented), indent=8) or ["        ..."]),
            "",
        ]
    )


def _source(kind: Any) -> str:
    return annotation(kind).replace("date", "str") if annotation(kind) in ("date", "date | None") else annotation(kind)


def _docstring(text: str, indent: int = 4) -> list[str]:
    if not text:
        return []
    space = " " * indent
    text = text.replace("\\", "\\\\").replace('"""', "'''")
    if "\n" not in text and len(text) + indent + 8 <= WIDTH and not text.endswith('"'):
        return [f'{space}"""{text}"""']
    wrapped = [
        line
        for paragraph in text.split("\n\n")
        for line in [*textwrap.wrap(paragraph, WIDTH - indent - 8, break_long_words=False), ""]
    ]
    return [f'{space}"""{wrapped[0]}', *(f"{space}{line}".rstrip() for line in wrapped[1:-1]), f'{space}"""']


def stubs() -> Iterator[tuple[Path, str]]:
    """Path and text of every stub."""
    for system in installed_systems().values():
        package = type(next(iter(system.kinds.values()))).__module__.partition(".")[0]
        folder = ROOT / "providers" / package
        yield folder / "__init__.pyi", stub(system)
        yield folder / "inputs.pyi", _formatted(_inputs(system, package))


def stale() -> list[Path]:
    """The stubs that are not what the kinds say."""
    return [path for path, text in stubs() if not path.exists() or path.read_text(encoding="utf-8") != text]


def write() -> None:
    """Writes every stub."""
    for path, text in stubs():
        path.write_text(text, encoding="utf-8")
