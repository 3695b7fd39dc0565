"""The lifecycle from the picklist that holds its stages, the statuses of leads, and the rules that guard both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from revops_iac.model.condition import Compare, Op, Or
from revops_iac.provider.lifting import NotLifted, Proposal, Unsayable, key_of
from revops_iac.provider.live_object import Definition
from revops_salesforce.compiler.terms.compilation import derived_name
from revops_salesforce.compiler.terms.names import SYSTEM, title
from revops_salesforce.lifting.conditions import condition_of, parts_of, tree
from revops_salesforce.lifting.terms import PEOPLE, Terms

TOPIC = "lifecycle"
WORD = "lifecycle"
"""What the picklist of the stages has in its name or label."""
ORDER, AFTER = "Stages follow each other: ", " after "
"""How the message of the rule against skipping says what each stage follows."""
STATUSES = "LeadStatus"
LEAD = PEOPLE[0]


def lifecycles(terms: Terms) -> Iterator[Proposal | NotLifted]:
    """One proposal: stages of a picklist that is called a lifecycle, and the statuses of leads."""
    if terms.model.lifecycle is not None:
        return
    found = [name for name, inputs in terms.raw.get("CustomField", {}).items() if _is_lifecycle(name, inputs)]
    statuses, converted = _statuses(terms)
    if not found:
        if statuses and _is_changed(terms):
            entry = {"status_field": str(terms.field(LEAD, "Status")[0]), **statuses}
            yield Proposal(TOPIC, "", entry, terms.also())
            yield from _converted(converted)
        return
    try:
        entry = _Stages(terms, found[0].partition(".")[2]).entry()
        entry |= {"status_field": str(terms.field(LEAD, "Status")[0]), **statuses} if statuses else {}
    except Unsayable as error:
        terms.also()
        yield NotLifted(TOPIC, f"CustomField {found[0]}", str(error))
        return
    yield Proposal(TOPIC, "", entry, terms.also())
    yield from _converted(converted)
    for name in found[1:]:
        yield NotLifted(TOPIC, f"CustomField {name}", f"a model has one lifecycle, and that is {found[0]}")


def _is_lifecycle(name: str, inputs: Definition) -> bool:
    words = f"{name} {inputs.get('label', '')}".lower()
    return inputs["object"] == LEAD and inputs.get("type") == "Picklist" and WORD in words


def _converted(names: list[str]) -> Iterator[NotLifted]:
    if names:
        reason = f"{', '.join(names)}: a status of converted leads has no words in the topic"
        yield NotLifted(TOPIC, f"StandardValueSet {STATUSES}", reason)


def _is_changed(terms: Terms) -> bool:
    """Whether the statuses are declared: those that an org begins with are no lifecycle of anybody."""
    return STATUSES in terms.raw.get("StandardValueSet", {})


def _statuses(terms: Terms) -> tuple[Definition, list[str]]:
    """The statuses of leads as the entry has them, and the converted ones, which it cannot say."""
    live = terms.session.find(terms.session.system.kinds["StandardValueSet"], STATUSES)
    declared = terms.raw.get("StandardValueSet", {}).get(STATUSES, {})
    listed = [*(declared.get("values") or ()), *((live.definition if live else {}).get("values") or ())]
    values = [one for one in {str(one["name"]): one for one in listed}.values() if one.get("is_active", True)]
    labels, pinned, known = dict[str, str](), dict[str, dict[str, str]](), _rejections(terms)
    for value in values:
        if value.get("converted"):
            continue
        name, label = str(value["name"]), str(value.get("label") or value["name"])
        key = known.get(name) or key_of(name, {*labels, *known.values()})
        labels[key] = label
        if name != label:
            pinned[key] = {SYSTEM: name}
    named = {"lead_statuses": labels, **({"lead_status_values": pinned} if pinned else {})}
    converted = [str(one["name"]) for one in values if one.get("converted") and _is_changed(terms)]
    return (named if labels else {}), converted


def _rejections(terms: Terms) -> dict[str, str]:
    """The two statuses that need a reason, under the keys that tell them apart: the model knows them by these."""
    rule = f"{LEAD}.{title(terms.model.context.name_prefix)}Rejection_Needs_Reason"
    message = str(terms.raw.get("ValidationRule", {}).get(rule, {}).get("error_message"))
    names = message.partition(" needs: ")[0].split(" or ")
    back = next((one for one in names if "recycl" in one.lower()), names[-1])
    return {one: "recycled" if one == back else "rejected" for one in names} if len(names) == 2 else {}


@dataclass(frozen=True)
class _Stages:
    """The stages of one picklist of Lead, which Contact has too."""

    terms: Terms
    name: str

    def entry(self) -> Definition:
        """Field, stages with what they require, and whether none may be skipped. Raises Unsayable."""
        reference, _ = self.terms.field(LEAD, self.name)
        if reference.object != "contact":
            raise Unsayable("Contact has no such field: a lifecycle goes on after a lead is converted")
        stages: dict[str, Definition] = {}
        for value, label in self.terms.options(LEAD, self.name).items():
            key = key_of(value, stages)
            stages[key] = {"label": label, **({"vendor_name": {SYSTEM: value}} if key != value else {})}
            if needed := self._required(key):
                stages[key]["required_fields"] = needed
        if len(stages) < 2:
            raise Unsayable("it has no list of stages that is declared: adopt it first")
        self.terms.fields.get(reference, {}).pop("options", None)  # the stages are its options
        guarded = self._rule(f"{title(self.terms.model.context.name_prefix)}Lifecycle_No_Skipping")
        if guarded:
            _read_order(stages, str(guarded[0][1].get("error_message")))
        return {"field": str(reference), "stages": stages, **({} if guarded else {"no_skipping": False})}

    def _rule(self, name: str) -> list[tuple[str, Definition]]:
        """The rule of a name on the objects of the person."""
        rules = self.terms.raw.get("ValidationRule", {})
        return [(one, rules[f"{one}.{name}"]) for one in PEOPLE if f"{one}.{name}" in rules]

    def _required(self, stage: str) -> list[str]:
        """The fields of which the stage's rule refuses an empty one. Raises Unsayable."""
        found: list[str] = []
        prefix = self.terms.model.context.name_prefix
        for object_, rule in self._rule(derived_name(f"{prefix}lifecycle", stage)):
            last = parts_of(tree(str(rule["error_condition_formula"])), "AND")[-1]
            condition = condition_of(last, self.terms.field_of(object_))
            for part in condition.parts if isinstance(condition, Or) else (condition,):
                if not isinstance(part, Compare) or part.op not in (Op.UNKNOWN, Op.FALSE):
                    raise Unsayable(f"{part.render()} is no field that a stage requires")
                found.append(str(part.field))
        return list(dict.fromkeys(found))


def _read_order(stages: dict[str, Definition], message: str) -> None:
    """What each stage follows, where the message of the rule against skipping says that they branch."""
    order = message.removeprefix(ORDER).removesuffix(".")
    if order == message or AFTER not in order:
        return
    keys = {str(stage["label"]): key for key, stage in stages.items()}
    parts = dict(one.split(AFTER, 1) for one in order.split("; ") if AFTER in one)
    for label, key in keys.items():
        earlier = parts.get(label, "").split(" or ")
        stages[key]["follows"] = [keys[one] for one in earlier if one in keys]
