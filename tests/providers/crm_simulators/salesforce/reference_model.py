"""The reference model in a simulated org, with every topic and automation on Salesforce and enabled."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from crm_simulators.salesforce.metadata.registry import TYPES
from crm_simulators.salesforce.org.org import Org

from revops_iac.config.settings import Settings
from revops_iac.model import Model
from revops_iac.source.load import load_model
from tests.providers.revops_salesforce.compiled_model import compiled, deploy, org

PROD = Settings("prod", go_live=date(2026, 12, 1))


def everything_on_salesforce(stacks: Path) -> Model:
    """The reference model, all of whose topics run on Salesforce."""
    model = load_model(stacks, "prod")
    assert model.automation is not None
    assert model.lifecycle is not None
    here = {"runs_on": "salesforce"}
    workflows = {
        key: one.model_copy(update={**here, "enabled": True}) for key, one in model.automation.workflows.items()
    }
    return model.model_copy(
        update={
            "automation": model.automation.model_copy(update={"workflows": workflows}),
            "lifecycle": model.lifecycle.model_copy(update=here),
            "scoring": {key: one.model_copy(update=here) for key, one in model.scoring.items()},
            "routing": {key: one.model_copy(update=here) for key, one in model.routing.items()},
            "pipelines": {key: one.model_copy(update=here) for key, one in model.pipelines.items()},
        }
    )


def deployed(model: Model) -> Org:
    """An org that has the model, its flows still off."""
    made = org(*(model.people.identity(person, "salesforce") for person in model.people.persons))
    deploy(made, compiled(model, PROD))
    return made


def enable(into: Org, model: Model) -> list[str]:
    """Activate every flow that the model activates; answers their names."""
    names = [one.inputs["name"] for one in compiled(model, PROD) if one.kind == "FlowActivation"]
    for name in names:
        TYPES["FlowDefinition"].update(into, name, {"activeVersionNumber": 1})
    return names
