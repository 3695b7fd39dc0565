"""What an administrator sets in Salesforce because revops does not, in the order in which it must be done."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from revops_iac.documents.manual_steps import enrichment_steps, manual_step
from revops_iac.documents.words import Words, listed, number
from revops_iac.model import Model
from revops_iac.provider.coverage import ManualStep

_step = partial(manual_step, "revops_salesforce")


def guide(model: Model) -> Iterator[ManualStep]:
    """The steps that a model asks for."""
    if model.automation and model.automation.workflows:
        yield _step("workflow_user", ("automation", "workflows"))
    yield from _page_layouts(model)
    yield from _first_contact(model)
    yield from enrichment_steps("revops_salesforce", model)
    if model.data_hygiene.match_keys:
        winner = model.data_hygiene.winner_of_merges or "newer record"
        yield _step("duplicates", ("data_hygiene", "match_keys"), winner=winner)
    yield from _spend(model)


def _page_layouts(model: Model) -> Iterator[ManualStep]:
    """The fields that block a stage must be on the page, or nobody can fill them."""
    words = Words(model)
    deal = [ref for one in model.pipelines.values() for stage in one.stages.values() for ref in stage.required_fields]
    person = [
        ref for refs in model.data_hygiene.required_by_stage.values() for ref in refs if ref.startswith("contact.")
    ]
    for objects, label, fields, about, origin in (
        ("opportunities", "Opportunity", deal, "deal", ("pipelines",)),
        ("leads and contacts", "Lead, then Contact", person, "contact", ("data_hygiene", "required_by_stage")),
    ):
        if fields:
            named = listed(dict.fromkeys(words.fields(fields, about)))
            yield _step("page_layouts", origin, objects=objects, label=label, fields=named)


def _first_contact(model: Model) -> Iterator[ManualStep]:
    lifecycle = model.lifecycle
    for key, handoff in lifecycle.handoffs.items() if lifecycle else ():
        if field := handoff.met_by.get("first_contact"):
            yield _step("first_contact", ("lifecycle", "handoffs", key), field=Words(model).field(field))


def _spend(model: Model) -> Iterator[ManualStep]:
    metrics = model.metrics.metrics if model.metrics else {}
    outside = [
        {"label": one.label, "formula": one.formula, "source": one.source} for one in metrics.values() if one.source
    ]
    if outside:
        yield _step("spend", ("metrics", "metrics"), outside, count=number(len(outside)))
