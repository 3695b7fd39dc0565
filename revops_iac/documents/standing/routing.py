"""Routing rules: the decision tree, who gets which lead, the fallback, and how fast the first contact must be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from revops_iac.documents import tree
from revops_iac.documents.graph import Edge, Graph, Node
from revops_iac.documents.process import Fact, Process, coverage_blocks, field_blocks, references_in, region_blocks
from revops_iac.documents.words import capital, label, listed, number, percent, spoken
from revops_iac.model.people import Person
from revops_iac.model.routing import METHODS, Routing, RoutingRule


def document(process: Process) -> tree.Document | None:
    """The document, or None where the model routes nothing."""
    routings = process.model.routing
    if not routings:
        return None
    fallback = next((one.fallback.owner for one in routings.values() if one.fallback and one.fallback.owner), None)
    return tree.Document(
        "routing",
        "Routing rules",
        "Who gets a lead and why: the rules in order, from the most specific to the fallback.",
        ("sales", "marketing", "executives", "admin"),
        process.words.owner(fallback),
        tuple(_blocks(process)),
        tuple(item for key, one in routings.items() for item in _checklist(label(key, one), one)),
    )


def picture(process: Process, key: str, routing: Routing) -> Graph:
    """The rules as a decision tree: each asks its question, and whoever it does not take goes to the next."""
    nodes, edges = [Node("lead", capital(process.words.moments(routing.moments)) or "A lead", "round")], []
    before = "lead"
    for name, rule in routing.rules.items():
        taker = Node(f"{name}/to", _taker(process, rule), tone="good")
        if rule.condition is None:
            nodes.append(taker)
            edges.append(Edge(before, f"{name}/to", _with_count(process, key, name, _no(before))))
            before = ""
            break
        nodes += [Node(name, f"{_takes(process, rule)}?", "decision"), taker]
        edges += [Edge(before, name, _no(before)), Edge(name, f"{name}/to", _with_count(process, key, name, "yes"))]
        before = name
    if before:
        nodes.append(Node("fallback/to", f"{_fallback(process, routing)} (fallback)", tone="warning"))
        edges.append(Edge(before, "fallback/to", _with_count(process, key, None, _no(before))))
    rules = "; ".join(
        f"if {_takes(process, rule) or 'nothing else matched'}, {_taker(process, rule)}"
        for rule in routing.rules.values()
    )
    alternative = f"Rules in order: {rules}; otherwise {_fallback(process, routing)}."
    return Graph(f"routing-{key}", f"Decision tree of {label(key, routing)}", alternative, tuple(nodes), tuple(edges))


def _no(before: str) -> str:
    return "no" if before != "lead" else ""


def _with_count(process: Process, key: str, rule: str | None, answer: str) -> str:
    """The label of an arrow to whoever gets the lead, with the number of records that go that way."""
    if not process.counts:
        return answer
    count = process.counts.get((key, rule), 0)
    return f"{answer}: {count:,}" if answer else f"{count:,}"


def _takes(process: Process, rule: RoutingRule) -> str:
    """What a lead must meet, in words; a list of accounts is named, not spelled out."""
    words, accounts = process.words, rule.accounts
    parts = [words.condition(rule.when)] if rule.when else []
    if accounts:
        parts.append(f"{words.field(accounts.field)} is one of {len(accounts.owners)} named accounts")
    return listed(parts)


def _taker(process: Process, rule: RoutingRule) -> str:
    who = process.words.assignee(rule.assign)
    if rule.accounts and any(rule.accounts.owners.values()):
        return f"The owner of the account, else {who}"
    return f"{capital(who)}, in turn" if rule.assign.team else capital(who)


def _fallback(process: Process, routing: Routing) -> str:
    fallback = routing.fallback
    if fallback is None or (fallback.queue is None and fallback.owner is None):
        return "nobody"
    queue = f"queue {process.words.queue(fallback.queue)}" if fallback.queue else ""
    owner = process.words.person(fallback.owner) if fallback.owner else ""
    return f"{capital(queue)}, owned by {owner}" if queue and owner else capital(queue) or owner


def _blocks(process: Process) -> Iterator[Any]:
    if len(process.model.routing) > 1:
        yield tree.Paragraph("Of the routings that run at the same moment, the first one that covers a lead decides.")
    for key, routing in process.model.routing.items():
        yield from _routing(process, key, routing)
    yield from _methods(process)
    yield from _people(process)
    yield from coverage_blocks(process, "routing")
    yield from region_blocks(process, process.model.routing)
    yield from field_blocks(process, references_in(process.model.routing))


def _routing(process: Process, key: str, routing: Routing) -> Iterator[Any]:
    name = label(key, routing)
    yield tree.Heading(name)
    yield tree.Facts(_facts(process, key, routing))
    yield tree.Picture(picture(process, key, routing))
    rows = [
        process.row(
            ("routing", key, "rules", rule_key),
            str(at),
            capital(spoken(rule_key)),
            _takes(process, rule) or "every lead that is left",
            _taker(process, rule),
            spoken(rule.method),
        )
        for at, (rule_key, rule) in enumerate(routing.rules.items(), 1)
    ]
    if routing.fallback:
        rows.append(
            process.row(
                ("routing", key, "fallback"), "", "Fallback", "no rule took the lead", _fallback(process, routing), ""
            )
        )
    yield tree.Heading(f"{name}: rules in order", 3)
    yield tree.Paragraph("The first rule that is true takes the lead; later rules are not asked.")
    yield tree.Table(
        f"Rules of {name} in order", ("No.", "Rule", "Takes leads where", "Goes to", "Method"), tuple(rows)
    )
    reasons = [
        process.row(("routing", key, "rules", rule_key), capital(spoken(rule_key)), rule.description)
        for rule_key, rule in routing.rules.items()
        if rule.description
    ]
    if reasons:
        yield tree.Table(f"Why the rules of {name} are there", ("Rule", "Why"), tuple(reasons))
    yield from _accounts(process, key, routing)
    conditions = [
        process.row(("routing", key, "rules", rule_key, "when"), tree.Code(rule_key), tree.Code(rule.when.render()))
        for rule_key, rule in routing.rules.items()
        if rule.when
    ]
    title, columns = f"{name}: exact conditions", ("Rule", "Condition")
    yield from tree.section(title, f"Exact conditions of {name}", columns, conditions, level=3)


def _accounts(process: Process, key: str, routing: Routing) -> Iterator[Any]:
    """The named accounts of each rule that has a list."""
    for name, rule in routing.rules.items():
        if rule.accounts:
            source = f", from {rule.accounts.file}" if rule.accounts.file else ""
            owned = rule.accounts.owners.items()
            rows = tuple(
                process.row(
                    ("routing", key, "rules", name, "accounts"),
                    tree.Code(value),
                    process.words.person(owner) if owner else process.words.assignee(rule.assign),
                )
                for value, owner in owned
            )
            yield tree.Heading(f"Named accounts of {spoken(name)}{source}", 3)
            yield tree.Table(
                f"Named accounts of {spoken(name)}", (process.words.field(rule.accounts.field), "Owner"), rows
            )


def _facts(process: Process, key: str, routing: Routing) -> tuple[tree.Row, ...]:
    speed, cold = routing.speed_to_lead, routing.speed_to_lead and routing.speed_to_lead.cold_after_hours
    given: list[Fact] = [
        ("Key", tree.Code(key)),
        ("Runs on", process.runner(routing.runs_on), "runs_on"),
        ("Covers leads where", process.words.applies_to(routing.applies_to, "contact"), "applies_to"),
        ("Runs when", capital(process.words.moments(routing.moments)), "moments"),
        ("Method where a rule names none", spoken(routing.method) if routing.method else None, "method"),
        ("Fallback", _fallback(process, routing), "fallback"),
    ]
    if routing.replaces_active:
        given.append(("Takes the place of the assignment rule", tree.Code(routing.replaces_active), "replaces_active"))
    if speed:
        target = f"within {speed.target_minutes} minutes"
        effect = f"; such leads qualify {number(speed.target_effect)} times as often" if speed.target_effect else ""
        share = f"; {percent(speed.alert_effect)} of that effect is left by then" if speed.alert_effect else ""
        alert = f"after {speed.alert_minutes} minutes without contact{share}" if speed.alert_minutes else None
        given += [
            ("First contact", f"{target}{effect}", "speed_to_lead.target_minutes"),
            ("Alert", alert, "speed_to_lead.alert_minutes"),
            ("A lead is cold", f"after {cold} hours" if cold else None, "speed_to_lead.cold_after_hours"),
        ]
    return process.facts(("routing", key), given)


def _methods(process: Process) -> Iterator[Any]:
    used = {rule.method for routing in process.model.routing.values() for rule in routing.rules.values()}
    used |= {routing.method for routing in process.model.routing.values() if routing.method}
    rows = [tree.Row((capital(spoken(method)), use)) for method, use in METHODS.items() if method in used]
    yield from tree.section("Methods", "Methods in use and where each fits", ("Method", "Fits"), rows)


def _people(process: Process) -> Iterator[Any]:
    """The members of the teams and queues that get leads."""
    people, words = process.model.people, process.words
    rules = [rule.assign for routing in process.model.routing.values() for rule in routing.rules.values()]
    queues = {who.queue for who in rules} | {
        one.fallback.queue for one in process.model.routing.values() if one.fallback
    }
    rows = [
        process.row(("people", "teams", key), f"Team {team.label}", listed(map(words.person, team.members)))
        for key, team in people.teams.items()
        if key in {who.team for who in rules}
    ]
    rows += [
        process.row(("people", "queues", key), f"Queue {queue.label}", listed(map(words.person, queue.members)))
        for key, queue in people.queues.items()
        if key in queues
    ]
    queue_rows = [
        process.row(("people", "queues", key), queue.label, listed(map(spoken, queue.objects)), queue.email or "")
        for key, queue in people.queues.items()
    ]
    caption, columns = "Members of the teams and queues that get leads", ("Team or queue", "Members")
    yield from tree.section("Who is in each team and queue", caption, columns, rows)
    if queue_rows:
        yield tree.Table("Queues", ("Queue", "Holds", "Notifies"), tuple(queue_rows)).without_empty_columns()
    persons = [process.row(("people", "persons", key), *_person(process, one)) for key, one in people.persons.items()]
    facts = ("Person", "Role", "Manager", "Territory", "Skills", "Share of leads", "Working hours", "Away")
    yield from tree.section("People", "People and their share of leads", facts, persons, sparse=True)


def _person(process: Process, one: Person) -> Iterator[str]:
    yield f"{one.name}, {one.email}"
    yield one.role or ""
    yield process.words.person(one.manager)
    yield process.words.region(one.territory) if one.territory else ""
    yield listed(map(spoken, one.skills))
    yield f"{number(one.capacity)}%"
    yield spoken(one.hours or "usual")
    away = []
    for absence in one.away:
        deputy = f", {process.words.person(absence.deputy)} stands in" if absence.deputy else ""
        away.append(f"{absence.from_.isoformat()} to {absence.to.isoformat()}{deputy}")
    yield "; ".join(away)


def _checklist(name: str, routing: Routing) -> Iterator[tree.Item]:
    yield tree.Item(f"{name}: rules in order", "" if routing.rules else "none")
    yield tree.Item(f"{name}: fallback owner", "" if routing.fallback else "nobody gets what no rule takes")
    yield tree.Item(f"{name}: moments", "" if routing.moments else "no moment is named")
    yield tree.Item(f"{name}: speed to lead", "" if routing.speed_to_lead else "no target")
