"""What an administrator sets in Salesforce because revops does not, in the order in which it must be done.

Menu paths: [D: help.salesforce.com, Process Automation Settings], [D: help.salesforce.com, Identify Your Salesforce
Org's Default Workflow User]; others [K].
"""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.documents.words import Words, listed, number
from revops_iac.model import Model
from revops_iac.provider.coverage import ManualStep


def guide(model: Model) -> Iterator[ManualStep]:
    """The steps that a model asks for."""
    yield from _workflow_user(model)
    yield from _page_layouts(model)
    yield from _first_contact(model)
    yield from _enrichment(model)
    yield from _duplicates(model)
    yield from _spend(model)


def _workflow_user(model: Model) -> Iterator[ManualStep]:
    if model.automation and model.automation.workflows:
        yield ManualStep(
            "Name the user under whom scheduled work runs",
            "Setup > Process Automation Settings > Default Workflow User",
            ("Choose an active user who may edit leads, contacts and opportunities.", "Save."),
            "The page shows the user, and scheduled flows run without an error e-mail.",
            ("automation", "workflows"),
        )


def _page_layouts(model: Model) -> Iterator[ManualStep]:
    """The fields that block a stage must be on the page, or nobody can fill them."""
    words = Words(model)
    deal = [ref for one in model.pipelines.values() for stage in one.stages.values() for ref in stage.required_fields]
    person = [
        ref for refs in model.data_hygiene.required_by_stage.values() for ref in refs if ref.startswith("contact.")
    ]
    for title, label, fields, about, origin in (
        ("opportunities", "Opportunity", deal, "deal", ("pipelines",)),
        ("leads and contacts", "Lead, then Contact", person, "contact", ("data_hygiene", "required_by_stage")),
    ):
        if fields:
            yield ManualStep(
                f"Show the required fields of {title}",
                f"Setup > Object Manager > {label} > Page Layouts",
                (f"Put on each layout: {listed(dict.fromkeys(words.fields(fields, about)))}.", "Save."),
                "A user without administrator rights sees and can edit each of these on a record.",
                origin,
            )


def _first_contact(model: Model) -> Iterator[ManualStep]:
    lifecycle = model.lifecycle
    for key, handoff in lifecycle.handoffs.items() if lifecycle else ():
        field = handoff.met_by.get("first_contact")
        if field:
            yield ManualStep(
                "Record first contact",
                "App Launcher > Leads > a lead > Activity",
                (
                    f"Log the first call, e-mail or meeting, and fill {Words(model).field(field)} on the lead.",
                    "Let the booking tool fill it where a meeting is booked (document Automation and playbook).",
                ),
                "The SLA task of a test lead is done once the field is filled.",
                ("lifecycle", "handoffs", key),
            )


def _enrichment(model: Model) -> Iterator[ManualStep]:
    words = Words(model)
    for key, source in model.data_hygiene.enrichment.items():
        label = source.label or key
        yield ManualStep(
            f"Connect {label}",
            f"Setup > Installed Packages > {label} > Configure",
            (
                f"Connect it. When it fills fields: {source.when}." if source.when else "Connect it.",
                f"Let it fill only {listed(words.fields(source.fields)) or 'the fields of the model'}.",
            ),
            f"A test record shows what {label} filled, and no other field changed.",
            ("data_hygiene", "enrichment", key),
        )


def _duplicates(model: Model) -> Iterator[ManualStep]:
    data = model.data_hygiene
    if data.match_keys:
        winner = data.winner_of_merges or "newer record"
        yield ManualStep(
            "Merge duplicates",
            "App Launcher > Duplicate Record Sets",
            ("Open each set and compare its records.", f"Merge them; keep the values of the {winner}."),
            "The list holds no set that you did not review.",
            ("data_hygiene", "match_keys"),
        )


def _spend(model: Model) -> Iterator[ManualStep]:
    metrics = model.metrics.metrics if model.metrics else {}
    outside = [metric for metric in metrics.values() if metric.source]
    if outside:
        yield ManualStep(
            "Complete the figures that need spend",
            "App Launcher > Reports > the folder of the revenue process",
            tuple(f"{metric.label}: {metric.formula}; {metric.source}." for metric in outside),
            f"{number(len(outside))} figures are written down with the quarter that they are for.",
            ("metrics", "metrics"),
        )
