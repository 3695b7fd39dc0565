"""Automation triggers and the playbook: what each workflow starts on, does and leaves behind, and what people do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from revops_iac.documents import tree
from revops_iac.documents.graph import Edge, Graph, Node
from revops_iac.documents.process import Fact, Process, coverage_blocks, exact, field_blocks, references_in
from revops_iac.documents.words import capital, label, listed, number, spoken
from revops_iac.model.automation import Automation, Does, PlaybookEntry, Workflow
from revops_iac.model.lifecycle import Handoff
from revops_iac.model.routing import Routing


def document(process: Process) -> tree.Document | None:
    """The document, or None where the model automates nothing."""
    automation = process.model.automation
    if automation is None:
        return None
    owners = [workflow.owner for workflow in automation.workflows.values() if workflow.owner]
    return tree.Document(
        "automation",
        "Automation and playbook",
        "What each workflow starts on, what it does and what is true afterward, and the steps that people take in "
        "tools outside the CRMs.",
        ("sales", "marketing", "customer_success", "admin"),
        process.words.owner(owners[0]) if owners else "",
        tuple(_blocks(process, automation)),
        tuple(_checklist(automation)),
    )


def picture(process: Process, key: str, workflow: Workflow) -> Graph:
    """Trigger, condition, action, the limits of the handoff that it serves, and the outcome."""
    nodes = [Node("trigger", capital(workflow.trigger or spoken(key)), "round")]
    edges, before = list[Edge](), "trigger"
    if workflow.enrolls_when:
        nodes.append(Node("when", f"{process.words.condition(workflow.enrolls_when)}?", "decision"))
        nodes.append(Node("nothing", "Nothing happens", tone="quiet"))
        edges += [Edge("trigger", "when"), Edge("when", "nothing", "no")]
        before = "when"
    nodes.append(Node("action", capital(workflow.action or spoken(workflow.does))))
    edges.append(Edge(before, "action", "yes" if before == "when" else ""))
    for what, within in _limits(process, workflow):
        nodes.append(Node(f"sla/{what}", f"{capital(spoken(what))} within {within}", tone="warning"))
        edges.append(Edge("action", f"sla/{what}"))
    if workflow.outcome:
        nodes.append(Node("outcome", capital(workflow.outcome), "round", "good"))
        ends = [f"sla/{what}" for what, _ in _limits(process, workflow)] or ["action"]
        edges += [Edge(end, "outcome") for end in ends]
    parts = [f"starts when {workflow.trigger}", f"does: {workflow.action}", f"afterward {workflow.outcome}"]
    name = label(key, workflow)
    alternative = f"{name} {'; '.join(part for part in parts if 'None' not in part)}."
    return Graph(f"workflow-{key}", name, alternative, tuple(nodes), tuple(edges))


def _limits(process: Process, workflow: Workflow) -> list[tuple[str, str]]:
    lifecycle = process.model.lifecycle
    handoff = lifecycle.handoffs.get(workflow.settings.handoff or "") if lifecycle else None
    return [(what, str(within)) for what, within in handoff.sla.items()] if handoff else []


def _blocks(process: Process, automation: Automation) -> Iterator[Any]:
    rows = [
        process.row(
            ("automation", "workflows", key),
            label(key, one),
            one.trigger or "",
            one.action or "",
            one.outcome or "",
            "yes" if one.enabled else "no",
        )
        for key, one in automation.workflows.items()
    ]
    columns = ("Workflow", "Starts when", "Does", "Outcome", f"Runs in {process.environment}")
    yield from tree.section("Workflows", "Workflows with trigger, action and outcome", columns, rows)
    for key, workflow in automation.workflows.items():
        yield tree.Heading(label(key, workflow), 3)
        yield tree.Facts(_facts(process, key, workflow))
        yield tree.Picture(picture(process, key, workflow))
    yield from _playbook(process, "booking", "Booking tools", automation.playbook.booking)
    yield from _playbook(
        process, "connectors", "Forms, chats and other sources of leads", automation.playbook.connectors
    )
    yield from coverage_blocks(process, "automation")
    yield from field_blocks(process, references_in(automation.workflows))


def _facts(process: Process, key: str, workflow: Workflow) -> tuple[tree.Row, ...]:
    settings, words, model = workflow.settings, process.words, process.model
    handoff = model.lifecycle.handoffs.get(settings.handoff) if model.lifecycle and settings.handoff else None
    routing = model.routing.get(settings.routing) if settings.routing else None
    watched = [model.pipelines[one].label for one in settings.pipelines if one in model.pipelines]
    reset = settings.reset_engagement_to
    given: list[Fact] = [
        ("Key", tree.Code(key)),
        ("Runs on", process.runner(workflow.runs_on), "runs_on"),
        ("Enabled", "yes" if workflow.enabled else "no", "enabled"),
        ("Owner", words.owner(workflow.owner), "owner"),
        ("Enrolls when", words.condition(workflow.enrolls_when), "enrolls_when"),
        ("Exact condition", exact(workflow.enrolls_when), "enrolls_when"),
        ("Serves the handoff", _named(settings.handoff, handoff), "settings.handoff"),
        *((f"Limit for {spoken(what)}", within) for what, within in _limits(process, workflow)),
        ("Picks the owner by", _named(settings.routing, routing), "settings.routing"),
        ("Watches", listed(watched), "settings.pipelines"),
        ("Puts the owner into", words.field(settings.owner_field, "deal"), "settings.owner_field"),
        ("Sets the date", words.field(settings.date_field, "deal"), "settings.date_field"),
        ("Engagement starts again at", number(reset) if reset is not None else None, "settings.reset_engagement_to"),
        (
            "Runs every day at",
            f"{settings.runs_at}, {model.context.time_zone}" if settings.runs_at else None,
            "settings.runs_at",
        ),
        ("Also takes records from before it was enabled", "yes" if workflow.backfill else None),
    ]
    return process.facts(("automation", "workflows", key), given)


def _named(key: str | None, entry: Handoff | Routing | None) -> str | None:
    return entry.label or spoken(key or "") if entry else None


def _playbook(process: Process, part: str, title: str, entries: dict[str, PlaybookEntry]) -> Iterator[Any]:
    if not entries:
        return
    yield tree.Heading(title)
    yield tree.Paragraph("These run outside the CRMs. The last step of each is its check.")
    for key, entry in entries.items():
        *actions, check = entry.steps if len(entry.steps) > 1 else [*entry.steps, entry.outcome]
        yield tree.Heading(entry.label, 3)
        yield tree.Facts(process.facts(("automation", "playbook", part, key), [("Outcome", entry.outcome)]))
        yield tree.Steps((tree.Step(entry.label, "", tuple(actions), check),))


def _checklist(automation: Automation) -> Iterator[tree.Item]:
    done = {workflow.does for workflow in automation.workflows.values()}
    for does in get_args(Does):
        yield tree.Item(f"Workflow: {spoken(does)}", "" if does in done else "not in the model")
    playbook = automation.playbook
    yield tree.Item("Playbook: booking tools", "" if playbook.booking else "none")
    yield tree.Item("Playbook: forms and chats", "" if playbook.connectors else "none")
