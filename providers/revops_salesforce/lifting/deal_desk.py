"""Deal desks from approval processes: those that a desk compiles to, and in words what others decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from salesforce_formula.tree import Binary, Call, Literal, Name, Node, walk

from revops_iac.model.condition import And, Compare, Condition, FieldRef, Op
from revops_iac.provider.lifting import NotLifted, Proposal, Unsayable, key_of
from revops_iac.provider.live_object import Definition
from revops_salesforce.compiler.approval_tiers import OBJECT
from revops_salesforce.compiler.terms.criteria import condition_of as condition_of_criterion
from revops_salesforce.compiler.terms.names import SYSTEM, title
from revops_salesforce.lifting.conditions import condition_of, parts_of, tree
from revops_salesforce.lifting.terms import Terms

TOPIC = "deal_desk"
PAGE: Mapping[str, frozenset[str]] = {
    "acv": frozenset({"currency", "number"}),
    "discount": frozenset({"percent", "number"}),
    "payment_terms": frozenset({"picklist", "text"}),
    "legal": frozenset({"checkbox"}),
    "years": frozenset({"number"}),
    "exception": frozenset({"picklist", "text", "long_text"}),
}
"""The fields that a compiled process shows to approvers, in its order, and the types that each may have."""
RECALLED = "_Recalled"
STAYS = "stays as it is, and its tiers are described beside it: changing these changes nothing in Salesforce"


def deal_desks(terms: Terms) -> Iterator[Proposal | NotLifted]:
    """A proposal for each desk whose processes and field updates carry the names that a desk gives, then the others."""
    processes = {
        name: inputs for name, inputs in terms.raw.get("ApprovalProcess", {}).items() if inputs["object"] == OBJECT
    }
    for name, inputs in terms.raw.get("ApprovalProcess", {}).items():
        if name not in processes:
            yield NotLifted(TOPIC, f"ApprovalProcess {name}", f"the topic approves deals, not {inputs['object']}")
    begins = title(f"{terms.model.context.name_prefix}deal_desk_")
    for update in terms.raw.get("WorkflowFieldUpdate", {}).values():
        if not (str(update["name"]).startswith(begins) and str(update["name"]).endswith(RECALLED)):
            continue
        stem = str(update["name"]).removesuffix(RECALLED)
        mine = {one: each for one, each in processes.items() if str(each["name"]).startswith(f"{stem}_")}
        if not mine:
            continue
        key = stem.removeprefix(begins).lower()
        try:
            content = _Desk(terms, stem, str(update["field"]), list(mine.values())).content()
        except Unsayable as error:
            terms.also()
            yield NotLifted(TOPIC, f"ApprovalProcess {', '.join(mine)}", str(error))
            continue
        processes = {one: each for one, each in processes.items() if one not in mine}
        yield Proposal(TOPIC, key, content, terms.also())
    yield from _in_words(terms, processes)


@dataclass
class _Desk:
    """A desk as the compiler writes it. `stem` begins the names of all that is its."""

    terms: Terms
    stem: str
    approval: str
    processes: list[Definition]
    fields: dict[str, str] = field(default_factory=dict)
    review: dict[str, Any] = field(default_factory=dict)
    years_from: float | None = None
    enterprise: Condition | None = None

    def content(self) -> Definition:
        """The entry. Raises Unsayable."""
        label = _label_before(self.processes)
        self.fields["approval"] = str(self._field(self.approval)[0])
        if recorded := self._rule("Exception"):
            self.fields["exception"] = str(self._field(str(recorded["error_display_field"]))[0])
        applies = self._applies()
        automatic, decided = self._sorted()
        self._read_review(automatic, applies)
        self._read_page(self.processes[0].get("page_fields") or ())
        tiers = {key: self._tier(key, inputs, decided) for key, inputs in decided.items()}
        made: Definition = {}
        for key, inputs in automatic.items():
            below = [tier["discount_from"] for tier in tiers.values() if "discount_from" in tier]
            least = {"discount_below": min(below)} if below else {}
            made[key] = {"label": _label_after(inputs), **least, "approver": "automatic"}
        desk: Definition = {"label": label, "runs_on": SYSTEM}
        if applies is not None:
            desk["applies_to"] = self.terms.covers(OBJECT, applies)
        more = {
            "review_when": self.review,
            "multi_year_from": int(self.years_from) if self.years_from not in (None, 2) else None,
            "enterprise_when": self.enterprise.render() if self.enterprise is not None else None,
        }
        desk |= {key: value for key, value in more.items() if value}
        return {**desk, "fields": self.fields, "approvals": {**made, **tiers}}

    def _field(self, name: str) -> tuple[FieldRef, str]:
        return self.terms.field(OBJECT, name)

    def _condition(self, node: Node) -> Condition:
        return condition_of(node, self.terms.field_of(OBJECT))

    def _rule(self, what: str) -> Definition | None:
        return self.terms.raw.get("ValidationRule", {}).get(f"{OBJECT}.{self.stem}_{what}")

    def _applies(self) -> Node | None:
        """The deals that the desk covers: what its rules ask between the bypass and the win, else what all of its
        processes ask first."""
        if rule := self._rule("Approval") or self._rule("Review"):
            parts = parts_of(tree(str(rule["error_condition_formula"])), "AND")
            enters = next((at for at, one in enumerate(parts) if isinstance(one, Call) and one.function == "OR"), 1)
            return parts[1] if enters > 1 else None
        entries = [parts_of(_entry(one), "AND") for one in self.processes]
        first = entries[0][0]
        is_common = len(entries) > 1 and all(len(one) > 1 and one[0] == first for one in entries)
        return first if is_common else None

    def _sorted(self) -> tuple[dict[str, Definition], dict[str, Definition]]:
        """The automatic tier and those that people decide by key, in the order in which their steps stand."""
        automatic, decided = dict[str, Definition](), dict[str, Definition]()
        for inputs in sorted(self.processes, key=lambda one: len(one["steps"])):
            key = str(inputs["name"]).removeprefix(f"{self.stem}_").lower()
            step = inputs["steps"][0]
            is_automatic = step.get("if_criteria_not_met") == "ApproveRecord"
            (automatic if is_automatic else decided)[key] = inputs
        return automatic, self._in_order(decided)

    def _in_order(self, decided: dict[str, Definition]) -> dict[str, Definition]:
        """Each tier after those whose steps come before its own; else by discount."""
        before = {key: {_tier_key(step) for step in one["steps"]} - {key} for key, one in decided.items()}
        least = {key: min(_numbers(_entry(one)), default=1.0) for key, one in decided.items()}
        waiting, found = sorted(decided, key=lambda key: least[key]), dict[str, Definition]()
        while waiting:
            key = next((one for one in waiting if before[one] <= found.keys()), waiting[0])
            waiting.remove(key)
            found[key] = decided[key]
        return found

    def _read_review(self, automatic: dict[str, Definition], applies: Node | None) -> None:
        """What sends a deal to the desk, which names most of its fields."""
        node: Node | None = None
        if rule := self._rule("Review"):
            tests = parts_of(tree(str(rule["error_condition_formula"])), "AND")
            node = parts_of(tests[-2], "OR")[0]
        elif automatic:
            tests = parts_of(_entry(next(iter(automatic.values()))), "AND")
            node = tests[1 if applies is not None else 0]
        for part in parts_of(node, "OR") if node is not None else ():
            self._read_reason(part)

    def _read_reason(self, node: Node) -> None:
        if isinstance(node, Binary) and isinstance(node.right, Call) and node.right.function == "BLANKVALUE":
            (published, _), left = node.right.args, node.left
            if isinstance(left, Name) and isinstance(published, Name):
                self.fields["discount"] = str(self._field(left.text)[0])
                self.fields["published_discount"] = str(self._field(published.text)[0])
                self.review["discount_beyond_published"] = True
            return
        condition = self._condition(node)
        match condition:
            case Compare(reference, Op.GT, amount):
                self.fields["acv"] = str(reference)
                money = {"amount": amount, "currency": self.terms.model.context.currency}
                self.review["acv_above"] = money
            case Compare(reference, Op.EQ | Op.ANY_OF):
                self.fields["payment_terms"] = str(reference)
                self.review["payment_terms"] = [str(value) for value in condition.values]
            case Compare(reference, Op.TRUE):
                self.fields["legal"] = str(reference)
                self.review["custom_legal_terms"] = True
            case And((Compare(years, Op.GE, least), Compare(pricing, Op.TRUE))):
                self.fields |= {"years": str(years), "custom_pricing": str(pricing)}
                self.years_from = least  # type: ignore[assignment]
                self.review["multi_year_custom_pricing"] = True
            case _:
                raise Unsayable(f"{condition.render()} is no reason for a review that a desk has words for")

    def _read_page(self, names: Sequence[str]) -> None:
        """The fields that an approver sees stand in the order of `PAGE`; what else the desk watches is the pricing."""
        shown = [self._field(name) for name in names if name not in ("Name", "Owner")]
        at = 0
        for reference, kind in shown:
            known = [role for role, field in self.fields.items() if field == reference and role in PAGE]
            fitting = [role for role in list(PAGE)[at:] if kind in PAGE[role] and role not in self.fields]
            role = next(iter([*known, *fitting]), None)
            if role is None:
                raise Unsayable(f"{reference} on its page is no field that a desk has a place for")
            self.fields[role] = str(reference)
            at = list(PAGE).index(role) + 1
        rule = self._rule("Terms")
        changes = walk(tree(str(rule["error_condition_formula"]))) if rule else ()
        for one in changes:
            if isinstance(one, Call) and one.function == "ISCHANGED" and isinstance(one.args[0], Name):
                reference, kind = self._field(one.args[0].text)
                if kind == "checkbox" and str(reference) not in self.fields.values():
                    self.fields.setdefault("custom_pricing", str(reference))

    def _tier(self, key: str, inputs: Definition, decided: dict[str, Definition]) -> Definition:
        tier: Definition = {"label": _label_after(inputs)}
        for part in parts_of(self._tier_formula(key, inputs, decided), "OR"):
            tier |= self._part(self._condition(part))
        mine = [step for step in inputs["steps"] if _tier_key(step) == key]
        approvers = [one for step in mine for one in _approvers(self.terms, step)]
        return {**tier, **({"approver": approvers[0]} if len(approvers) == 1 else {"approvers": approvers})}

    def _tier_formula(self, key: str, inputs: Definition, decided: dict[str, Definition]) -> Node:
        """The deals of a tier: as its step in a later process asks, else as the last process begins."""
        for other in decided.values():
            for step in other["steps"]:
                if _tier_key(step) == key and (step.get("entry_criteria") or {}).get("formula"):
                    return tree(str(step["entry_criteria"]["formula"]))
        entry = _entry(inputs)
        tests = [one for one in parts_of(entry, "AND") if one != self._applies()]
        if len(tests) > 1 and not _is_range(tests):
            return tests[0]
        return Call("AND", tuple(tests)) if len(tests) > 1 else tests[0]

    def _part(self, condition: Condition) -> Definition:
        """What brings a deal to a tier, in the tier's words."""
        match condition:
            case Compare(reference, Op.GE, least) if self._is("discount", reference):
                return {"discount_from": least}
            case Compare(reference, Op.LT, most) if self._is("discount", reference):
                return {"discount_below": most}
            case And((Compare(reference, Op.GE, least), Compare(_, Op.LT, most))) if self._is("discount", reference):
                return {"discount_from": least, "discount_below": most}
            case Compare(reference, Op.TRUE) if self._is("legal", reference):
                return {"custom_terms": True}
            case Compare(reference, Op.EQ | Op.ANY_OF) if self._is("payment_terms", reference):
                return {"custom_terms": True}
            case Compare(reference, Op.GE, least) if self._is("years", reference):
                self.years_from = least  # type: ignore[assignment]
                return {"multi_year": True}
        if self.enterprise not in (None, condition):
            raise Unsayable(f"{condition.render()} is another condition of enterprise deals than that of another tier")
        self.enterprise = condition
        return {"enterprise": True}

    def _is(self, role: str, reference: FieldRef) -> bool:
        return self.fields.get(role) == reference


