"""What of the model HubSpot takes otherwise than its author may expect, without being wrong."""

from __future__ import annotations

from collections.abc import Iterator

from revops_hubspot.compiler.terms.names import SYSTEM
from revops_iac.diagnostics import Diagnostic, ModelPath, Severity
from revops_iac.model import Model

TYPE_ID = "6-"
"""How the type ids of custom events begin [T]; HubSpot's API finds none by name."""


def warnings(model: Model) -> Iterator[Diagnostic]:
    """Signals that are not counted: their source is a custom event by its name."""
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
