"""A stack that adopted what simulated accounts hold, and what is lifted of it."""

from __future__ import annotations

from pathlib import Path

from crm_simulators.server import RunningSimulators

from revops_iac.adoption.choice import Choice
from revops_iac.adoption.lifting import Lifting, lift
from revops_iac.adoption.reading import AccountReader
from revops_iac.adoption.yaml.files import edit
from revops_iac.config.stack_config import StackConfig
from revops_iac.stack_context import StackContext
from tests.providers.contract import stack_config

KINDS = ("Pipeline", "RecordType", "BusinessProcess", "StandardValueSet", "AssignmentRules", "Queue", "CustomField")
NAMES = ("Opportunity", "deals.p1", "Lead.", "North")
"""What is adopted begins so."""


def adopted(
    sims: RunningSimulators, folder: Path, *systems: str, kinds: tuple[str, ...] = KINDS, names: tuple[str, ...] = NAMES
) -> StackContext:
    """A stack whose model is what was adopted."""
    for name in ("model", "overlays"):
        (folder / name).mkdir(parents=True)
    (folder / "overlays" / "prod.yaml").write_text("{}", encoding="utf-8")
    (folder / "model" / "context.yaml").write_text(
        f"context:\n  systems: {{managed: [{', '.join(systems)}], source_of_truth: {systems[-1]}}}\n", encoding="utf-8"
    )
    context = StackContext.of(folder, StackConfig("prod", stack_config(sims)))
    for system in context.chosen_systems(None):
        reader = AccountReader(context.session(system), [], set(), Choice(kinds), lambda text: None)
        for one in reader.readings():
            entries = {each.name: each.entry for each in one.adopted if each.name.startswith(names)}
            if entries:
                edit(folder, system.name, one.kind, entries).write()
    return StackContext.of(folder, StackConfig("prod", stack_config(sims)))


def lifted(context: StackContext) -> Lifting:
    return lift(context, {system.name: context.session(system) for system in context.chosen_systems(None)})
