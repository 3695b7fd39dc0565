"""A stack with a small model of its own on both simulated CRMs, run by the real CLI."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import yaml
from crm_simulators.control import LoggedRequest
from crm_simulators.server import RunningSimulators

from tests.pulumi_project import Outcome, PulumiProject

SUMMARIES = ("preview failed", "update failed", "Preview failed")
"""What Pulumi says of the whole run, beside the errors themselves."""


@dataclass
class SmallStack:
    """One stack `dev`; its model is what `write` says, its config what `configure` says."""

    project: PulumiProject
    crms: RunningSimulators

    @classmethod
    def made(cls, template: PulumiProject, folder: Path, crms: RunningSimulators) -> SmallStack:
        """A copy of `empty_project`, configured for HubSpot alone."""
        shutil.copytree(template.folder, folder, symlinks=True, dirs_exist_ok=True)
        stack = cls(PulumiProject(folder, template.cli), crms)
        stack.configure("hubspot")
        return stack

    def configure(
        self, *systems: str, without: tuple[str, ...] = (), also: Mapping[str, Any] | None = None, **revops: Any
    ) -> None:
        """Writes the whole stack config: ids, the systems, `revops:` keys by keyword, others `also`; the salt stays."""
        file = self.project.stacks / "Pulumi.dev.yaml"
        live = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
        config = {
            "hubspot:portalId": str(self.crms.hubspot.portal_id),
            "salesforce:organizationId": self.crms.salesforce.organization_id,
            "revops:systems": list(systems),
            **{f"revops:{key}": value for key, value in revops.items()},
            **(also or {}),
        }
        kept = {key: value for key, value in config.items() if key not in without}
        file.write_text(yaml.safe_dump({**(live or {}), "config": kept}), encoding="utf-8")
        self.project.environment.clear()
        self.project.environment.update(self.crms.env())

    def write(self, model: str, file: str = "model.yaml") -> None:
        """Writes one file of the model."""
        path = self.project.stacks / "model" / file
        path.write_text(dedent(model).lstrip("\n"), encoding="utf-8")

    def hubspot(self, sections: Mapping[str, Any]) -> None:
        """Makes the model consist of raw HubSpot sections."""
        self._raw("hubspot", sections)

    def salesforce(self, sections: Mapping[str, Any]) -> None:
        """Makes the model consist of raw Salesforce sections."""
        self._raw("salesforce", sections)

    def _raw(self, system: str, sections: Mapping[str, Any]) -> None:
        context = {"systems": {"managed": [system], "source_of_truth": system}}
        text = yaml.safe_dump({"context": context, system: dict(sections)}, sort_keys=False, width=1000)
        self.write(text)

    def writes(self) -> list[LoggedRequest]:
        """The calls that changed an account."""
        found = self.crms.control.log.select(writes_only=True)
        return [request for request in found if request.status < 400]


def empty_project(folder: Path, cli: Path) -> PulumiProject:
    """This project without its model and stacks, and with an empty stack `dev`."""
    project = PulumiProject.of_checkout(folder, cli)
    for file in (*project.stacks.glob("model/*.yaml"), *project.stacks.glob("Pulumi.*.yaml")):
        file.unlink()
    (project.stacks / "overlays" / "dev.yaml").write_text("{}\n", encoding="utf-8")
    return project.init()


def errors(outcome: Outcome) -> list[str]:
    """The errors under "Diagnostics", each whole, without Pulumi's summary of the run."""
    _, _, diagnostics = outcome.output.partition("Diagnostics:\n")
    found: list[list[str]] = []
    is_open = False
    for line in diagnostics.partition("\nResources:\n")[0].splitlines():
        if line.startswith("    error: "):
            found.append([line.removeprefix("    error: ")])
            is_open = True
        elif line and not line.startswith("    "):
            is_open = False  # the next resource, which may only have something to say
        elif is_open and line:
            found[-1].append(line.removeprefix("    "))
    texts = ["\n".join(lines).strip() for lines in found]
    return [text for text in texts if text.partition("\n")[0] not in SUMMARIES]


def properties(count: int, group: str = "revenue") -> dict[str, Any]:
    """Raw sections: one group of contacts and `count` properties in it."""
    names = [f"field_{number:04}" for number in range(count)]
    return {
        "PropertyGroup": {f"contacts.{group}": {"object": "contacts", "name": group, "label": group.capitalize()}},
        "Property": {f"contacts.{name}": a_property(name, group) for name in names},
    }


def a_property(name: str, group: str = "revenue", **more: Any) -> dict[str, Any]:
    """The inputs of a number property of contacts."""
    number = {"type": "number", "field_type": "number", "group_name": group}
    return {"object": "contacts", "name": name, "label": name.replace("_", " ").capitalize(), **number, **more}


def without_correlation(text: str) -> str:
    """The text without the ids that a vendor gives each answer."""
    return re.sub(r"\(correlation [0-9a-f-]+\)", "(correlation …)", text)
