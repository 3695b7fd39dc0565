"""A validation rule of an object: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_validationformulas.htm"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from revops_iac.diagnostics import Diagnostics
from revops_iac.provider.effects import Effect
from revops_iac.provider.kind import DesiredResource, Inputs, LiveObject, Reference
from revops_salesforce.api.client import OrgSession
from revops_salesforce.formulas import blocking_rules
from revops_salesforce.formulas.option_uses import option_uses
from revops_salesforce.formulas.references import references_in, references_through
from revops_salesforce.metadata.kind import ObjectPart, lookup_target


class ValidationRuleInputs(Inputs):
    """A formula that blocks a save while it is true. The bypass is part of the formula: `NOT($Permission.X)`.

    Example::

        object: Opportunity
        name: Amount_Is_Needed
        active: true
        error_condition_formula: AND(ISPICKVAL(StageName, "Proposal"), ISBLANK(Amount))
        error_message: Fill in the amount before the proposal.
        error_display_field: Amount
        description: Required fields block the advance.

    Later::

        error_message: Fill in the amount, then move the deal.
        active: false
    """

    object: str
    name: str
    active: bool = True
    error_condition_formula: str
    """True blocks the save."""
    error_message: str
    """At most 255 characters [K]."""
    error_display_field: str | None = None
    """The field beside which the message appears; default: the top of the page."""
    description: str | None = None


class ValidationRule(ObjectPart[ValidationRuleInputs]):
    """Key: object and developer name, immutable [S: salto]. The formula is compiled when it is saved."""

    component_type = "ValidationRule"
    spelled = frozenset()
    on_delete = "The rule is deleted immediately and permanently."

    def effects(self, inputs: ValidationRuleInputs) -> Iterable[Effect]:
        return option_uses(inputs.error_condition_formula, inputs.object)

    def references(self, inputs: ValidationRuleInputs) -> Iterable[Reference]:
        yield from references_in(inputs.error_condition_formula, inputs.object)
        if field := inputs.error_display_field:
            yield Reference("CustomField", f"{inputs.object}.{field}")

    def references_through(
        self, inputs: ValidationRuleInputs, program: Mapping[tuple[str, str], Inputs]
    ) -> Iterable[Reference]:
        return references_through(inputs.error_condition_formula, inputs.object, lookup_target(program))

    def preflight_errors(self, session: OrgSession, desired: DesiredResource, live: LiveObject | None) -> Diagnostics:
        yield from super().preflight_errors(session, desired, live)
        yield from blocking_rules.preflight_errors(session, desired, live)
