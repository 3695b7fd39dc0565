"""A validation rule that is about to block: how many open records fail it today, and who could not set them right."""

from __future__ import annotations

from collections.abc import Iterator

from salesforce_formula.parser import parse
from salesforce_formula.printer import render
from salesforce_formula.tokens import FormulaError

from revops_iac.diagnostics import Diagnostic, input_error
from revops_iac.provider.kind import Definition, DesiredResource, LiveObject
from revops_salesforce.api.client import OrgSession
from revops_salesforce.api.errors import SalesforceRefusal
from revops_salesforce.fields.access import FieldAccess, people
from revops_salesforce.fields.org_fields import org_fields
from revops_salesforce.formulas.failing_records import Failing, failing
from revops_salesforce.formulas.fields import ObjectFields, ProgramFields
from revops_salesforce.formulas.query import names_of

NAMED = 3
"""How many people a refusal names."""
FORMULA = "error_condition_formula"
NOT_SHOWN = frozenset({"INSUFFICIENT_ACCESS", "INSUFFICIENT_ACCESS_OR_READONLY", "INVALID_FIELD", "INVALID_TYPE"})
"""What an org answers where the user may not see an object or a field [K]: then it says so, and refuses nothing."""


def preflight_errors(session: OrgSession, desired: DesiredResource, live: LiveObject | None) -> Iterator[Diagnostic]:
    """Says how many open records a newly blocking rule stops, and refuses it until people can edit what it asks for."""
    if not blocks_anew(desired.inputs, live.definition if live is not None else None):
        return
    object_, formula = desired.inputs["object"], desired.inputs[FORMULA]
    fields = ObjectFields(object_, ProgramFields.of(session.declared), org_fields(session), in_flow=False)
    try:
        parse(formula)
    except FormulaError:
        return  # the linter has refused it
    try:
        found = failing(session.client, fields, formula)
        if found.failing != 0:
            session.report.say(f'Salesforce ValidationRule "{desired.name}": {shown(found, object_)}')
        reasons = list(_cannot_edit(session, fields, formula, found))
    except SalesforceRefusal as refusal:
        if refusal.code not in NOT_SHOWN:
            raise
        why = f"the users that it would block are not known: {refusal.diagnostic.sentence}"
        session.report.say(f'Salesforce ValidationRule "{desired.name}": {why}')
        return
    for why in reasons:
        yield input_error(
            ("error_condition_formula",),
            f"it would block users who cannot correct the record: {why}",
            "grant the field in a permission set (field_permissions, editable: true) and assign the set to them, or "
            "keep the rule inactive",
        )


def blocks_anew(desired: Definition, live: Definition | None) -> bool:
    """Whether the plan makes the rule block something that it does not block now."""
    if not desired.get("active", True):
        return False
    return live is None or not live.get("active") or _canonical(live.get(FORMULA)) != _canonical(desired[FORMULA])


def _canonical(formula: str | None) -> str | None:
    try:
        return render(parse(formula or ""))
    except FormulaError:
        return formula


def shown(found: Failing, object_: str) -> str:
    """How many records fail, for people.

    >>> shown(Failing(40, 2, "counted by a query"), "Lead")
    '2 of 40 open Lead records fail it today (counted by a query)'
    """
    if found.failing is None:
        return f"how many of {found.open:,} open {object_} records fail it today is not known: {found.how}"
    return f"{found.failing:,} of {found.open:,} open {object_} records fail it today ({found.how})"


def _cannot_edit(session: OrgSession, fields: ObjectFields, formula: str, found: Failing) -> Iterator[str]:
    asked = [name for name in names_of(parse(formula)) if fields.needs_permission(name)]
    if not asked:
        return
    access = FieldAccess(session, fields.object)
    owners = people(session.client, found.owners) if found.owners else []
    for name in asked:
        editors = access.editors(name)
        without = [user for user in owners if user.lower() not in editors]
        if not editors:
            yield f"no user can edit {fields.object}.{name}"
        elif without:
            listed = ", ".join(without[:NAMED]) + (", …" if len(without) > NAMED else "")
            yield f"{len(without)} owners of the records that fail it cannot edit {fields.object}.{name} ({listed})"
