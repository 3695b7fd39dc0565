"""What flows seem to do: automations of the model, read from the places where the compiler writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from salesforce_formula.tree import Binary, Call, Literal, Name, Node, walk

from revops_iac.model.automation import Does
from revops_iac.model.condition import And, Compare, Condition, FieldRef, Op, Or
from revops_iac.model.duration import PATTERN
from revops_iac.provider.lifting import Unsayable, joined, key_of
from revops_iac.provider.lifting.automations import Reading
from revops_iac.provider.live_object import Definition
from revops_salesforce.compiler.automation.enrollment import OPERATORS
from revops_salesforce.compiler.automation.recycled_reentry import NURTURE_STEP
from revops_salesforce.compiler.automation.stale_deal import NEVER
from revops_salesforce.compiler.pipelines import OBJECT as DEAL
from revops_salesforce.compiler.routing import OBJECT as LEAD
from revops_salesforce.compiler.terms.names import SYSTEM, deal_stage_value, lead_status, stage_value
from revops_salesforce.lifting.conditions import condition_of, parts_of, tree
from revops_salesforce.lifting.terms import Terms

WITHIN = re.compile(rf"(?P<what>.+?) within (?P<sla>{PATTERN})")
ONBOARDING = re.compile(rf"Start onboarding(?:, kickoff within (?P<sla>{PATTERN}))?")
MERGED = re.compile(r"\{!(?:\$Record\.)?([\w.]+)\}")
SIGNS = {operator: sign for sign, operator in OPERATORS.items()}
FIXED = frozenset({"IsConverted", "IsWon", "IsClosed"})
"""Fields that the flows of all automations of an object ask for."""
ADVANCE = "Advance_To_"
Row = Mapping[str, Any]


def readings(terms: Terms, inputs: Definition) -> Iterator[Reading]:
    """Each automation that a flow may be."""
    flow = _Flow(terms, inputs)
    for read in READERS.get(flow.object, ()):
        flow.handoff = {}
        try:
            found = read(flow)
        except Unsayable:
            terms.also()
            continue
        yield from found if isinstance(found, list) else [found] if found is not None else []


@dataclass
class _Flow:
    """A flow with its elements by name."""

    terms: Terms
    inputs: Definition
    handoff: Definition = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.definition: Mapping[str, Any] = self.inputs.get("definition") or {}
        self.start: Row = self.definition.get("start") or {}
        self.object = str(self.start.get("object"))
        kinds = ("decisions", "assignments", "recordLookups", "recordUpdates", "recordCreates", "actionCalls")
        rows = [one for kind in kinds for one in self.definition.get(kind) or ()]
        self.elements: dict[str, Row] = {str(one["name"]): one for one in rows}
        formulas = self.definition.get("formulas") or ()
        self.formulas: dict[str, str] = {str(one["name"]): str(one["expression"]) for one in formulas}

    def node(self, name: str) -> Node:
        """A formula as its tree, with fields of the record under their plain names. Raises Unsayable."""
        if name not in self.formulas:
            raise Unsayable(f"it has no formula {name}")
        return tree(MERGED.sub(r"\1", self.formulas[name]))

    def field(self, name: str) -> str:
        return str(self.terms.field(self.object, name)[0])

    def values(self, element: str) -> dict[str, Any]:
        """What an element writes: field -> text, number, flag, or `{elementReference: …}`. Empty without it."""
        rows = self.elements.get(element, {}).get("inputAssignments") or ()
        return {str(one["field"]): _value(one.get("value") or {}) for one in rows}

    def username(self, lookup: str) -> str:
        """Whom a lookup of a user finds. Raises Unsayable."""
        rows = self.elements.get(lookup, {}).get("filters") or ()
        found = next((one["value"].get("stringValue") for one in rows if one["field"] == "Username"), None)
        if found is None:
            raise Unsayable(f"{lookup} finds nobody by name")
        return str(found)

    def person(self, lookup: str, after: str = "") -> str:
        """The person whom `Find_<Person>` finds, under the key that its name has."""
        hint = lookup.removeprefix("Find_").removesuffix(after).lower()
        return self.terms.person(self.username(lookup), hint)

    def reading(
        self, does: Does, settings: Definition | None = None, also: Definition | None = None, **rest: Any
    ) -> Reading:
        """What was read, with the fields and people that it names."""
        return Reading(does, settings or {}, handoff=self.handoff, also=self.terms.also(also), **rest)

    # --- what it takes ------------------------------------------------------------------------------------------------

    def tests(self) -> tuple[list[list[Row]], str | None]:
        """The filters of the start, each with its alternatives, and the field that must not lie before the go-live."""
        rows = list(self.start.get("filters") or ())
        logic = str(self.start.get("filterLogic") or "and")
        groups = [[int(one) for one in re.findall(r"\d+", part)] for part in logic.split(" AND ")]
        if logic.lower() == "and":
            groups = [[place] for place in range(1, len(rows) + 1)]
        tests = [[rows[place - 1] for place in group] for group in groups]
        last = tests[-1][0] if tests and len(tests[-1]) == 1 else {}
        is_since = last.get("operator") == "GreaterThanOrEqualTo" and not isinstance(_value(last["value"]), float)
        since = str(last["field"]) if is_since else None
        return [one for one in (tests[:-1] if since else tests) if one[0]["field"] not in FIXED], since

    def takes(self) -> tuple[list[Condition], str | None]:
        """The conditions of the start and the field of the go-live date; of a formula too. Raises Unsayable."""
        if text := self.start.get("filterFormula"):
            return self._takes_by_formula(MERGED.sub(r"\1", str(text)))
        tests, since = self.tests()
        return [self.condition(one) for one in tests], since

    def _takes_by_formula(self, text: str) -> tuple[list[Condition], str | None]:
        parts, since, found = parts_of(tree(text), "AND"), None, list[Condition]()
        for part in parts:
            match part:
                case Binary(">=", Name(name), Call("DATETIMEVALUE" | "DATE")):
                    since = name
                    continue
            names = {one.text for one in walk(part) if isinstance(one, Name)}
            if not names <= FIXED:
                found.append(self.with_keys(condition_of(part, self.terms.field_of(self.object))))
        return found, since

    def condition(self, alternatives: Sequence[Row]) -> Condition:
        """A filter, or several of which one must hold, as a condition. Raises Unsayable."""
        found = [self._compare(one) for one in alternatives]
        if len(found) == 1:
            return found[0]
        fields = {one.field for one in found}
        if len(fields) == 1 and all(one.op is Op.EQ for one in found):
            return Compare(fields.pop(), Op.ANY_OF, tuple(value for one in found for value in one.values))
        return Or(tuple(found))

    def _compare(self, row: Row) -> Compare:
        reference, _ = self.terms.field(self.object, str(row["field"]))
        operator, value = str(row["operator"]), _value(row["value"])
        if operator == "IsNull":
            return Compare(reference, Op.UNKNOWN if value else Op.KNOWN)
        if operator == "EqualTo" and isinstance(value, bool):
            return Compare(reference, Op.TRUE if value else Op.FALSE)
        if operator == "EqualTo" and isinstance(value, str):
            return Compare(reference, Op.EQ, self.key(reference, value))
        if operator in SIGNS and isinstance(value, float | date):
            shown = int(value) if isinstance(value, float) and value.is_integer() else value
            return Compare(reference, SIGNS[operator], shown)
        raise Unsayable(f"{row['field']} {operator} has no words in conditions")

    def with_keys(self, condition: Condition) -> Condition:
        """A condition with the model's keys for stages and statuses."""
        if isinstance(condition, Compare) and condition.op in (Op.EQ, Op.ANY_OF, Op.NE, Op.NONE_OF):
            keys = tuple(self.key(condition.field, str(one)) for one in condition.values)
            return Compare(condition.field, condition.op, keys[0] if condition.op in (Op.EQ, Op.NE) else keys)
        if isinstance(condition, And | Or):
            return type(condition)(tuple(self.with_keys(one) for one in condition.parts))
        return condition

    def key(self, reference: FieldRef, value: str) -> str:
        """An option in the model's words."""
        model = self.terms.model
        lifecycle = model.lifecycle
        if lifecycle and reference == lifecycle.field:
            return {stage_value(model, key): key for key in lifecycle.stages}.get(value, value)
        if lifecycle and reference == lifecycle.status_field:
            return {lead_status(lifecycle, key): key for key in lifecycle.lead_statuses}.get(value, value)
        known = model.field(reference)
        if known is not None and known.standard_name(SYSTEM, DEAL) == "StageName":
            return {value: stage for (_, stage), value in self.deal_stages().items()}.get(value, value)
        return value

    def deal_stages(self) -> dict[tuple[str, str], str]:
        """Pipeline and stage of the model -> the stage's value."""
        model = self.terms.model
        pipelines = model.pipelines.items()
        return {(key, one): deal_stage_value(model, key, one) for key, pipeline in pipelines for one in pipeline.stages}

    def stage(self, conditions: Sequence[Condition]) -> tuple[str | None, Condition | None]:
        """The lifecycle stage that a person must stand in, or the condition that is none."""
        lifecycle = self.terms.model.lifecycle
        match conditions:
            case [Compare(reference, Op.EQ, str(stage))] if lifecycle and reference == lifecycle.field:
                return stage, None
        return None, _all(conditions)


