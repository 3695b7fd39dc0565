"""`revops init`: writes the repository of a new company, with a starter model that keeps every rule."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from revops_iac.diagnostics import suggest
from revops_iac.errors import AuthorError
from revops_iac.source.json_schema import json_schema, overlay_json_schema, render
from revops_iac.systems import installed_systems

SUFFIX, DOT = ".j2", "dot-"
"""Templates end in the one; names that begin with the other get a dot, as git and tools would heed them here too."""
QUARTER = timedelta(days=90)


@dataclass(frozen=True)
class Company:
    """What the starter says of a company: its name, its CRMs in order, and who runs its revenue operations."""

    name: str
    systems: tuple[str, ...]
    email: str

    @property
    def project(self) -> str:
        """The name of the Pulumi project.

        >>> Company("Müller & Sons", (), "").project
        'm-ller-sons-revops'
        """
        return f"{re.sub('[^a-z0-9]+', '-', self.name.lower()).strip('-') or 'company'}-revops"


def chosen_systems(names: Sequence[str]) -> tuple[str, ...]:
    """The systems by name, each once; all that are installed when none is named. Raises AuthorError on others."""
    installed = installed_systems()
    for name in names:
        if name not in installed:
            raise AuthorError(f'there is no provider for system "{name}"', suggest(name, installed))
    return tuple(dict.fromkeys(names)) or tuple(installed)


def write_company(folder: Path, company: Company, today: date) -> list[Path]:
    """Writes the repository into a new or empty folder, and gives its files. Raises AuthorError on any other folder."""
    _refuse_full(folder)
    written = []
    for name, text in _files(company, today):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    # The language host takes .venv from the root, the dynamic provider from `main` [pulumi#7061].
    (folder / "stacks" / ".venv").symlink_to("../.venv")
    return written


def _refuse_full(folder: Path) -> None:
    if folder.is_file():
        raise AuthorError(f'"{folder}" is a file, it must be a new or empty folder', "name another folder")
    live = sorted(path.name for path in folder.iterdir() if path.name != ".git") if folder.is_dir() else []
    if live:
        raise AuthorError(f'"{folder}" is not empty, it holds "{live[0]}"', "name a new or empty folder")


def _files(company: Company, today: date) -> Iterator[tuple[str, str]]:
    """Each file of the repository and its text. The marks are ours, because workflows of CI use the usual ones."""
    templates = Environment(
        loader=PackageLoader("revops_iac.commands.init", "starter"),
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        block_start_string="[%",
        block_end_string="%]",
        variable_start_string="[[",
        variable_end_string="]]",
        comment_start_string="[#",
        comment_end_string="#]",
    )
    values = _values(company, today)
    for name in templates.list_templates(filter_func=lambda name: name.endswith(SUFFIX)):
        yield name.removesuffix(SUFFIX).replace(DOT, "."), templates.get_template(name).render(values)
    yield "stacks/model/.schema.json", render(json_schema())
    yield "stacks/overlays/.schema.json", render(overlay_json_schema())


def _values(company: Company, today: date) -> dict[str, object]:
    systems = [installed_systems()[name] for name in company.systems]
    return {
        "company": _quoted(company.name),
        "project": company.project,
        "email": _quoted(company.email),
        "address": company.email,
        "systems": company.systems,
        "managed": f"[{', '.join(company.systems)}]",
        "source_of_truth": company.systems[-1],
        "labels": " and ".join(system.label for system in systems),
        "id_keys": [system.account.id_key for system in systems],
        "version": version("revops-iac"),
        "recalibrated": (today + QUARTER).isoformat(),
    }


def _quoted(text: str) -> str:
    """A text as YAML, whatever is in it: JSON is YAML."""
    return json.dumps(text, ensure_ascii=False)
