"""Segments: who stands at which stage, what is missing there, and what the audit and the deal desk look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from revops_hubspot.compiler.terms.compilation import Compilation
from revops_hubspot.compiler.terms.conditions import filter_text
from revops_hubspot.compiler.terms.names import DEAL_STAGE_PROPERTY, LIFECYCLE_PROPERTY, OBJECT_TYPES, missing_title
from revops_hubspot.filters.branches import compile_filter
from revops_hubspot.filters.leaves import days_ago, one_of, unknown
from revops_hubspot.filters.tree import NEVER, Tree, all_of, any_of
from revops_hubspot.inputs import ListInputs
from revops_iac.model import Model
from revops_iac.model.condition import And, Compare, Condition, FieldRef, Not, Op
from revops_iac.model.deal_desk import DealDesk
from revops_iac.provider.declaration import Declaration, Path

DAYS_PER_MONTH = 365 / 12
LAST_ACTIVITY, CREATED = "notes_last_updated", "createdate"
"""HubSpot's own dates of a contact: last logged activity, and creation [K]."""


def segments(compilation: Compilation) -> Iterator[Declaration]:
    """Every segment that the model asks for."""
    maker = _Maker(compilation)
    if compilation.model.lifecycle is not None and compilation.model.lifecycle.segments:
        yield from _lifecycle(maker)
        yield from _missing_on_people(maker)
    yield from _missing_on_deals(maker)
    yield from _required_when(maker)
    yield from _rejected(maker)
    yield from _inactive(maker)
    yield from _deal_desk(maker)


@dataclass(frozen=True)
class _Maker:
    compilation: Compilation

    def segment(
        self, object_name: str, key: str, title: str, when: Tree, origin: Path, was: Iterable[str] = ()
    ) -> Iterator[Declaration]:
        """An active list; none where its condition can never hold."""
        if when == NEVER:
            return
        object_type = OBJECT_TYPES[object_name]
        text = filter_text(when, object_type)
        inputs: ListInputs = {
            "name": self.compilation.names.title(title),
            "object": object_type,
            "processing_type": "DYNAMIC",
            "filter": text,
        }
        earlier = tuple(f"{object_type}.{old}" for old in was)
        first = self.compilation.pipelines_in(compile_filter(text, object_type))
        yield Declaration("List", f"{object_type}.{key}", {**inputs}, origin, earlier, True, depends_on=first)

    def missing(self, references: Sequence[FieldRef]) -> Tree:
        """At least one of these fields has no value."""
        return any_of(*(unknown(self.compilation.names.property(reference)) for reference in references))

    def missing_when(self, required: Mapping[str, Condition], origin: Path, object_name: str) -> Tree:
        """At least one of the object's fields has no value where its condition asks for one."""
        ways = []
        for reference, when in required.items():
            if FieldRef(reference).object == object_name:
                lacks = self.tree(_lacks(reference, self.compilation.model), (*origin, reference), object_name)
                ways.append(all_of(self.tree(when, (*origin, reference), object_name), lacks))
        return any_of(*ways)

    def tree(self, condition: Condition, path: Path, object_name: str) -> Tree:
        return self.compilation.filters(object_name).tree(condition, path)


def _lacks(reference: str, model: Model) -> Condition:
    """The record lacks a required field: a checkbox while it is not set."""
    field = model.field(reference)
    unset = Not(Compare(FieldRef(reference), Op.TRUE))
    return unset if field and field.type == "checkbox" else Compare(FieldRef(reference), Op.UNKNOWN)


def _required_when(maker: _Maker) -> Iterator[Declaration]:
    """Records without a field that a condition asks for: HubSpot cannot block that, so they are listed."""
    model = maker.compilation.model
    for reference, condition in model.data_hygiene.required_when.items():
        object_name, key, field = FieldRef(reference).object, FieldRef(reference).key, model.field(reference)
        if object_name not in OBJECT_TYPES or field is None:
            continue
        origin: Path = ("data_hygiene", "required_when")
        when = maker.missing_when({reference: condition}, origin, object_name)
        was = [f"required_{old}" for old in field.was]
        title = f"Missing: {field.label}"
        yield from maker.segment(object_name, f"required_{key}", title, when, (*origin, reference), was)


def _lifecycle(maker: _Maker) -> Iterator[Declaration]:
    lifecycle = maker.compilation.model.lifecycle
    for key, stage in (lifecycle.stages if lifecycle else {}).items():
        when = one_of(LIFECYCLE_PROPERTY, [maker.compilation.names.lifecycle_stage(key)])
        was = [f"lifecycle_{old}" for old in stage.was]
        origin = ("lifecycle", "stages", key)
        yield from maker.segment("contact", f"lifecycle_{key}", f"Lifecycle: {stage.label}", when, origin, was)


def _missing_on_people(maker: _Maker) -> Iterator[Declaration]:
    """People at a stage, or past it for certain, without a field that it needs. Fields of deals are seen on deals."""
    model = maker.compilation.model
    lifecycle, names = model.lifecycle, maker.compilation.names
    for key, stage in (lifecycle.stages if lifecycle else {}).items():
        needed = [reference for reference in model.required_fields(key) if reference.object == "contact"]
        reached = [names.lifecycle_stage(one) for one in lifecycle.order.asked_in(key)] if lifecycle else []
        when = all_of(one_of(LIFECYCLE_PROPERTY, reached), maker.missing(needed))
        was = [f"missing_{old}" for old in stage.was]
        origin = ("lifecycle", "stages", key)
        yield from maker.segment("contact", f"missing_{key}", f"Missing fields: {stage.label}", when, origin, was)