def _all(conditions: Sequence[Condition]) -> Condition | None:
    return None if not conditions else conditions[0] if len(conditions) == 1 else And(tuple(conditions))


def _value(row: Row) -> Any:
    """A value of a flow: text, number, flag, day, or `{elementReference: …}`."""
    match row:
        case {"stringValue": value} | {"booleanValue": value}:
            return value
        case {"numberValue": value}:
            return float(value)
        case {"dateTimeValue": text}:
            return datetime.fromisoformat(str(text).replace("Z", "+00:00"))
        case {"dateValue": text}:
            return date.fromisoformat(str(text))
    return row


def _reference(value: Any) -> str:
    return str(value.get("elementReference", "")) if isinstance(value, dict) else ""


# --- lifecycle ----------------------------------------------------------------------------------------------------


def _advance(flow: _Flow) -> Reading | None:
    """Moves a person stage by stage to the one whose criteria they meet."""
    model, lifecycle = flow.terms.model, flow.terms.model.lifecycle
    steps = [name for name in flow.elements if name.startswith(ADVANCE)]
    if not steps or lifecycle is None or lifecycle.field is None:
        return None
    reached = [flow.key(FieldRef(lifecycle.field), name.removeprefix(ADVANCE)) for name in steps]
    if not set(reached) <= lifecycle.stages.keys():
        raise Unsayable(f"the lifecycle has not all of the stages {', '.join(reached)}")
    target = next(key for key, name in zip(reached, steps, strict=True) if not flow.elements[name].get("connector"))
    stages: dict[str, Definition] = {}
    handoff: Definition = {}
    for key, step in zip(reached, steps, strict=True):
        for name, value in flow.values(step).items():
            if _reference(value).startswith("First_"):
                stages.setdefault(key, {})["date_field"] = flow.field(name)
            elif _reference(value).startswith("$Flow.Current"):
                handoff = {"from_stage": key, "clock_field": flow.field(name)}
    needed = {one for key in reached for one in model.required_fields(key)}
    conditions, _ = flow.takes()
    kept = [one for one in conditions if not _stands_before(one, lifecycle.field) and not _is_needed(one, needed)]
    condition = _all(kept)
    if condition is None:
        return None
    stages.setdefault(target, {})["entry_when"] = condition.render()
    flow.handoff = handoff
    also: Definition = {"stages": stages}
    also |= _recycle(flow.terms) or {}
    if "Find_Person" in flow.elements:
        return flow.reading("lifecycle_auto_update", also={"lifecycle": also})
    return flow.reading("lifecycle_auto_update", also={"lifecycle": also}, enrolls_when=condition)


