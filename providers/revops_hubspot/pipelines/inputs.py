"""The inputs of a pipeline."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Inputs

DEFAULT_PIPELINES = frozenset({"default", "0"})
"""They exist in every portal, for deals and tickets [D][T], and are shared: unmanaged stages stay in them."""


class PipelineStage(Part):
    """A stage; the list order is the stage order."""

    id: str = Field(max_length=100)
    """The stage id in HubSpot; immutable. By convention `<pipeline>_<stage>`."""
    label: str
    probability: float | None = Field(default=None, ge=0, le=1)
    """Required for deals, and only there; 0 and 1 make the stage closed [O]."""
    state: Literal["OPEN", "CLOSED"] | None = None
    """Tickets, leads and custom objects."""


class PipelineInputs(Inputs):
    """A pipeline. One that this stack created is managed as a whole; in a default pipeline, or one adopted with
    `adopt: true`, stages that are not listed stay.

    Example::

        object: deals
        name: new_business
        label: New business
        stages:
          - {id: new_business_qualified, label: Qualified, probability: 0.1}
          - {id: new_business_proposal, label: Proposal, probability: 0.5}
          - {id: new_business_closed_won, label: Closed won, probability: 1.0}
          - {id: new_business_closed_lost, label: Closed lost, probability: 0.0}

    Later::

        label: New customers
        stages:
          - {id: new_business_qualified, label: Qualified, probability: 0.2}
          - {id: new_business_discovery, label: Discovery, probability: 0.3}
          - {id: new_business_proposal, label: Proposal sent, probability: 0.5}
          - {id: new_business_closed_won, label: Closed won, probability: 1.0}
          - {id: new_business_closed_lost, label: Closed lost, probability: 0.0}
    """

    object: str
    """`deals`, `tickets`, `leads`, another object with pipelines, or the name of a custom object."""
    name: str = Field(max_length=36)
    """The pipeline id in HubSpot; immutable."""
    label: str
    stages: list[PipelineStage] = Field(min_length=1)
    display_order: int | None = Field(default=None, ge=0)
    deactivate: list[str] | None = None
    """Ids of unmanaged stages to remove from a shared pipeline."""

    @model_validator(mode="after")
    def _stages_fit(self) -> Self:
        labels = [stage.label.strip().lower() for stage in self.stages]
        ids = [stage.id for stage in self.stages]
        for what, values in (("id", ids), ("label", labels)):
            if len(set(values)) < len(values):
                raise ValueError(f'stages: the {what} "{max(values, key=values.count)}" is used twice')
        for stage in self.stages:
            if (stage.probability is None) == (self.object == "deals"):
                rule = (
                    "a stage of deals needs a probability"
                    if self.object == "deals"
                    else "only stages of deals have a probability"
                )
                raise ValueError(f'stages: "{stage.id}": {rule}')
            if stage.state is not None and self.object == "deals":
                raise ValueError(f'stages: "{stage.id}": stages of deals have a probability, not a state')
        if self.object == "tickets" and not self.is_shared and all(stage.state != "CLOSED" for stage in self.stages):
            raise ValueError("stages: a ticket pipeline needs one stage with state: CLOSED")
        return self

    @property
    def is_shared(self) -> bool:
        """Whether stages that are not listed are unmanaged."""
        return self.adopt or self.name in DEFAULT_PIPELINES
