"""What an administrator sets in HubSpot because no public API does, in the order in which it must be done.

Menu paths: [D: knowledge.hubspot.com/crm-setup/create-and-customize-lifecycle-stages], [D: .../object-settings/
set-up-and-customize-pipelines], [D: .../salesforce/create-a-salesforce-inclusion-list]; others [K].
"""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.documents.words import Words, listed, number
from revops_iac.model import Model
from revops_iac.provider.coverage import ManualStep


def guide(model: Model) -> Iterator[ManualStep]:
    """The steps that a model asks for."""
    yield from _lifecycle(model)
    yield from _pipelines(model)
    yield from _sync(model)
    yield from _duplicates(model)
    yield from _enrichment(model)
    yield from _recycling(model)
    yield from _speed(model)
    yield from _dashboards(model)


def _lifecycle(model: Model) -> Iterator[ManualStep]:
    if model.lifecycle is None or not model.lifecycle.stages:
        return
    labels = [stage.label for stage in model.lifecycle.stages.values()]
    yield ManualStep(
        "Set the lifecycle stages",
        "Settings > Objects > Contacts > Lifecycle Stage",
        (
            f"Bring the stages into this order: {listed(labels)}.",
            "Add a stage that is missing with Add stage, and give it exactly this name.",
            "Leave other stages where they are, or move their records first: deleting one moves records.",
        ),
        f"The tab lists {listed(labels)} in this order, and the next plan names no open step for the lifecycle stages.",
        ("lifecycle", "stages"),
    )
    yield ManualStep(
        "Let HubSpot set the stages that follow from others",
        "Settings > Objects > Contacts > Lifecycle Stage, below the stages",
        (
            "Enable the sync between a contact and its company.",
            "Set the stage when a contact is created, when a deal is created and when a deal is won, to the first "
            "stage, the opportunity stage and the customer stage.",
        ),
        "Create a test contact with a deal, win the deal, and see the stage change twice.",
        ("lifecycle", "stages"),
    )


def _pipelines(model: Model) -> Iterator[ManualStep]:
    words = Words(model)
    for key, pipeline in model.pipelines.items():
        required = {
            stage.label: words.fields(stage.required_fields, "deal")
            for stage in pipeline.stages.values()
            if stage.required_fields
        }
        if required:
            yield ManualStep(
                f"Require fields in the stages of {pipeline.label}",
                f"Settings > Objects > Deals > Pipelines > {pipeline.label} > Configure, Conditional stage properties",
                tuple(
                    f"{label}: Edit properties, add {listed(fields)}, and mark each as required."
                    for label, fields in required.items()
                ),
                "Move a test deal without these fields: HubSpot asks for them and does not move it.",
                ("pipelines", key),
            )


def _sync(model: Model) -> Iterator[ManualStep]:
    systems = model.context.systems
    if "salesforce" not in systems.managed or "hubspot" not in systems.managed:
        return
    words = Words(model)
    both = [ref for ref, _ in model.fields() if ref.object in ("contact", "company", "deal")]
    direction = {
        "hubspot": "HubSpot wins",
        "salesforce": "Salesforce wins, or two-way where HubSpot moves the field",
    }.get(systems.source_of_truth or "", "the source of truth wins")
    moved = [
        ref
        for one in model.scoring.values()
        for ref in (one.fields.engagement, one.fields.last_engaged)
        if ref is not None
    ]
    yield ManualStep(
        "Map the fields that both CRMs keep",
        "Settings > Integrations > Connected Apps > Salesforce > Contacts, Companies and Deals, field mappings",
        (
            f"Map the {number(len(both))} fields of the table Fields in the document Data hygiene, each to the field "
            "of the same name.",
            f"Direction: {direction}.",
            f"Two-way: {listed(dict.fromkeys(words.fields(moved))) or 'none'}.",
        ),
        "Change one mapped field in each CRM on a test record, and see it in the other within 15 minutes.",
        ("context", "systems"),
    )
    yield ManualStep(
        "Limit what syncs",
        "Settings > Integrations > Connected Apps > Salesforce > Contacts, Limiting what syncs",
        ("Choose an active list of the contacts that sales works on.",),
        "A contact outside of the list is not created in Salesforce.",
        ("context", "systems"),
    )


def _duplicates(model: Model) -> Iterator[ManualStep]:
    data = model.data_hygiene
    if data.match_keys:
        keys = listed(Words(model).fields(data.match_keys.values()))
        winner = f"Keep the values of the {data.winner_of_merges}." if data.merge_winner else "Keep the newer values."
        yield ManualStep(
            "Merge duplicates",
            "CRM > Contacts > Actions > Manage duplicates, then the same for Companies",
            (f"Review the pairs that match on {keys}.", winner),
            "The page lists no pair that you did not review.",
            ("data_hygiene", "match_keys"),
        )


def _enrichment(model: Model) -> Iterator[ManualStep]:
    words = Words(model)
    for key, source in model.data_hygiene.enrichment.items():
        label = source.label or key
        yield ManualStep(
            f"Connect {label}",
            f"Settings > Integrations > Connected Apps > {label}",
            (
                f"Connect the app. When it fills fields: {source.when}." if source.when else "Connect the app.",
                f"Let it fill only {listed(words.fields(source.fields)) or 'the fields of the model'}.",
            ),
            f"A test record shows what {label} filled, and no other field changed.",
            ("data_hygiene", "enrichment", key),
        )


def _recycling(model: Model) -> Iterator[ManualStep]:
    recycle = model.lifecycle.recycle if model.lifecycle else None
    if recycle and recycle.nurture:
        yield ManualStep(
            f"Send the {recycle.nurture.label}",
            "Marketing > Email, and the segment of recycled leads under CRM > Segments",
            (f"Send one e-mail every {recycle.nurture.every_days} days to the segment of recycled leads.",),
            "A recycled test contact gets the first e-mail, and one who is not recycled gets none.",
            ("lifecycle", "recycle", "nurture"),
        )


def _speed(model: Model) -> Iterator[ManualStep]:
    for key, routing in model.routing.items():
        speed = routing.speed_to_lead
        if speed and (routing.runs_on or model.context.systems.source_of_truth) == "hubspot" and speed.alert_minutes:
            yield ManualStep(
                "Alert when a lead waits",
                "Automation > Workflows > Create workflow, contact-based",
                (
                    "Enroll contacts when the date of the form is known and first contact is unknown.",
                    f"Add a delay of {speed.alert_minutes} minutes, then a branch on first contact, then an internal "
                    "notification to the owner.",
                ),
                f"A test contact without first contact causes a notification after {speed.alert_minutes} minutes.",
                ("routing", key, "speed_to_lead"),
            )


def _dashboards(model: Model) -> Iterator[ManualStep]:
    for key, dashboard in model.metrics.dashboards.items() if model.metrics else ():
        tiles = [tile.label for tile in dashboard.tiles.values()]
        yield ManualStep(
            f"Build the dashboard {dashboard.label}",
            "Reporting > Dashboards > Create dashboard",
            (
                f"Add one report for each of {listed(tiles)}, as the document Metrics and dashboards describes them.",
                f"Share it with {dashboard.audience}." if dashboard.audience else "Share it with its readers.",
            ),
            f"The dashboard shows {number(len(tiles))} reports, each with data.",
            ("metrics", "dashboards", key),
        )