def _stands_before(condition: Condition, stage_field: str) -> bool:
    return isinstance(condition, Or) and all(one == FieldRef(stage_field) for one in condition.fields())


def _is_needed(condition: Condition, needed: set[FieldRef]) -> bool:
    return isinstance(condition, Compare) and condition.op is Op.KNOWN and condition.field in needed


def _recycle(terms: Terms) -> Definition | None:
    """What recycling is, from the flow that starts recycled leads anew."""
    for inputs in terms.raw.get("Flow", {}).values():
        flow = _Flow(terms, inputs)
        if flow.object == LEAD and "Start_Anew" in flow.elements:
            return _recycling(flow)
    return None


def _recycling(flow: _Flow) -> Definition | None:
    lifecycle = flow.terms.model.lifecycle
    if lifecycle is None or lifecycle.field is None:
        return None
    found, reasons = Definition(), Definition()
    for name, value in flow.values("Start_Anew").items():
        if _reference(value) == "Times_Recycled":
            found["count_field"] = flow.field(name)
        elif isinstance(value, str) and flow.field(name) == lifecycle.field:
            found["back_to"] = flow.key(FieldRef(lifecycle.field), value)
    for condition in flow.takes()[0]:
        match condition:
            case Compare(reference, Op.EQ, str(status)) if reference == lifecycle.status_field:
                found["status"] = status
            case Compare(reference, Op.KNOWN):
                found["reason_field"] = str(reference)
                reasons = flow.terms.fields.get(reference, {}).pop("options", {})
    if NURTURE_STEP in flow.elements:
        rows = flow.elements["Find_Nurture"]["filters"]
        label = next(_value(one["value"]) for one in rows if one["field"] == "Name")
        found["nurture"] = {"label": label, "every_days": 30}
    known = found.get("status") in lifecycle.lead_statuses and found.get("back_to") in lifecycle.stages
    return {"recycle": found, **({"rejection_reasons": reasons} if reasons else {})} if known else None


