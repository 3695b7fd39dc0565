"""What of the model HubSpot takes otherwise than its author may expect, without being wrong."""

from __future__ import annotations

from collections.abc import Iterator

from revops_hubspot.compiler.terms.names import SYSTEM
from revops_iac.diagnostics import Diagnostic, ModelPath, Severity
from revops_iac.model import Model
from revops_iac.model.rotation import shifts_of
from revops_iac.model.routing import Routing

TYPE_ID = "6-"
"""How the type ids of custom events begin [T]; HubSpot's API finds none by name."""


MOST_VALUES = 1_000
"""Values of one filter above which it is worth a try; neither reference nor knowledge base states a limit [?]."""


ROUTES = ("mql_assignment", "recycled_reentry")
"""The workflows that give leads to people."""


def warnings(model: Model) -> Iterator[Diagnostic]:
    """Signals that are not counted, and people whose shares of leads are not even."""
    yield from _events(model)
    yield from _shares(model)
    yield from _accounts(model)


def _routings(model: Model) -> Iterator[tuple[str, Routing]]:
    """The routings that workflows on HubSpot follow."""
    systems = model.context.systems
    here = [
        workflow.settings.routing or next(iter(model.routing), None)
        for workflow in (model.automation.workflows.values() if model.automation else ())
        if workflow.does in ROUTES and (workflow.runs_on or systems.source_of_truth or SYSTEM) == SYSTEM
    ]
    yield from ((key, one) for key, one in model.routing.items() if key in here)


def _accounts(model: Model) -> Iterator[Diagnostic]:
    """Lists of accounts that are longer than filters are known to be."""
    for key, routing in _routings(model):
        for name, rule in routing.rules.items():
            count = len(rule.accounts.owners) if rule.accounts else 0
            if count > MOST_VALUES:
                yield Diagnostic(
                    "",
                    f"{count:,} accounts are values of one filter, for which HubSpot states no limit",
                    "try it in a sandbox, or import the accounts with a checkbox that the contact mirrors, for when",
                    Severity.WARNING,
                    ModelPath(("routing", key, "rules", name, "accounts")),
                )


def _shares(model: Model) -> Iterator[Diagnostic]:
    """HubSpot's rotation has no weights [S: RotateOwner takes users and teams, nothing else]."""
    for key, routing in _routings(model):
        for name, rule in routing.rules.items():
            uneven = [one for one in shifts_of(model.people, rule.assign, SYSTEM) if not one.is_even]
            if uneven:
                shares = ", ".join(f"{login} {weight}" for login, weight in uneven[0].shares)
                yield Diagnostic(
                    "",
                    f"HubSpot rotates in equal shares, the model in these: {shares}",
                    "run the routing on Salesforce, or give the members equal capacity and hours",
                    Severity.WARNING,
                    ModelPath(("routing", key, "rules", name, "assign")),
                )


def _events(model: Model) -> Iterator[Diagnostic]:
    """Signals whose source is a custom event by its name."""
    systems = model.context.systems
    for entry_key, entry in model.scoring.items():
        if (entry.runs_on or systems.source_of_truth or SYSTEM) != SYSTEM:
            continue
        for key, signal in entry.engagement.items():
            event = signal.sources.get(SYSTEM, {}).get("event")
            if event is not None and not event.startswith(TYPE_ID):
                yield Diagnostic(
                    "",
                    f'custom event "{event}" has no type id, so HubSpot does not count this signal',
                    f"give the event's type id, {TYPE_ID}…, from HubSpot's page of the event, a form, page or field; "
                    "or count it manually",
                    Severity.WARNING,
                    ModelPath(("scoring", entry_key, "engagement", key, "sources", SYSTEM)),
                )