def _entry(inputs: Definition) -> Node:
    """The deals that a process takes."""
    return tree(str((inputs.get("entry_criteria") or {}).get("formula") or "TRUE"))


def _is_range(tests: Sequence[Node]) -> bool:
    """Two ends of one field, as a tier without any other reason has them."""
    match tests:
        case [Binary(operator=">=", left=Name() as one), Binary(operator="<", left=Name() as other)]:
            return one == other
    return False


def _numbers(node: Node) -> list[float]:
    """The numbers that a formula compares with as lowest ends."""
    return [
        float(one.right.value)
        for one in walk(node)
        if isinstance(one, Binary)
        and one.operator == ">="
        and isinstance(one.right, Literal)
        and isinstance(one.right.value, Decimal)
    ]


def _tier_key(step: Definition) -> str:
    name = str(step["name"]).lower()
    stem, _, number = name.rpartition("_")
    return stem if number.isdigit() and stem else name


def _label_before(processes: Sequence[Definition]) -> str:
    """The label of the desk, which stands before that of the tier."""
    labels = {str(one["label"]).rpartition(": ")[0] for one in processes}
    return next(iter(labels)) if len(labels) == 1 else min(labels, key=len)


def _label_after(inputs: Definition) -> str:
    return str(inputs["label"]).rpartition(": ")[2]


