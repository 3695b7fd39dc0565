"""What of the model HubSpot takes otherwise than its author may expect, without being wrong."""

from __future__ import annotations

from collections.abc import Iterator

from revops_hubspot.compiler.terms.names import SYSTEM
from revops_iac.diagnostics import Diagnostic, model_warning
from revops_iac.model import Model
from revops_iac.model.routing import RoutingRule
from revops_iac.model.routing.rotation import shifts_of
from revops_iac.provider.declaration import Path

TYPE_ID = "6-"
"""How the type ids of custom events begin [T]; HubSpot's API finds none by name."""


MOST_VALUES = 1_000
"""Values of one filter above which it is worth a try; neither reference nor knowledge base states a limit [?]."""


ROUTES = ("mql_assignment", "recycled_reentry")
"""The workflows that give leads to people."""


def warnings(model: Model) -> Iterator[Diagnostic]:
    """Signals that are not counted, people whose shares of leads are not even, and lists longer than filters may be."""
    yield from _events(model)
    for path, rule in _rules(model):
        yield from _shares(model, path, rule)
    for path, rule in _rules(model):
        yield from _accounts(path, rule)


def _rules(model: Model) -> Iterator[tuple[Path, RoutingRule]]:
    """The routing rules that workflows on HubSpot follow."""
    systems = model.context.systems
    here = [
        workflow.settings.routing or next(iter(model.routing), None)
        for workflow in (model.automation.workflows.values() if model.automation else ())
        if workflow.does in ROUTES and (workflow.runs_on or systems.source_of_truth or SYSTEM) == SYSTEM
    ]
    for key, routing in model.routing.items():
        if key in here:
            yield from ((("routing", key, "rules", name), rule) for name, rule in routing.rules.items())


def _accounts(path: Path, rule: RoutingRule) -> Iterator[Diagnostic]:
    """Lists of accounts that are longer than filters are known to be."""
    count = len(rule.accounts.owners) if rule.accounts else 0
    if count > MOST_VALUES:
        message = f"{count:,} accounts are values of one filter, for which HubSpot states no limit"
        fix = "try it in a sandbox, or import the accounts with a checkbox that the contact mirrors, for when"
        yield model_warning((*path, "accounts"), message, fix)


def _shares(model: Model, path: Path, rule: RoutingRule) -> Iterator[Diagnostic]:
    """HubSpot's rotation has no weights [S: RotateOwner takes users and teams, nothing else]."""
    uneven = [one for one in shifts_of(model.people, rule.assign, SYSTEM) if not one.is_even]
    if uneven:
        shares = ", ".join(f"{login} {weight}" for login, weight in uneven[0].shares)
        message = f"HubSpot rotates in equal shares, the model in these: {shares}"
        fix = "run the routing on Salesforce, or give the members equal capacity and hours"
        yield model_warning((*path, "assign"), message, fix)


def _events(model: Model) -> Iterator[Diagnostic]:
    """Signals whose source is a custom event by its name."""
    systems = model.context.systems
    for entry_key, entry in model.scoring.items():
        if (entry.runs_on or systems.source_of_truth or SYSTEM) != SYSTEM:
            continue
        for key, signal in entry.engagement.items():
            event = signal.sources.get(SYSTEM, {}).get("event")
            if event is not None and not event.startswith(TYPE_ID):
                yield model_warning(
                    ("scoring", entry_key, "engagement", key, "sources", SYSTEM),
                    f'custom event "{event}" has no type id, so HubSpot does not count this signal',
                    f"give the event's type id, {TYPE_ID}…, from HubSpot's page of the event, a form, page or field; "
                    "or count it manually",
                )
