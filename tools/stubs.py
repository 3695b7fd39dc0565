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

from revops_iac.provider.kind import Kind
from revops_iac.systems import System, installed_systems
from tools.input_models import annotation, descriptions, nested_models, summary

ROOT = Path(__file__).resolve().parents[1]
HEAD = '''"""{label} as typed Pulumi resources. Written by script/docs from the kinds; edits here are lost."""

from collections.abc import Mapping
from typing import Unpack

from pulumi import ResourceOptions

{imports}

RESOURCES: Mapping[str, type[KindResource]]
provider: System
'''
ENGINE = ("from revops_iac.program import KindResource", "from revops_iac.systems import System")
INPUTS_HEAD = '''"""Inputs of {label}'s kinds as documents. Written by script/docs; edits here are lost."""

from typing import Any, Literal, NotRequired, TypedDict
'''
RESOURCE = """class {name}(KindResource):
    def __init__(
        self,
        resource_name: str | None = None,
        opts: ResourceOptions | None = None,
        **inputs: Unpack[{inputs}],
    ) -> None:
{docstring}
"""
WIDTH = 120


def _resources(system: System, package: str) -> str:
    """The stub of a provider package: a class per kind."""
    kinds = list(system.kinds.values())
    inputs = ", ".join(sorted(kind.inputs.__name__ for kind in kinds))
    imports = sorted([*ENGINE, f"from {package}.inputs import ({inputs})"])
    parts = [HEAD.format(label=system.label, imports="\n".join(imports))]
    return "\n".join([*parts, *(_resource(kind) for kind in kinds)])


def _inputs(system: System) -> str:
    """The stub of the module with the inputs of each kind, and of what they consist of, as TypedDicts."""
    models = _models(system.kinds.values())
    return "\n".join([INPUTS_HEAD.format(label=system.label), *(_typed_dict(model) for model in models)])


def _formatted(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", "stub.pyi", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def _models(kinds: Iterable[Kind[Any, Any]]) -> list[type[BaseModel]]:
    """The inputs of the kinds, the models inside them and the bases of both, each once, after what it builds on."""
    found: dict[str, type[BaseModel]] = {}
    for kind in kinds:
        for nested in nested_models(kind.inputs):
            for model in [*reversed(_bases(nested)), nested]:
                if found.setdefault(model.__name__, model) is not model:
                    raise ValueError(f"{kind.system}: two input models are called {model.__name__}")
    return list(found.values())


def _bases(model: type[BaseModel]) -> list[type[BaseModel]]:
    """The bases that have fields, nearest first; none where the model changes one of them, as no TypedDict can."""
    bases = [base for base in model.__mro__[1:] if issubclass(base, BaseModel) and base.model_fields]
    changed = any(_field(base, name) != _field(model, name) for base in bases for name in base.model_fields)
    return [] if changed else bases


def _typed_dict(model: type[BaseModel]) -> str:
    bases = _bases(model)
    direct = [base.__name__ for base in bases if not any(base in _bases(other) for other in bases)]
    lines = [f"class {model.__name__}({', '.join(direct) or 'TypedDict'}):", *_docstring(summary(model))]
    for name in model.model_fields:
        if not any(name in base.model_fields for base in bases):
            lines += _field(model, name)
    return "\n".join(lines) + "\n"


def _field(model: type[BaseModel], name: str) -> list[str]:
    field = model.model_fields[name]
    kind = _source(field.annotation)
    annotated = f"    {name}: {kind if field.is_required() else f'NotRequired[{kind}]'}"
    return [annotated, *_docstring(descriptions(model).get(name, ""))]


def _resource(kind: Kind[Any, Any]) -> str:
    docstring = "\n".join(_docstring(summary(kind.inputs), indent=8))
    return RESOURCE.format(name=kind.name, docstring=docstring, inputs=kind.inputs.__name__)


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
        yield folder / "__init__.pyi", _formatted(_resources(system, package))
        yield folder / "inputs.pyi", _formatted(_inputs(system))


def stale() -> list[Path]:
    """The stubs that are not what the kinds say."""
    return [path for path, text in stubs() if not path.exists() or path.read_text(encoding="utf-8") != text]


def write() -> None:
    """Writes every stub."""
    for path, text in stubs():
        path.write_text(text, encoding="utf-8")
