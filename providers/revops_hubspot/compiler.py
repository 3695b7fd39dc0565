"""Compiles the model to HubSpot resources."""

from __future__ import annotations

from collections.abc import Iterable

from revops_iac.compile import Declaration
from revops_iac.model import Model
from revops_iac.settings import Settings


def compile_model(model: Model, settings: Settings) -> Iterable[Declaration]:
    """Everything that HubSpot must hold for the model."""
    return ()
