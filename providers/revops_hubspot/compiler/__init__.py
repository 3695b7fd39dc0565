"""Compiles the model to HubSpot resources, one module per topic."""

from __future__ import annotations

from collections.abc import Iterable

from revops_hubspot.compiler.automations import automations
from revops_hubspot.compiler.lifecycle import lifecycle
from revops_hubspot.compiler.pipeline_rules import pipeline_rules
from revops_hubspot.compiler.pipelines import pipelines
from revops_hubspot.compiler.properties import properties
from revops_hubspot.compiler.segments import segments
from revops_hubspot.compiler.terms.compilation import Compilation
from revops_hubspot.compiler.validations import validations
from revops_iac.config.settings import Settings
from revops_iac.model import Model
from revops_iac.provider.declaration import Declaration


def compile_model(model: Model, settings: Settings) -> Iterable[Declaration]:
    """Everything that HubSpot must hold for the model. Raises CannotCompile with all that it cannot hold exactly."""
    compilation = Compilation(model, settings)
    declared = [declaration for topic in TOPICS for declaration in topic(compilation)]
    compilation.finish(declared)
    return declared


TOPICS = (properties, validations, lifecycle, pipelines, pipeline_rules, segments, automations)