def _recycled(flow: _Flow) -> Reading | None:
    """Starts the engagement anew, counts, goes back a stage, and routes."""
    recycle = _recycling(flow) if "Start_Anew" in flow.elements else None
    if recycle is None:
        return None
    settings: Definition = {}
    numbers = [value for value in flow.values("Start_Anew").values() if isinstance(value, float)]
    settings |= {"reset_engagement_to": numbers[0]} if numbers else {}
    routing = _routing(flow, ["recycled"]) if "Route" in flow.elements else {}
    conditions, since = flow.takes()
    return flow.reading(
        "recycled_reentry",
        settings,
        {"lifecycle": recycle},
        routing=routing,
        enrolls_when=_all(conditions),
        backfill=since is None,
    )


# --- handoffs -----------------------------------------------------------------------------------------------------


def _assignment(flow: _Flow) -> Reading | None:
    """Routes, and gives the owner the task of the first contact."""
    if "Route" not in flow.elements or "Start_Anew" in flow.elements:
        return None
    conditions, since = flow.takes()
    stage, condition = flow.stage(conditions)
    handoff: Definition = {"from_stage": stage} if stage else {}
    handoff |= {"clock_field": flow.field(since)} if since and since != "LastModifiedDate" else {}
    if matched := WITHIN.fullmatch(str(flow.values("Create_Task").get("Subject"))):
        handoff["sla"] = {key_of(matched["what"]): matched["sla"]}
    for name, value in flow.values("Give_To_Owner").items():
        if _reference(value) == "Sla_Due":
            handoff["due_field"] = flow.field(name)
    routing = _routing(flow, [stage or "mql"])
    if deputy := _reference(flow.values("Create_Task_Of_Queue").get("OwnerId")).removesuffix(".Id"):
        routing.setdefault("fallback", {})["owner"] = flow.person(deputy)
    flow.handoff = handoff
    return flow.reading("mql_assignment", routing=routing, enrolls_when=condition, backfill=since is None)


def _breach(flow: _Flow) -> Reading | None:
    """Looks after each limit whether something was done, and tells of it where it was not."""
    paths = flow.start.get("scheduledPaths") or ()
    if not paths or not all(str(one["name"]).startswith("After_") for one in paths):
        return None
    conditions, since = flow.takes()
    stage, condition = flow.stage(conditions)
    handoff: Definition = {"from_stage": stage} if stage else {}
    handoff |= {"clock_field": flow.field(since)} if since else {}
    for path in paths:
        what = str(path["name"]).removeprefix("After_")
        handoff.setdefault("sla", {})[what] = str(path["label"]).rpartition(": ")[2]
        _read_breach(flow, handoff, what)
    for name, value in flow.values("Set_Deadline").items():
        if _reference(value) == "Sla_Due":
            handoff["due_field"] = flow.field(name)
    if not all(re.fullmatch(PATTERN, one) for one in handoff["sla"].values()):
        return None
    flow.handoff = handoff
    return flow.reading("sla_breach", enrolls_when=condition, backfill=since is None)