def _approvers(terms: Terms, step: Definition) -> list[Definition]:
    """Whom a step asks. Raises Unsayable."""
    asked = step.get("approvers") or ()
    if any(one["type"] not in ("user", "queue") for one in asked) or not asked:
        who = ", ".join(f"{one['type']} {one.get('name', '')}".strip() for one in asked) or "nobody named"
        raise Unsayable(f'step "{step["label"]}" asks {who}, and a tier a person, a team or a queue')
    if len(asked) > 1 and step.get("when_multiple_approvers") != "Unanimous":
        if any(one["type"] != "user" for one in asked):
            raise Unsayable(f'step "{step["label"]}" asks one of several queues, and a tier one of a team')
        return [{"team": terms.team([str(one["name"]) for one in asked], str(step["label"]))}]
    return [_asked(terms, one) for one in asked]


def _asked(terms: Terms, approver: Definition) -> Definition:
    name = str(approver["name"])
    return {"person": terms.person(name)} if approver["type"] == "user" else {"queue": terms.queue(name)}


# --- processes that no desk compiles to --------------------------------------------------------------------------


def _in_words(terms: Terms, processes: dict[str, Definition]) -> Iterator[Proposal | NotLifted]:
    """The tiers of other processes, as a desk that makes nothing: the process itself stays raw."""
    keys = set(terms.model.deal_desk)
    for name, inputs in processes.items():
        subject = f"ApprovalProcess {name}"
        if not inputs.get("active", True):
            yield NotLifted(TOPIC, subject, "it is not active")
            continue
        tiers, unsaid, fields = dict[str, Definition](), list[str](), dict[str, str]()
        for step in inputs.get("steps") or ():
            tier, reasons = _tier_in_words(terms, step, fields)
            tiers[key_of(str(step["label"]), tiers)] = {"label": str(step["label"]), **tier}
            unsaid += reasons
        if not any(len(tier) > 1 for tier in tiers.values()):
            terms.also()
            yield NotLifted(TOPIC, subject, _some([*unsaid, "no step says whom it asks in words that a tier has"]))
            continue
        key = key_of(str(inputs["label"]), keys)
        keys.add(key)
        desk = {"label": str(inputs["label"]), "runs_on": SYSTEM, **({"fields": fields} if fields else {})}
        yield Proposal(TOPIC, key, {**desk, "approvals": tiers}, terms.also())
        yield NotLifted(TOPIC, subject, _some([STAYS, *unsaid]))


