"""Compiles the model to Salesforce resources, one module per topic."""

from __future__ import annotations

from collections.abc import Iterable

from revops_iac.config.settings import Settings
from revops_iac.model import Model
from revops_iac.provider.declaration import Declaration
from revops_salesforce.compiler import (
    approvals,
    deal_desk,
    duplicates,
    fields,
    lead_conversion,
    lifecycle,
    metrics,
    paths,
    people,
    permissions,
    pipelines,
    record_types,
    required_fields,
    routing,
    signal_moments,
)
from revops_salesforce.compiler.automation import automations, compile_automations
from revops_salesforce.compiler.terms.compilation import Compilation

__all__ = ["compile_automations", "compile_model"]

TOPICS = (
    fields.value_sets,
    fields.custom_fields,
    lead_conversion.field_mapping,
    routing.turn_field,
    signal_moments.custom_fields,
    permissions.field_access,
    lifecycle.lead_statuses,
    lifecycle.validation_rules,
    pipelines.stages,
    record_types.business_processes,
    record_types.record_types,
    paths.paths,
    pipelines.validation_rules,
    required_fields.validation_rules,
    deal_desk.validation_rules,
    people.business_hours,
    people.holidays,
    routing.queues,
    routing.assignment_rules,
    approvals.field_updates,
    approvals.approval_processes,
    duplicates.matching_rules,
    duplicates.duplicate_rules,
    automations,
    metrics.metrics,
)


def compile_model(model: Model, settings: Settings) -> Iterable[Declaration]:
    """Everything that Salesforce must hold for the model. Raises CannotCompile with all that it cannot hold exactly."""
    compilation = Compilation(model, settings)
    declared = [declaration for topic in TOPICS for declaration in topic(compilation)]
    if any(declaration.kind == "ValidationRule" for declaration in declared):
        declared = [*permissions.before_rules(declared), *permissions.bypass(compilation)]
    compilation.finish(declared)
    return declared
