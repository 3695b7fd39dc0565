"""What of the model HubSpot takes otherwise than its author may expect, without being wrong."""

from __future__ import annotations

from collections.abc import Iterator

from revops_hubspot.compiler.terms.names import SYSTEM
from revops_iac.model import Model
from revops_iac.source.checks import Finding

TYPE_ID = "6-"
"""How the type ids of custom events begin [T]; HubSpot's API finds none by name."""


def remarks(model: Model) -> Iterator[Finding]:
    """Signals that nobody will count: their source is a custom event by its name."""
    systems = model.context.systems
    for entry_key, entry in model.scoring.items():
        if (entry.runs_on or systems.source_of_truth or SYSTEM) != SYSTEM:
            continue
        for key, signal in entry.engagement.items():
            event = signal.sources.get(SYSTEM, {}).get("event")
            if event is not None and not event.startswith(TYPE_ID):
                yield Finding(
                    ("scoring", entry_key, "engagement", key, "sources", SYSTEM),
                    f'the custom event "{event}" cannot be found by its name, so HubSpot does not count this signal: '
                    "somebody counts it by hand",
                    f"give the event's type id, {TYPE_ID}…, from HubSpot's page of the event, or a form, page or field",
                )
