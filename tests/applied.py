"""A stack whose state holds what simulated accounts hold, as an adoption makes it, without the Pulumi CLI."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm_simulators.server import RunningSimulators

from revops_iac.adoption.choice import Choice
from revops_iac.adoption.reading import AccountReader
from revops_iac.adoption.state_entries import Adopted, StackState
from revops_iac.adoption.yaml.files import edit
from revops_iac.stack_context import StackContext

CONTEXT = "context:\n  systems: {managed: [hubspot, salesforce], source_of_truth: hubspot}\n"


@dataclass
class AppliedStack:
    """The folder of the stack `dev` and its state, as `pulumi stack export` prints it."""

    folder: Path
    state: dict[str, Any]

    @property
    def managed(self) -> list[tuple[str, str]]:
        """Kind and Pulumi name of its vendor resources."""
        resources = self.state["deployment"]["resources"]
        dynamic = [one for one in resources if str(one["type"]).startswith("pulumi-python:dynamic/")]
        return [(str(one["type"]).rpartition(":")[2], one["urn"].rpartition("::")[2]) for one in dynamic]


def write_stack(project: Path, sims: RunningSimulators, model: str = CONTEXT) -> Path:
    """The files of a stack `dev` on both accounts; returns the folder of stacks."""
    folder = project / "stacks"
    for part in ("model", "overlays"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "overlays" / "dev.yaml").write_text("{}\n", encoding="utf-8")
    (folder / "model" / "model.yaml").write_text(model, encoding="utf-8")
    config = (
        f'config:\n  hubspot:portalId: "{sims.hubspot.portal_id}"\n'
        f"  salesforce:organizationId: {sims.salesforce.organization_id}\n"
    )
    (folder / "Pulumi.dev.yaml").write_text(config, encoding="utf-8")
    return folder


def adopted_stack(project: Path, sims: RunningSimulators, choice: Choice, model: str = CONTEXT) -> AppliedStack:
    """A stack that adopted what the accounts hold: its YAML and its state. The environment points at the accounts."""
    folder = write_stack(project, sims, model)
    context = StackContext.load(folder, "dev")
    sessions = {system.name: context.session(system) for system in context.chosen_systems(None)}
    live: dict[tuple[str, str, str], Any] = {}
    for name, session in sessions.items():
        readings = AccountReader(session, context.desired(name), set(), choice, lambda text: None).readings()
        for one in readings:
            live |= {(name, one.kind, each.name): each.live for each in one.adopted}
            if one.adopted:
                edit(folder, name, one.kind, {each.name: each.entry for each in one.adopted}).write()
    grown = StackContext.load(folder, "dev")
    keyed = [((one.system, one.declaration.kind, one.name), one) for one in grown.planned]
    adopted = [Adopted(one, live[key], sessions[key[0]]) for key, one in keyed if key in live]
    ids = {name: session.open().id for name, session in sessions.items()}
    state = StackState("revops", grown, {"version": 3, "deployment": {}}).with_adopted(adopted, ids)
    return AppliedStack(folder, state.state)


def applied_stack(project: Path, sims: RunningSimulators, model: str) -> AppliedStack:
    """A stack whose model was applied to the accounts, resource by resource in the order of the program."""
    folder = write_stack(project, sims, model)
    context = StackContext.load(folder, "dev")
    sessions = {system.name: context.session(system) for system in context.chosen_systems(None)}
    made = []
    for name, session in sessions.items():
        session.declared = context.desired(name)
        session.allow_writes()
    for one in context.planned:
        session = sessions[one.system]
        kind = session.system.kinds[one.declaration.kind]
        inputs = kind.parse(one.declaration.inputs)
        live = session.find(kind, one.name)
        live = kind.create(session, inputs) if live is None else kind.update(session, live, inputs)
        session.cache.put(kind, live)
        made.append(Adopted(one, live, session))
    ids = {name: session.open().id for name, session in sessions.items()}
    state = StackState("revops", context, {"version": 3, "deployment": {}}).with_adopted(made, ids)
    for resource in state.state["deployment"]["resources"]:
        if "adopted" in (resource.get("outputs") or {}):
            resource["outputs"]["adopted"] = False
    return AppliedStack(folder, state.state)