def _tier_in_words(terms: Terms, step: Definition, fields: dict[str, str]) -> tuple[Definition, list[str]]:
    """What a step says in the words of a tier, and what it says beside that."""
    tier, unsaid = Definition(), list[str]()
    try:
        approvers = _approvers(terms, step)
        tier |= {"approver": approvers[0]} if len(approvers) == 1 else {"approvers": approvers}
    except Unsayable as error:
        unsaid.append(str(error))
    try:
        tier |= _discounts(terms, step.get("entry_criteria") or {}, fields)
    except Unsayable as error:
        unsaid.append(f'step "{step["label"]}": {error}')
    return tier, unsaid


def _discounts(terms: Terms, criteria: Definition, fields: dict[str, str]) -> Definition:
    """The range of discounts that a step is for. Raises Unsayable for any other criteria."""
    compares = _compares(terms, criteria)
    if any(not isinstance(one, Compare) for one in compares):
        raise Unsayable("its criteria are no range of discounts")
    found: Definition = {}
    for one in compares:
        kind = terms.type_of(one.field) if isinstance(one, Compare) else ""
        if not isinstance(one, Compare) or kind != "percent" or fields.get("discount", one.field) != one.field:
            raise Unsayable(f"{one.render()} is no range of discounts, which a tier is for")
        ends = {Op.GE: "discount_from", Op.LT: "discount_below"}
        if one.op not in ends:
            raise Unsayable(f"{one.render()}: a tier begins at a discount and ends below one")
        fields["discount"] = str(one.field)
        found[ends[one.op]] = one.value
    return found


def _compares(terms: Terms, criteria: Definition) -> list[Condition]:
    if criteria.get("formula"):
        condition = condition_of(tree(str(criteria["formula"])), terms.field_of(OBJECT))
        return list(condition.parts) if isinstance(condition, And) else [condition]
    if criteria.get("boolean_filter"):
        raise Unsayable("its criteria have a filter logic")
    found: list[Condition] = []
    for item in criteria.get("criteria") or ():
        object_, _, name = str(item["field"]).partition(".")
        reference, kind = terms.field(object_, name)
        numeric = kind in ("number", "percent", "currency")
        compare = condition_of_criterion(item, reference, "number" if numeric else kind)
        if compare is None:
            raise Unsayable(f"{item['field']} {item['operation']} has no words in conditions")
        found.append(compare)
    return found


def _some(reasons: Sequence[str]) -> str:
    return "; ".join(reasons)
