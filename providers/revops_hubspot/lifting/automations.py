"""What HubSpot workflows seem to do: automations of the model, read from the places where the compiler writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from revops_hubspot.compiler.automations.automation import CREATED
from revops_hubspot.compiler.automations.closed_won_handoff import CLOSED
from revops_hubspot.compiler.automations.mql_assignment import OWNER
from revops_hubspot.compiler.automations.stale_deal import STAGE_ENTERED
from revops_hubspot.compiler.terms.names import DEAL_STAGE_PROPERTY, LEAD_STATUS_PROPERTY, LIFECYCLE_PROPERTY, SYSTEM
from revops_hubspot.filters.lexer import FilterError
from revops_hubspot.filters.parser import parse
from revops_hubspot.filters.time_points import UTC
from revops_hubspot.filters.tree import And, Or, Test, Tree
from revops_hubspot.lifting.filters import all_of, operation_of, option_of, parts_of, stages
from revops_hubspot.lifting.terms import Terms
from revops_iac.model.automation import Does
from revops_iac.model.condition import Condition, FieldRef
from revops_iac.model.duration import PATTERN
from revops_iac.provider.lifting import Unsayable, key_of
from revops_iac.provider.lifting.automations import Reading
from revops_iac.provider.live_object import Definition

WITHIN = re.compile(rf"(?P<what>.+?) within (?P<sla>{PATTERN})")
LATE = re.compile(rf"(?P<what>.+) is late: the limit was (?P<sla>{PATTERN})")
ONBOARDING = re.compile(rf"Start onboarding: (?P<what>.+?)(?: within (?P<sla>{PATTERN}))?")
MULTIPLE = re.compile(r"for more than ([\d.]+) times the average")
Steps = Sequence[Mapping[str, Any]]


def readings(terms: Terms, inputs: Definition) -> Iterator[Reading]:
    """Each automation that a workflow may be."""
    for read in READERS.get(str(inputs["object"]), ()):
        try:
            found = read(_Workflow.of(terms, inputs))
        except (Unsayable, FilterError):
            terms.also()
            continue
        if found is not None:
            yield found


@dataclass
class _Workflow:
    """A workflow with what enrolls records, taken apart."""

    terms: Terms
    object: str
    title: str
    tests: list[Tree]
    since: str | None
    """The property whose date must not lie before the go-live date."""
    since_is_day: bool
    steps: Steps
    handoff: Definition = field(default_factory=dict)

    @classmethod
    def of(cls, terms: Terms, inputs: Definition) -> _Workflow:
        """Raises Unsayable where an event enrolls, or another schedule."""
        when = (inputs.get("enroll") or {}).get("when")
        if not when:
            raise Unsayable("it is not a filter that enrolls records")
        tests = parts_of(parse(str(when)))
        since, zone = _since(tests[-1]) if tests else (None, None)
        kept = tests[:-1] if since else tests
        title, steps = str(inputs["name"]), inputs.get("steps") or ()
        return cls(terms, str(inputs["object"]), title, kept, since, zone == UTC, steps)

    def field(self, name: str) -> str:
        """The field of a property; that of a go-live date in UTC is a day."""
        reference, _ = self.terms.field(name, self.object)
        if name == self.since and self.since_is_day and reference in self.terms.fields:
            self.terms.fields[reference]["type"] = "date"
        return str(reference)

    def siblings(self) -> Iterator[_Workflow]:
        """The workflows whose titles begin alike, down to the last colon, itself included."""
        begins = self.title.rpartition(": ")[0]
        for inputs in self.terms.raw.get("Workflow", {}).values():
            if str(inputs["name"]).startswith(f"{begins}: ") and inputs["object"] == self.object:
                with suppress(Unsayable, FilterError):
                    yield _Workflow.of(self.terms, inputs)

    def reading(
        self, does: Does, settings: Definition | None = None, also: Definition | None = None, **rest: Any
    ) -> Reading:
        """What was read, with the fields and people that it names."""
        backfill = self.since is None
        named = self.terms.also(also)
        return Reading(does, settings or {}, backfill=backfill, handoff=self.handoff, also=named, **rest)

    def stage(self) -> tuple[str | None, Condition | None]:
        """The lifecycle stage that a person must stand in, or the condition that is none."""
        if len(self.tests) == 1:
            name, operation = operation_of(self.tests[0])
            if name == LIFECYCLE_PROPERTY and len(operation.get("values") or ()) == 1:
                return self.lifecycle_stage(operation["values"][0]), None
        return None, all_of(self.terms, self.tests)

    def lifecycle_stage(self, value: str) -> str:
        """The key of a stage by its value. Raises Unsayable where the lifecycle has no such stage."""
        key, lifecycle = option_of(self.terms, LIFECYCLE_PROPERTY, value), self.terms.model.lifecycle
        if lifecycle is None or key not in lifecycle.stages:
            raise Unsayable(f'the lifecycle has no stage "{value}"')
        return key


def _since(tree: Tree) -> tuple[str, str] | tuple[None, None]:
    """The property of the last test and its time zone, where that asks for a date after a day."""
    match tree:
        case Test(name, {"operator": "IS_AFTER", "timePoint": {"timeType": "DATE", **point}}):
            return name, str(point["zoneId"])
    return None, None


# --- lifecycle ----------------------------------------------------------------------------------------------------


def _advance(workflow: _Workflow) -> Reading | None:
    """Sets a stage, then its clocks and the date of its first entry."""
    match workflow.steps:
        case [{"set": {"property": property_, "to": str(value)}}, *rest] if property_ == LIFECYCLE_PROPERTY:
            stage = workflow.lifecycle_stage(value)
        case _:
            return None
    place = next((at for at, one in enumerate(workflow.tests) if operation_of(one)[0] == LIFECYCLE_PROPERTY), None)
    if not place:
        return None
    condition = all_of(workflow.terms, workflow.tests[:place])
    assert condition is not None
    entry: Definition = {"entry_when": condition.render()}
    for step in rest:
        match step:
            case {"set": {"property": clock, "to_now": True}}:
                workflow.handoff = {"from_stage": stage, "clock_field": workflow.field(clock)}
            case {"branch": {"cases": [{"steps": [{"set": {"property": date, "to_now": True}}]}]}}:
                entry["date_field"] = workflow.field(date)
            case _:
                return None
    return workflow.reading(
        "lifecycle_auto_update", also={"lifecycle": {"stages": {stage: entry}}}, enrolls_when=condition
    )


def _recycled(workflow: _Workflow) -> Reading | None:
    """Resets the scores, sets the stage back, counts, and routes."""
    terms, settings, recycle, routing = workflow.terms, Definition(), Definition(), Definition()
    numbers, reasons = dict[str, str](), Definition()
    for step in workflow.steps:
        match step:
            case {"set": {"property": property_, "to": str(value)}} if property_ == LIFECYCLE_PROPERTY:
                recycle["back_to"] = workflow.lifecycle_stage(value)
            case {"set": {"property": name, "to": str(value)}}:
                numbers[name] = value
            case {"increment": {"property": name}}:
                recycle["count_field"] = workflow.field(name)
            case {"branch": _}:
                routing = _Routing(workflow, ["recycled"]).content(step)
            case _:
                return None
    if "back_to" not in recycle:
        return None
    for test in workflow.tests:
        name, operation = operation_of(test)
        if name == LEAD_STATUS_PROPERTY and len(operation.get("values") or ()) == 1:
            recycle["status"] = option_of(terms, name, operation["values"][0])
        elif operation.get("operator") == "IS_KNOWN":
            recycle["reason_field"] = workflow.field(name)
            reasons = terms.fields.get(FieldRef(recycle["reason_field"]), {}).pop("options", {})
    flags = [name for name, value in numbers.items() if value == "false"]
    intents = {entry.fields.high_intent for entry in terms.model.scoring.values()}
    for name in flags:
        if workflow.field(name) not in intents:
            workflow.handoff = {"breached_field": workflow.field(name)}
    reset = next((value for value in numbers.values() if value.lstrip("-").replace(".", "").isdigit()), None)
    settings |= {"reset_engagement_to": float(reset)} if reset else {}
    known = [one for handoff in _handoffs(terms) for one in handoff.met_by.values()]
    if workflow.since and workflow.field(workflow.since) not in known:
        recycle["latest_date_field"] = workflow.field(workflow.since)
    lifecycle: Definition = {"recycle": recycle, **({"rejection_reasons": reasons} if reasons else {})}
    if terms.model.lifecycle is None or terms.model.lifecycle.status_field is None:
        status = str(recycle.get("status"))
        lifecycle |= {"status_field": workflow.field(LEAD_STATUS_PROPERTY), "lead_statuses": {key_of(status): status}}
    return workflow.reading("recycled_reentry", settings, {"lifecycle": lifecycle}, routing=routing)


def _handoffs(terms: Terms) -> list[Any]:
    return list(terms.model.lifecycle.handoffs.values()) if terms.model.lifecycle else []


# --- handoffs -----------------------------------------------------------------------------------------------------


def _assignment(workflow: _Workflow) -> Reading | None:
    """A branch for each rule of a routing, each with the task of the first contact."""
    match workflow.steps:
        case [{"branch": {"cases": [*_]}} as step]:
            pass
        case _:
            return None
    stage, condition = workflow.stage()
    workflow.handoff |= {"from_stage": stage} if stage else {}
    created = f"{workflow.title}: new contacts"
    is_created = f"contacts.{created}" in workflow.terms.raw.get("Workflow", {})
    routing = _Routing(workflow, [*(["created"] if is_created else []), stage or "mql"]).content(step)
    if workflow.since not in (None, CREATED):
        workflow.handoff["clock_field"] = workflow.field(str(workflow.since))
    return workflow.reading("mql_assignment", routing=routing, enrolls_when=condition)


def _breach(workflow: _Workflow) -> Reading | None:
    """Waits for a limit, tells of it where nothing was done, and goes on to the next limit."""
    stage, condition = workflow.stage()
    handoff: Definition = {"from_stage": stage} if stage else {}
    steps = workflow.steps
    while steps:
        match steps:
            case [{"delay": str()}, {"branch": {"cases": [{"when": when, "steps": escalation}], "otherwise": met}}]:
                _read_limit(workflow, handoff, parse(when), escalation)
                steps = met.get("steps") or ()
            case _:
                return None
    if not handoff.get("sla"):
        return None
    if workflow.since and workflow.since != CREATED:
        handoff["clock_field"] = workflow.field(workflow.since)
    workflow.handoff = handoff
    return workflow.reading("sla_breach", enrolls_when=condition)


def _read_limit(workflow: _Workflow, handoff: Definition, when: Tree, escalation: Steps) -> None:
    """The limit, the field that meets it, and whom a breach is told. Raises Unsayable."""
    first = when.parts[0] if hasattr(when, "parts") else when
    for step in escalation:
        match step:
            case {"set": {"property": name, "to": "true"}}:
                handoff["breached_field"] = workflow.field(name)
            case {"notify": {"subject": subject, "body": body, "users": [login]}}:
                if (matched := LATE.fullmatch(subject)) is None:
                    raise Unsayable(f'"{subject}" names no limit')
                what = key_of(matched["what"])
                handoff.setdefault("sla", {})[what] = matched["sla"]
                handoff.setdefault("met_by", {})[what] = workflow.field(operation_of(first)[0])
                handoff |= {"accountable": workflow.terms.person(login), "escalates_to": "accountable"}
                if after := _plain(body).removeprefix(f"{subject}.").strip():
                    handoff["on_breach"] = after


def _handed_over(workflow: _Workflow) -> Reading | None:
    """Stamps the date, gives the deal to the team that takes over, and creates the task of onboarding."""
    terms, settings = workflow.terms, Definition()
    for step in workflow.steps:
        match step:
            case {"set": {"property": name, "to_now": True}}:
                settings["date_field"] = workflow.field(name)
            case {"rotate_owner": {"users": [*users], **turn}}:
                workflow.handoff["to_team"] = terms.team(users)
                target = str(turn.get("property") or OWNER)
                settings |= {"owner_field": workflow.field(target)} if target != OWNER else {}
            case {"create_task": {"subject": subject, **task}} if matched := ONBOARDING.fullmatch(subject):
                workflow.handoff |= {"sla": {key_of(matched["what"]): matched["sla"]}} if matched["sla"] else {}
                workflow.handoff |= {"accountable": terms.person(str(task["owner"]))} if "owner" in task else {}
            case _:
                return None
    if "to_team" not in workflow.handoff:
        return None
    places = [at for at, one in enumerate(workflow.tests) if operation_of(one)[0] == DEAL_STAGE_PROPERTY]
    if not places:
        return None
    won = list(map(str, operation_of(workflow.tests[places[-1]])[1].get("values") or ()))
    settings["pipelines"] = list(dict.fromkeys(key for (key, _), value in stages(terms).items() if value in won))
    rest = [one for at, one in enumerate(workflow.tests) if at != places[-1]]
    also: Definition = {}
    if workflow.since is not None and (workflow.since != CLOSED or workflow.since_is_day):
        hygiene = {"close_date_field": workflow.field(workflow.since)}
        also = {"pipelines": {key: {"hygiene": hygiene} for key in settings["pipelines"]}}
    return workflow.reading("closed_won_handoff", settings, also, enrolls_when=all_of(terms, rest, "deals"))


def _stale(workflow: _Workflow) -> Reading | None:
    """Flags the deals of several pipelines that are in their stage for more than a multiple of the average."""
    if _hygiene(workflow) is None:
        return None
    also: dict[str, Definition] = {}
    conditions = set[Condition | None]()
    for one in workflow.siblings():
        hygiene = _hygiene(one)
        if hygiene is None:
            continue
        *rest, waits = one.tests if isinstance(one.tests[-1], Or) else [*one.tests[:-2], And(tuple(one.tests[-2:]))]
        entered, limits = _limits(one, waits)
        hygiene |= {"stage_entered_field": one.field(entered)} if entered != STAGE_ENTERED else {}
        for (pipeline, stage), days in limits.items():
            average = days / hygiene["stale_after_multiple"]
            found = also.setdefault(pipeline, {"hygiene": hygiene, "stages": {}})
            found["stages"][stage] = {"average_days": int(average) if average.is_integer() else average}
        conditions.add(all_of(one.terms, rest, "deals"))
    (condition,) = conditions if len(conditions) == 1 else (None,)
    ordered = [key for key in workflow.terms.model.pipelines if key in also]
    return workflow.reading("stale_deal", {"pipelines": ordered}, {"pipelines": also}, enrolls_when=condition)


def _hygiene(workflow: _Workflow) -> Definition | None:
    """What the steps of a workflow say: the flag, and the multiple."""
    hygiene: Definition = {}
    for step in workflow.steps:
        match step:
            case {"set": {"property": name, "to": "true"}}:
                hygiene["stale_field"] = workflow.field(name)
            case {"create_task": {"body": body}} if matched := MULTIPLE.search(body):
                hygiene["stale_after_multiple"] = float(matched[1])
    return hygiene if "stale_after_multiple" in hygiene and workflow.tests else None


def _limits(workflow: _Workflow, waits: Tree) -> tuple[str, dict[tuple[str, str], int]]:
    """The property that says since when a deal is in its stage, and the days for each pipeline and stage."""
    at, found, entered = stages(workflow.terms), dict[tuple[str, str], int](), STAGE_ENTERED
    for part in waits.parts if isinstance(waits, Or) else (waits,):
        days, values = 0, list[str]()
        for name, operation in map(operation_of, parts_of(part)):
            if name == DEAL_STAGE_PROPERTY:
                values = list(map(str, operation.get("values") or ()))
            elif "numberOfDays" in operation:
                entered, days = name, int(operation["numberOfDays"])
        found |= {key: days for key, value in at.items() if value in values}
    return entered, found


# --- routing ------------------------------------------------------------------------------------------------------


@dataclass
class _Routing:
    """A branch whose ways give the record an owner; what follows the owner in each of them is that of a handoff."""

    workflow: _Workflow
    moments: Sequence[str]

    def content(self, step: Mapping[str, Any]) -> Definition:
        """The routing. Raises Unsayable."""
        branch = step["branch"]
        rules: dict[str, Definition] = {}
        for case in branch["cases"]:
            key = key_of(str(case["name"]), rules)
            description = {} if case["name"] == key.replace("_", " ").capitalize() else {"description": case["name"]}
            tests = parts_of(parse(str(case["when"])))
            condition = all_of(self.workflow.terms, tests)
            when = {"when": condition.render()} if condition is not None else {}
            assign = self._assigned(case.get("steps") or ())
            method = "round_robin" if "team" in assign else "territory"
            rules[key] = {"method": method, **when, "assign": assign, **description}
        last = (branch.get("otherwise") or {}).get("steps") or ()
        found = {"label": self.workflow.title, "runs_on": SYSTEM, "moments": [*self.moments], "rules": rules}
        return {**found, **({"fallback": self._fallback(last)} if _owner(last) else {})}

    def _assigned(self, steps: Steps) -> Definition:
        match _owner(steps):
            case {"set": {"to": {"owner": login}}}:
                self._follow_up(steps[1:])
                return {"person": self.workflow.terms.person(login)}
            case {"rotate_owner": {"users": [*users]}}:
                self._follow_up(steps[1:])
                return {"team": self.workflow.terms.team(users)}
        raise Unsayable("a way of its branch gives the record no owner")

    def _fallback(self, steps: Steps) -> Definition:
        assign = self._assigned(steps)
        if "person" not in assign:
            raise Unsayable("what no way takes goes to several people, and a fallback is one owner")
        return {"owner": assign["person"]}

    def _follow_up(self, steps: Steps) -> None:
        """When the first contact is due, and its task."""
        handoff = self.workflow.handoff
        for step in steps:
            match step:
                case {"set": {"property": name, "to_later": str()}}:
                    handoff["due_field"] = self.workflow.field(name)
                case {"create_task": {"subject": subject}} if matched := WITHIN.fullmatch(subject):
                    handoff["sla"] = {key_of(matched["what"]): matched["sla"]}
                case _:
                    raise Unsayable("a way of its branch does more than to assign and to give a task")


def _owner(steps: Steps) -> Mapping[str, Any] | None:
    match steps:
        case [{"set": {"property": name, "to": {"owner": _}}} as step, *_] if name == OWNER:
            return step
        case [{"rotate_owner": _} as step, *_]:
            return step
    return None


def _plain(body: str) -> str:
    return body.removeprefix("<p>").removesuffix("</p>")


READERS: Mapping[str, Sequence[Callable[[_Workflow], Reading | None]]] = {
    "contacts": (_advance, _assignment, _breach, _recycled),
    "deals": (_handed_over, _stale),
}
"""Object type -> what its workflows may be."""
