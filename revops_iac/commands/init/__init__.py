"""`revops init`: writes the repository of a new company, with a starter model that keeps every rule."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from revops_iac.commands.init.answers import Answers, Ask, answers_in, complete, context_document
from revops_iac.commands.init.fitting import fitted
from revops_iac.commands.init.installation import WHEELS, Installation, installation
from revops_iac.errors import AuthorError
from revops_iac.source.context_file import PATHS
from revops_iac.source.json_schema import schema_files
from revops_iac.systems import installed_systems

SUFFIX, DOT = ".j2", "dot-"
"""Templates end in the one; names that begin with the other get a dot, as git and tools would heed them here too."""
QUARTER = timedelta(days=90)
OF_CI = {"github": "dot-github/", "gitlab": "dot-gitlab"}
"""Where code is hosted -> how the templates of its CI begin."""
MAY_BE_THERE = frozenset({".git", ".agents", ".claude"})
"""What a folder may hold before: a fresh clone, and what agents are told of the company."""


@dataclass(frozen=True)
class Company:
    """The company of a starter: `values` are answers by question, `from_document` those of the context document."""

    values: Mapping[str, Any]
    from_document: Mapping[str, Any] = field(default_factory=dict)
    document: Path | None = None
    installation: Installation = field(default_factory=installation)
    ci: str = "github"
    """Where the code is hosted: `github` or `gitlab`."""

    @property
    def name(self) -> str:
        """The company's name, as answered or as its document says."""
        return str(self.values["company"] or self.from_document.get("company") or "company")

    @property
    def systems(self) -> tuple[str, ...]:
        """The managed CRMs in order; the last one is the source of truth."""
        return tuple(self.values["systems"])

    @property
    def project(self) -> str:
        """The name of the Pulumi project.

        >>> Company({"company": "Müller & Sons"}).project
        'm-ller-sons-revops'
        """
        return f"{re.sub('[^a-z0-9]+', '-', self.name.lower()).strip('-') or 'company'}-revops"


def company_of(folder: Path, given: Answers, document: Path | None = None, ask: Ask | None = None) -> Company:
    """The company of a new repository: what is given, what its context document says, and answers to `ask`.

    Raises AuthorError.
    """
    found = document or context_document(folder, Path.cwd())
    from_document = answers_in(found)
    return Company(complete(given, from_document, folder.resolve().name, ask), from_document, found)


def write_company(folder: Path, company: Company, today: date) -> list[Path]:
    """Writes the repository into a new or empty folder, and gives its files.

    Raises AuthorError on any other folder, and when the operating system refuses; what was written is removed then.
    """
    is_new = not os.path.lexists(folder)
    before = frozenset[str]()
    try:
        before = _entries(folder)
        return _written(folder, company, today)
    except OSError as error:
        if is_new:
            shutil.rmtree(folder, ignore_errors=True)
        elif os.path.isdir(folder):
            _remove_all_but(folder, before)
        what = f'"{folder}" cannot be written: {error.strerror}'
        raise AuthorError(what, "name a new or empty folder on a disk with space") from None


def _entries(folder: Path) -> frozenset[str]:
    """What the folder holds already, all of it allowed. Raises AuthorError."""
    if (folder.exists() or folder.is_symlink()) and not folder.is_dir():
        kind = "a link that leads nowhere" if folder.is_symlink() else "a file"
        raise AuthorError(f'"{folder}" is {kind}, it must be a new or empty folder', "name another folder")
    live = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if others := [name for name in live if name not in MAY_BE_THERE]:
        raise AuthorError(f'"{folder}" is not empty: it contains "{others[0]}"', "name a new or empty folder")
    return frozenset(live)


def _remove_all_but(folder: Path, kept: frozenset[str]) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink() and path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)
        elif path.name not in kept:
            path.unlink(missing_ok=True)


def _written(folder: Path, company: Company, today: date) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    source = company.installation.placed_in(folder)
    written = [*(folder / WHEELS).glob("*.whl")]
    for name, text in _files(company, source, today):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    if company.document is not None and not (folder / PATHS[0]).exists() and not (folder / PATHS[1]).exists():
        path = folder / PATHS[0]
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(company.document, path)
        written.append(path)
    # The language host takes .venv from the root, the dynamic provider from `main` [pulumi#7061].
    (folder / "stacks" / ".venv").symlink_to("../.venv")
    return written


@cache
def _templates() -> Environment:
    """The templates of a repository. The marks are ours, because workflows of CI use the usual ones."""
    return Environment(
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


def _files(company: Company, source: Installation, today: date) -> Iterator[tuple[str, str]]:
    """Each file of the repository and its text."""
    templates = _templates()
    values = _values(company, source, today)
    others = tuple(begins for host, begins in OF_CI.items() if host != company.ci)
    for name in templates.list_templates(
        filter_func=lambda name: name.endswith(SUFFIX) and not name.startswith(others)
    ):
        yield name.removesuffix(SUFFIX).replace(DOT, "."), templates.get_template(name).render(values)
    yield from ((f"stacks/{path}", text) for path, text in schema_files().items())


def _values(company: Company, source: Installation, today: date) -> dict[str, object]:
    systems = [installed_systems()[name] for name in company.systems]
    values = company.values
    stack = {key: values[key] for key in ("marketing_automation", "scheduling", "enrichment") if values[key]}
    return {
        "company": _quoted(company.name),
        "project": company.project,
        "email": _quoted(values["email"]),
        "address": values["email"],
        "systems": company.systems,
        "managed": f"[{', '.join(company.systems)}]",
        "source_of_truth": company.systems[-1],
        "labels": " and ".join(system.label for system in systems),
        "account_ids": [(key, _variable(key)) for key in (system.account.id_key for system in systems)],
        "ci": company.ci,
        "requirement": source.requirement,
        "source": source.source,
        "recalibrated": (today + QUARTER).isoformat(),
        "from_document": company.from_document,
        "stack": {key: _quoted(text) for key, text in stack.items()},
        "quoted": {key: _quoted(values[key]) for key in ("current_state", "goal") if values[key]},
        **{key: values[key] for key in ("currency", "time_zone", "name_prefix", "backend", "motion")},
        **{key: values[key] for key in ("contract_value", "sales_cycle_days")},
        **fitted(values, company.from_document),
    }


def _quoted(text: str) -> str:
    """A text as YAML, whatever is in it: JSON is YAML."""
    return json.dumps(text, ensure_ascii=False)


def _variable(key: str) -> str:
    """The environment variable that holds what a key of stack configuration does.

    >>> _variable("hubspot:portalId")
    'HUBSPOT_PORTAL_ID'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).replace(":", "_").upper()