def _missing_on_deals(maker: _Maker) -> Iterator[Declaration]:
    """Deals at a stage, or past it, without a field that the stage needs; a lost deal needs what its own stage asks."""
    names = maker.compilation.names
    for pipeline_key, pipeline in maker.compilation.model.pipelines.items():
        open_or_won = [key for key, stage in pipeline.stages.items() if stage.closed != "lost"]
        for key, stage in pipeline.stages.items():
            later = open_or_won[open_or_won.index(key) :] if key in open_or_won else [key]
            reached = [names.stage(pipeline_key, one) for one in later]
            needed = [FieldRef(reference) for reference in stage.required_fields]
            origin = ("pipelines", pipeline_key, "stages", key)
            asked = maker.missing_when(stage.required_when, (*origin, "required_when"), "deal")
            when = all_of(one_of(DEAL_STAGE_PROPERTY, reached), any_of(maker.missing(needed), asked))
            title = missing_title(pipeline, stage)
            keys = [(one, other) for one in (pipeline_key, *pipeline.was) for other in (key, *stage.was)]
            was = [f"missing_{one}_{other}" for one, other in keys[1:]]
            yield from maker.segment("deal", f"missing_{pipeline_key}_{key}", title, when, origin, was)


def _rejected(maker: _Maker) -> Iterator[Declaration]:
    """Recycled without a reason: HubSpot cannot block that, so it is monitored."""
    lifecycle = maker.compilation.model.lifecycle
    if lifecycle is None or lifecycle.status_field is None or lifecycle.recycle is None:
        return
    if lifecycle.recycle.reason_field is None:
        return
    names = maker.compilation.names
    statuses = [key for key in lifecycle.lead_statuses if key in ("rejected", lifecycle.recycle.status)]
    values = [value for key in statuses for value in names.option(lifecycle.status_field, key)]
    rejected = one_of(names.property(lifecycle.status_field), values)
    when = all_of(rejected, unknown(names.property(lifecycle.recycle.reason_field)))
    origin = ("lifecycle", "recycle")
    yield from maker.segment("contact", "rejected_without_reason", "Rejected without a reason", when, origin)


def _inactive(maker: _Maker) -> Iterator[Declaration]:
    audit = maker.compilation.model.data_hygiene.audit
    if audit is None or audit.inactive_months is None:
        return
    days = round(audit.inactive_months * DAYS_PER_MONTH)
    when = any_of(
        days_ago(LAST_ACTIVITY, "more", days), all_of(unknown(LAST_ACTIVITY), days_ago(CREATED, "more", days))
    )
    title = f"Inactive for {audit.inactive_months} months"
    yield from maker.segment("contact", "inactive", title, when, ("data_hygiene", "audit"))


def _deal_desk(maker: _Maker) -> Iterator[Declaration]:
    """Deals to review, and deals closed as won while an approval is pending."""
    for key, desk in maker.compilation.model.deal_desk.items():
        origin: Path = ("deal_desk", key)
        covered = maker.compilation.applies(desk.applies_to, "deal", origin)
        label = desk.label or key
        review = any_of(*(maker.tree(one, (*origin, "review_when"), "deal") for one in review_conditions(maker, desk)))
        was = [f"review_{old}" for old in desk.was]
        yield from maker.segment("deal", f"review_{key}", f"To review: {label}", all_of(covered, review), origin, was)
        if desk.fields.approval is not None:
            names = maker.compilation.names
            won = [
                names.stage(pipeline_key, stage_key)
                for pipeline_key, pipeline in maker.compilation.model.pipelines.items()
                for stage_key, stage in pipeline.stages.items()
                if stage.closed == "won"
            ]
            pending = one_of(names.property(desk.fields.approval), ["pending"])
            when = all_of(covered, pending, one_of(DEAL_STAGE_PROPERTY, won)) if won else NEVER
            was = [f"unapproved_{old}" for old in desk.was]
            yield from maker.segment(
                "deal", f"unapproved_{key}", f"Won while approval is pending: {label}", when, origin, was
            )


def review_conditions(maker: _Maker, desk: DealDesk) -> Iterator[Condition]:
    """What sends a deal to review. A discount is beyond the published tiers when it exceeds another field, which no
    filter can compare; so every discount that is not approved automatically is listed."""
    at, fields = desk.review_when, desk.fields
    if at.acv_above is not None and fields.acv is not None:
        yield Compare(FieldRef(fields.acv), Op.GT, maker.compilation.model.context.convert(at.acv_above))
    if at.payment_terms and fields.payment_terms is not None:
        yield Compare(FieldRef(fields.payment_terms), Op.ANY_OF, tuple(at.payment_terms))
    if at.custom_legal_terms and fields.legal is not None:
        yield Compare(FieldRef(fields.legal), Op.TRUE)
    if at.multi_year_custom_pricing and fields.years is not None and fields.custom_pricing is not None:
        years = Compare(FieldRef(fields.years), Op.GE, desk.multi_year_from)
        yield And((years, Compare(FieldRef(fields.custom_pricing), Op.TRUE)))
    if at.discount_beyond_published and fields.discount is not None:
        automatic = [
            tier.discount_below
            for tier in desk.approvals.values()
            if tier.discount_below is not None and any(one.automatic for one in tier.all_approvers)
        ]
        yield Compare(FieldRef(fields.discount), Op.GE, max(automatic, default=0))
