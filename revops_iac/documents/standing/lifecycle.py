"""Lifecycle stages: what lets a person in and out, who owns them, the handoffs with their SLAs, and recycling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from revops_iac.documents import tree
from revops_iac.documents.graph import Edge, Graph, Node
from revops_iac.documents.process import Fact, Process, coverage_blocks, exact, field_blocks, references_in
from revops_iac.documents.words import capital, label, listed, spoken
from revops_iac.model.lifecycle import Handoff, Lifecycle, LifecycleStage


def document(process: Process) -> tree.Document | None:
    """The document, or None where the model has no lifecycle."""
    lifecycle = process.model.lifecycle
    if lifecycle is None or not lifecycle.stages:
        return None
    owners = [stage.owner for stage in lifecycle.stages.values() if stage.owner]
    return tree.Document(
        "lifecycle",
        "Lifecycle stages",
        "The stages a person passes from subscriber to customer, what lets them in and out, who owns each stage, and "
        "how fast each handoff must be.",
        ("sales", "marketing", "customer_success", "executives", "admin"),
        process.words.owner(owners[0]) if owners else "",
        tuple(_blocks(process, lifecycle)),
        tuple(_checklist(lifecycle)),
    )


def picture(process: Process, lifecycle: Lifecycle) -> Graph:
    """The stages as states, with the SLAs on the handoffs and the way back of recycled leads."""
    order = lifecycle.order
    moves = [(one, key) for key in lifecycle.stages for one in order.entered_from(key)]
    nodes = [Node(key, stage.label, "round") for key, stage in lifecycle.stages.items()]
    edges = []
    for one, other in moves:
        edges.append(Edge(one, other, _handoff_label(lifecycle, one, other)))
    for handoff in lifecycle.handoffs.values():
        ends = (handoff.from_stage, handoff.to_stage)
        if ends not in moves and all(end in lifecycle.stages for end in ends):
            edges.append(Edge(str(ends[0]), str(ends[1]), _sla(handoff)))
    if lifecycle.recycle and lifecycle.recycle.back_to in lifecycle.stages:
        for handoff in list(lifecycle.handoffs.values())[:1]:
            if handoff.from_stage in lifecycle.stages and handoff.from_stage != lifecycle.recycle.back_to:
                edges.append(Edge(handoff.from_stage, lifecycle.recycle.back_to, "recycled with a reason", dashed=True))
    words = listed(stage.label for stage in lifecycle.stages.values())
    slas = "; ".join(f"{label(key, handoff)}: {_sla(handoff)}" for key, handoff in lifecycle.handoffs.items())
    return Graph(
        "lifecycle", "Lifecycle stages", f"The stages in order: {words}. Handoffs: {slas}.", tuple(nodes), tuple(edges)
    )


def _handoff_label(lifecycle: Lifecycle, one: str, other: str) -> str:
    found = [
        handoff for handoff in lifecycle.handoffs.values() if (handoff.from_stage, handoff.to_stage) == (one, other)
    ]
    return "; ".join(_sla(handoff) for handoff in found)


def _sla(handoff: Handoff) -> str:
    return ", ".join(f"{spoken(what)} in {within}" for what, within in handoff.sla.items())


def _owners(process: Process, stage: LifecycleStage) -> str:
    words = process.words
    teams = [words.team(stage.owner), *map(words.team, stage.shared_with)]
    first = listed(filter(None, teams))
    then = f", then {words.team(stage.then)}" if stage.then else ""
    return f"{first}{then}{' (automatic)' if stage.automatic else ''}"


def _blocks(process: Process, lifecycle: Lifecycle) -> Iterator[Any]:
    yield tree.Picture(picture(process, lifecycle))
    rows = [
        process.row(
            ("lifecycle", "stages", key),
            stage.label,
            _owners(process, stage),
            stage.entry or process.words.condition(stage.entry_when),
            stage.exit or process.words.condition(stage.exit_when),
        )
        for key, stage in lifecycle.stages.items()
    ]
    columns = ("Stage", "Owner", "Enters when", "Leaves when")
    yield from tree.section("Stages", "Lifecycle stages in order", columns, rows)
    followed = _followed(lifecycle)
    for key, stage in lifecycle.stages.items():
        yield tree.Heading(stage.label, 3)
        yield tree.Facts(_stage_facts(process, key, stage, followed.get(key)))
    yield tree.Facts(process.facts(("lifecycle",), _kept(process, lifecycle)))
    yield from _handoffs(process, lifecycle)
    yield from _recycling(process, lifecycle)
    yield from _definitions(process, lifecycle)
    yield from coverage_blocks(process, "lifecycle")
    yield from field_blocks(process, [*references_in(lifecycle), *_required(process, lifecycle)])


def _kept(process: Process, lifecycle: Lifecycle) -> list[Fact]:
    hubspot = "written by revops, in a way that HubSpot does not document" if lifecycle.write_hubspot_stages else None
    return [
        ("Runs on", process.runner(lifecycle.runs_on), "runs_on"),
        ("Stage is kept in", process.named_fields(lifecycle.field), "field"),
        ("Lead status is kept in", process.named_fields(lifecycle.status_field), "status_field"),
        ("Stages of HubSpot", hubspot, "write_hubspot_stages"),
    ]


def _required(process: Process, lifecycle: Lifecycle) -> list[str]:
    return [str(ref) for key in lifecycle.stages for ref in process.model.required_fields(key)]


def _followed(lifecycle: Lifecycle) -> dict[str, str]:
    """Each stage and those before it, where they do not stand in a line."""
    order = lifecycle.order
    if order.is_line:
        return {}
    before = {key: [lifecycle.stages[one].label for one in order.entered_from(key)] for key in lifecycle.stages}
    return {key: listed(labels, "or") for key, labels in before.items() if labels}


def _stage_facts(process: Process, key: str, stage: LifecycleStage, followed: str | None) -> tuple[tree.Row, ...]:
    words = process.words
    required = process.model.required_fields(key)
    given: list[Fact] = [
        ("Key", tree.Code(key)),
        ("Owner", _owners(process, stage)),
        ("Optional", "may be passed by" if stage.optional else None, "optional"),
        ("Follows", followed, "follows"),
        ("Enters when", stage.entry, "entry"),
        ("Entry condition", words.condition(stage.entry_when), "entry_when"),
        ("Exact entry condition", exact(stage.entry_when), "entry_when"),
        ("Leaves when", stage.exit, "exit"),
        ("Exit condition", words.condition(stage.exit_when), "exit_when"),
        ("Exact exit condition", exact(stage.exit_when), "exit_when"),
        ("Required fields", process.named_fields(*required), "required_fields"),
        ("Date is kept in", process.named_fields(stage.date_field), "date_field"),
        ("Internal value in HubSpot", tree.Code(stage.hubspot_value) if stage.hubspot_value else None, "hubspot_value"),
    ]
    return process.facts(("lifecycle", "stages", key), given)


def _handoffs(process: Process, lifecycle: Lifecycle) -> Iterator[Any]:
    if not lifecycle.handoffs:
        return
    yield tree.Heading("Handoffs")
    yield tree.Paragraph("Each handoff has a time limit, a way it is tracked, and one person who answers for it.")
    rows = [
        process.row(
            ("lifecycle", "handoffs", key, "sla", what),
            label(key, handoff),
            capital(spoken(what)),
            str(within),
            process.words.person(handoff.accountable),
        )
        for key, handoff in lifecycle.handoffs.items()
        for what, within in handoff.sla.items()
    ]
    yield tree.Table(
        "Time limits of the handoffs", ("Handoff", "What must happen", "Within", "Accountable"), tuple(rows)
    )
    for key, handoff in lifecycle.handoffs.items():
        yield tree.Heading(label(key, handoff), 3)
        yield tree.Facts(_handoff_facts(process, lifecycle, key, handoff))


def _handoff_facts(process: Process, lifecycle: Lifecycle, key: str, handoff: Handoff) -> tuple[tree.Row, ...]:
    words = process.words
    stages = [
        lifecycle.stages[one].label if one in lifecycle.stages else "" for one in (handoff.from_stage, handoff.to_stage)
    ]
    teams = [words.team(one) for one in (handoff.from_team, handoff.to_team)]
    met = [(f"{spoken(what)}: {words.field(ref)} (", tree.Code(str(ref)), ")") for what, ref in handoff.met_by.items()]
    escalates = {"manager": "the manager of the receiving team", "accountable": "the accountable person", None: None}
    given: list[Fact] = [
        ("Key", tree.Code(key)),
        ("Stages", " to ".join(filter(None, stages)), "from_stage"),
        ("Teams", " to ".join(filter(None, teams)), "from_team"),
        ("Accountable", words.person(handoff.accountable), "accountable"),
        *((f"Limit for {spoken(what)}", str(within), f"sla.{what}") for what, within in handoff.sla.items()),
        ("Clock starts", process.named_fields(handoff.clock_field), "clock_field"),
        ("Met when filled", tree.joined(met), "met_by"),
        ("Tracked by", process.named_fields(*handoff.tracked_by), "tracked_by"),
        ("Due time is kept in", process.named_fields(handoff.due_field), "due_field"),
        ("A breach sets", process.named_fields(handoff.breached_field), "breached_field"),
        ("A breach goes to", escalates[handoff.escalates_to], "escalates_to"),
        ("After a breach", handoff.on_breach, "on_breach"),
    ]
    return process.facts(("lifecycle", "handoffs", key), given)


def _recycling(process: Process, lifecycle: Lifecycle) -> Iterator[Any]:
    if lifecycle.rejection_reasons or lifecycle.recycle:
        yield tree.Heading("Rejection and recycling")
        yield tree.Paragraph(
            "A lead is rejected only with a reason. A rejected lead may be recycled into a slower nurture."
        )
    for title, name in (("Rejection reasons", "rejection_reasons"), ("Lead statuses", "lead_statuses")):
        values: dict[str, str] = getattr(lifecycle, name)
        if values:
            rows = tuple(
                process.row(("lifecycle", name, key), label, tree.Code(key), _status_values(lifecycle, name, key))
                for key, label in values.items()
            )
            columns = (title.removesuffix("s").removesuffix("e"), "Value", "Value in the CRMs")
            yield tree.Table(title, columns, rows).without_empty_columns()
    if recycle := lifecycle.recycle:
        stage = lifecycle.stages.get(recycle.back_to)
        nurture = recycle.nurture
        given: list[Fact] = [
            ("Status of a recycled lead", lifecycle.lead_statuses.get(recycle.status, recycle.status), "status"),
            ("Goes back to", stage.label if stage else recycle.back_to, "back_to"),
            ("Counted in", process.named_fields(recycle.count_field), "count_field"),
            ("First MQL date", process.named_fields(recycle.first_date_field), "first_date_field"),
            ("Latest MQL date", process.named_fields(recycle.latest_date_field), "latest_date_field"),
            ("Reason is kept in", process.named_fields(recycle.reason_field), "reason_field"),
            (
                "Nurture",
                f"{nurture.label}, one message every {nurture.every_days} days" if nurture else None,
                "nurture",
            ),
        ]
        yield tree.Facts(process.facts(("lifecycle", "recycle"), given))


def _status_values(lifecycle: Lifecycle, name: str, key: str) -> str:
    """What a lead status is called in the CRMs, where that is not the usual value."""
    given = lifecycle.lead_status_values.get(key) if name == "lead_statuses" else None
    if isinstance(given, dict):
        return ", ".join(f"{system}: {value}" for system, value in given.items())
    return given or ""


def _definitions(process: Process, lifecycle: Lifecycle) -> Iterator[Any]:
    definitions = lifecycle.definitions
    given: list[Fact] = [
        ("The clock starts when", definitions.clock_starts, "clock_starts"),
        ("First contact is", definitions.first_contact, "first_contact"),
        ("Business hours", definitions.business_hours and spoken(definitions.business_hours), "business_hours"),
    ]
    facts = process.facts(("lifecycle", "definitions"), given)
    if facts:
        yield tree.Heading("Definitions")
        yield tree.Facts(facts)
    yield from _calendars(process)
    if qualification := lifecycle.qualification:
        yield tree.Heading(f"{qualification.framework}: what a qualified lead confirms")
        yield tree.Paragraph(f"At least {qualification.minimum} of these must be confirmed.")
        fields = qualification.confirmed_fields.items()
        yield tree.Bullets(tuple((f"{capital(spoken(key))}: {process.words.field(ref)}") for key, ref in fields))


def _calendars(process: Process) -> Iterator[Any]:
    """Every calendar of business hours with the people whose SLAs follow it, and the holidays."""
    people = process.model.people
    rows = [
        process.row(
            ("people", "business_hours", key, "days", day),
            capital(spoken(key)),
            capital(day),
            times,
            calendar.time_zone,
            process.words.condition(calendar.when) or "where it is named",
        )
        for key, calendar in people.business_hours.items()
        for day, times in calendar.days.items()
    ]
    if rows:
        yield tree.Table(
            "Business hours", ("Calendar", "Day", "Hours", "Time zone", "Counts for people where"), tuple(rows)
        )
    days = [
        process.row(
            ("people", "holidays", key),
            holiday.label,
            holiday.date.isoformat(),
            listed(map(spoken, holiday.business_hours)) or "all",
        )
        for key, holiday in people.holidays.items()
    ]
    if days:
        yield tree.Table("Holidays, on which the clock stands still", ("Holiday", "Date", "Calendars"), tuple(days))


def _checklist(lifecycle: Lifecycle) -> Iterator[tree.Item]:
    stages, handoffs = lifecycle.stages.items(), lifecycle.handoffs.items()
    without = [stage.label for _, stage in stages if not (stage.owner and (stage.entry or stage.entry_when))]
    without += [stage.label for _, stage in stages if not (stage.exit or stage.exit_when)]
    yield tree.Item("Stages with entry criteria, exit criteria and owner", ", ".join(dict.fromkeys(without)))
    loose = [label(key, one) for key, one in handoffs if not (one.sla and one.tracked_by and one.accountable)]
    yield tree.Item(
        "Handoffs with SLA, tracking and an accountable owner",
        ", ".join(loose) if handoffs else "no handoff is defined",
    )
    yield tree.Item("Rejection reasons", "" if lifecycle.rejection_reasons else "none is defined")
    yield tree.Item("Recycling of rejected leads", "" if lifecycle.recycle else "not defined")
    hours = lifecycle.definitions.business_hours
    yield tree.Item("Clock, first contact and business hours defined", "" if hours else "business hours are not named")