def _read_breach(flow: _Flow, handoff: Definition, what: str) -> None:
    """What meets a limit, what marks a breach, and who is told. Raises Unsayable."""
    blanks = [
        one.args[0] for one in walk(flow.node(f"Missed_{what}")) if isinstance(one, Call) and one.function == "ISBLANK"
    ]
    if not blanks or not isinstance(blanks[0], Name):
        raise Unsayable(f"Missed_{what} asks for no empty field")
    handoff.setdefault("met_by", {})[what] = flow.field(blanks[0].text)
    for name in flow.values(f"Mark_{what}"):
        handoff["breached_field"] = flow.field(name)
    finds = next((one for one in flow.elements if one.startswith("Find_") and one.endswith(f"_{what}")), None)
    if finds is None:
        return
    handoff |= {"accountable": flow.person(finds, f"_{what}"), "escalates_to": "accountable"}
    rows = flow.elements.get(f"Mail_{what}", {}).get("inputParameters") or ()
    body = next((str(_value(one["value"])) for one in rows if one["name"] == "emailBody"), "")
    consequence = body.partition(": ")[2].removesuffix(".")
    if consequence and not consequence.startswith("SLA missed: "):
        handoff["on_breach"] = consequence


def _handed_over(flow: _Flow) -> list[Reading] | None:
    """Gives a deal that is won to its owner, and creates the task of onboarding."""
    task = flow.values("Start_Onboarding")
    matched = ONBOARDING.fullmatch(str(task.get("Subject")))
    finds = _reference(task.get("OwnerId")).removesuffix(".Id")
    if matched is None or not finds:
        return None
    settings: Definition = {}
    for name, value in flow.values("Hand_Over").items():
        is_owner = _reference(value) == f"{finds}.Id"
        settings["owner_field" if is_owner else "date_field"] = flow.field(name)
    sla = {"sla": {"kickoff": matched["sla"]}} if matched["sla"] else {}
    flow.handoff = {"accountable": flow.person(finds), **sla}
    conditions, since = flow.takes()
    also: Definition = {}
    if since not in (None, "CloseDate"):
        hygiene = {"stage_entered_field": flow.field(str(since))}
        also = {"pipelines": {key: {"hygiene": hygiene} for key in flow.terms.model.pipelines}}
    backfill, named = since is None, flow.terms.also()
    also = joined(named, also)
    kinds = _kinds(flow)
    left = [one for one in conditions if not (isinstance(one, Compare) and one.field in kinds)]
    whole = flow.reading("closed_won_handoff", settings, also, enrolls_when=_all(conditions), backfill=backfill)
    some = [
        flow.reading("closed_won_handoff", {**settings, **which}, also, enrolls_when=_all(left), backfill=backfill)
        for which in ({}, *({"pipelines": [key]} for key in flow.terms.model.pipelines))
    ]
    return [whole, *(some if kinds else [])]


def _kinds(flow: _Flow) -> set[FieldRef]:
    """The fields that tell which pipeline covers a deal."""
    model = flow.terms.model
    dimensions = {key for pipeline in model.pipelines.values() for key in pipeline.applies_to}
    fields = (model.context.dimensions[key].field_on("deal") for key in dimensions)
    return {FieldRef(one) for one in fields if one}


# --- deals --------------------------------------------------------------------------------------------------------


def _stale(flow: _Flow) -> Reading | None:
    """Flags deals that are in their stage for longer than their pipeline allows."""
    if "Waits_Too_Long" not in flow.formulas:
        return None
    waits, *more = parts_of(flow.node("Waits_Too_Long"), "AND")
    match waits:
        case Binary(">", Binary("-", Call(), Name(entered)), limits):
            found = dict(_limits(flow, limits))
        case _:
            return None
    if not found:
        return None
    hygiene: Definition = {"stage_entered_field": flow.field(entered)}
    flag = next(iter(flow.values("Flag_Deal")), None)
    hygiene |= {"stale_field": flow.field(flag)} if flag else {}
    also: dict[str, Definition] = {}
    for pipeline, (covers, days) in found.items():
        known = flow.terms.model.pipelines[pipeline].hygiene.stale_after_multiple
        multiple = known or (2 if all(one % 2 == 0 for one in days.values()) else 1)
        averages = {stage: _short(one / multiple) for stage, one in days.items()}
        also[pipeline] = {
            "hygiene": {**hygiene, "stale_after_multiple": multiple},
            "stages": {stage: {"average_days": one} for stage, one in averages.items()},
            **({"applies_to": flow.terms.covers(DEAL, covers)} if covers is not None else {}),
        }
    _, since = flow.takes()
    settings = {"runs_at": str(flow.start["schedule"]["startTime"])[:5]}
    if len(also) < len(flow.terms.model.pipelines):
        settings["pipelines"] = list(also)  # type: ignore[assignment]
    conditions = [flow.with_keys(condition_of(one, flow.terms.field_of(DEAL))) for one in more]
    rest = {"enrolls_when": _all(conditions), "backfill": since is None}
    return flow.reading("stale_deal", settings, {"pipelines": also}, **rest)


