"""The reference model on a simulated portal, with every automation on HubSpot and enabled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from crm_simulators.server import RunningSimulators
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.compiler import compile_model
from revops_hubspot.dynamic import KINDS

from revops_iac.config.settings import Settings
from revops_iac.model import Model
from revops_iac.provider.declaration import Declaration
from revops_iac.provider.session import Session
from revops_iac.source.load import load
from tests.providers.typed_inputs import parsed
from tests.sessions import new_session

STACKS = Path(__file__).resolve().parents[4] / "stacks"
ORDER = ("PropertyGroup", "Property", "Pipeline", "List", "Workflow")


def everything_on_hubspot(stacks: Path = STACKS) -> Model:
    """The reference model, whose six automations, routing and pipelines all run on HubSpot."""
    model = load(stacks, "prod").model
    assert model.automation is not None
    here = {"runs_on": "hubspot"}
    workflows = {
        key: one.model_copy(update={**here, "enabled": True}) for key, one in model.automation.workflows.items()
    }
    return model.model_copy(
        update={
            "automation": model.automation.model_copy(update={"workflows": workflows}),
            "routing": {key: one.model_copy(update=here) for key, one in model.routing.items()},
            "pipelines": {key: one.model_copy(update=here) for key, one in model.pipelines.items()},
        }
    )


class Deployment:
    """What the model compiles to, made on a portal step by step."""

    def __init__(self, sims: RunningSimulators, model: Model, go_live: date) -> None:
        self.sims = sims
        self.model = model
        self.declared = compile_model(model, Settings("prod", go_live=go_live))
        self.session = self._session()

    def _session(self) -> Session[HubSpotClient]:
        values = {"hubspot:portalId": str(self.sims.hubspot.portal_id)}
        session: Session[HubSpotClient] = new_session("hubspot", values.get, "prod")
        session.open()
        session.allow_writes()
        return session

    def set_up(self) -> None:
        """People, statuses, fields, pipelines, segments, and workflows that are still off."""
        logins = {self.model.people.identity(person, "hubspot") for person in self.model.people.persons}
        self.sims.seed("hubspot", {"users": [{"email": login} for login in sorted(logins)]})
        assert self.model.lifecycle is not None
        statuses = self.model.lifecycle.lead_statuses.items()
        options = [
            {"label": label, "value": key, "displayOrder": n, "hidden": False}
            for n, (key, label) in enumerate(statuses)
        ]
        self.session.client.write("PATCH", "properties", "/contacts/hs_lead_status", {"options": options})
        for one in self._in_order():
            self._create(one)

    def enable(self) -> int:
        """Turn every workflow on; answers how many there are."""
        activations = [one for one in self.declared if one.kind == "WorkflowActivation"]
        for one in activations:
            self._create(one)
        return len(activations)

    def _create(self, one: Declaration) -> None:
        KINDS[one.kind].create(self.session, parsed(KINDS[one.kind], one.inputs))
        self.session.forget_lookups()

    def _in_order(self) -> Iterator[Declaration]:
        for kind in ORDER:
            desired = [one for one in self.declared if one.kind == kind]
            made: set[str] = set()
            while desired:
                names = {str(one.inputs["name"]) for one in desired if "name" in one.inputs}
                ready = [one for one in desired if not _uses(one, names)]
                yield from ready
                made |= {one.key for one in ready}
                desired = [one for one in desired if one.key not in made]


def _uses(one: Declaration, names: set[str]) -> bool:
    """Does a formula name a property that is not made yet?"""
    words = str(one.inputs.get("calculation_formula", "")).replace("(", " ").replace(")", " ").replace(",", " ").split()
    return bool(names & set(words) - {str(one.inputs.get("name"))})