def _short(amount: float) -> float:
    return int(amount) if float(amount).is_integer() else round(amount, 6)


def _limits(flow: _Flow, node: Node) -> Iterator[tuple[str, tuple[Node | None, dict[str, float]]]]:
    """Pipeline -> the deals that it covers, and the days for each of its stages."""
    while True:
        match node:
            case Call("IF", (covers, days, rest)):
                yield from _days(flow, days, covers)
                node = rest
            case _:
                yield from _days(flow, node, None)
                return


def _days(flow: _Flow, node: Node, covers: Node | None) -> Iterator[tuple[str, tuple[Node | None, dict[str, float]]]]:
    match node:
        case Call("CASE", (_, *pairs, Literal(last))) if last == NEVER:
            texts = [str(one.value) for one in pairs[::2] if isinstance(one, Literal)]
            numbers = [float(one.value) for one in pairs[1::2] if isinstance(one, Literal)]  # type: ignore[arg-type]
            at = flow.deal_stages()
            for pipeline in flow.terms.model.pipelines:
                own = {value: stage for (key, stage), value in at.items() if key == pipeline}
                if set(texts) <= own.keys():
                    yield pipeline, (covers, {own[text]: number for text, number in zip(texts, numbers, strict=True)})
                    return
            raise Unsayable(f"no pipeline has the stages {', '.join(texts)}")


# --- routing ------------------------------------------------------------------------------------------------------


def _routing(flow: _Flow, moments: Sequence[str]) -> Definition:
    """The rules of a decision that gives a lead its owner. Raises Unsayable."""
    decision = flow.elements["Route"]
    rules: dict[str, Definition] = {}
    for rule in decision.get("rules") or ():
        key = str(rule["name"]).removeprefix("Rule_")
        condition = flow.with_keys(condition_of(flow.node(f"When_{key}"), flow.terms.field_of(flow.object)))
        assign = _assigned(flow, f"To_{key}", key)
        method = "round_robin" if "team" in assign else "territory"
        rules[key] = {"method": method, "when": condition.render(), "assign": assign}
    found = {"label": str(flow.inputs.get("label") or "Routing"), "runs_on": SYSTEM, "moments": [*moments]}
    last = _assigned(flow, "To_Fallback", "") if "To_Fallback" in flow.elements else None
    if last is None:
        return {**found, "rules": rules}
    fallback = {"queue": last["queue"]} if "queue" in last else {"owner": last.get("person")}
    return {**found, "rules": rules, "fallback": fallback}


def _assigned(flow: _Flow, element: str, key: str) -> Definition:
    """A queue, a person, or the members of a team by whose turn it is. Raises Unsayable."""
    for item in flow.elements.get(element, {}).get("assignmentItems") or ():
        value = _value(item.get("value") or {})
        if item["assignToReference"] == "Queue_Name":
            return {"queue": flow.terms.queue(str(value))}
        if item["assignToReference"] == "Owner_Username" and isinstance(value, str):
            return {"person": flow.terms.person(value)}
        if _reference(value) == f"Turn_{key}":
            return {"team": flow.terms.team(_turns(flow.node(f"Turn_{key}")))}
    raise Unsayable(f"{element} gives the lead to nobody")


def _turns(node: Node) -> list[str]:
    """The members of `IF(ISBLANK(number), last, CASE(MOD(…), 0, first, …, last))`. Raises Unsayable."""
    match node:
        case Literal(str(only)):
            return [only]
        case Call("IF", (Call("ISBLANK"), _, Call("CASE", (Call("MOD"), *pairs, Literal(str(last)))))):
            return [*(str(one.value) for one in pairs[1::2] if isinstance(one, Literal)), last]
    raise Unsayable("its members take turns by another formula than the number of the lead")


READERS: Mapping[str, Sequence[Callable[[_Flow], Reading | list[Reading] | None]]] = {
    LEAD: (_advance, _assignment, _breach, _recycled),
    DEAL: (_handed_over, _stale),
}
"""Object -> what its flows may be. Those of a person's other object come with that of Lead."""
