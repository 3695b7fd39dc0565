"""The steps of a workflow, as people write them and as the compiler makes them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from revops_hubspot.filters.branches import FilterText, refused
from revops_hubspot.workflows.links import to_associated, unknown_links
from revops_hubspot.workflows.values import delay_of, time_delay
from revops_iac.provider.inputs import Part

Json = dict[str, Any]
FETCHED = r"^\w+\.\w+$"


def _duration(text: str) -> str:
    try:
        delay_of(text)
    except ValueError as error:
        fix = "write 30 minutes, 4 hours, 3 days or 2 weeks"
        raise refused(str(error), fix) from None
    return text


Duration = Annotated[str, AfterValidator(_duration)]
"""`30 minutes`, `4 hours`, `3 days` or `2 weeks`."""


def _ahead(text: str) -> str:
    try:
        time_delay(text)
    except ValueError as error:
        fix = "write 4 hours, 2 days at 09:00, or 2 days at 09:00 on weekdays"
        raise refused(str(error), fix) from None
    return text


Ahead = Annotated[str, AfterValidator(_ahead)]
"""`4 hours`, `2 days at 09:00`, `2 days at 09:00 on weekdays` or `1 week on monday, friday`."""


class Secret(Part):
    """A value that stands nowhere but in the environment, or in stack config as `hubspot:NAME`."""

    secret: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")


class Owner(Part):
    """A person, by e-mail."""

    owner: str


Value = str | int | float | bool | Owner


class SetProperty(Part):
    """Sets a property: `to` a value, `to_now` to the moment of the step, `to_later` to a moment that lies ahead."""

    property: str
    to: Value | None = None
    to_now: Literal[True] | None = None
    to_later: Ahead | None = None
    on: str | None = None
    """An object such as `companies`: the records of it that are associated with the record; absent: the record."""

    @model_validator(mode="after")
    def _says_one_value(self) -> Self:
        exactly_one(self, ("to", "to_now", "to_later"))
        return self


class CopyProperty(Part):
    """Sets a property to what another property of the record holds, or one of a fetched object."""

    source: str | None = Field(None, alias="from")
    fetched: str | None = Field(None, pattern=FETCHED)
    """`company.domain`: a name of `fetched_objects` and a property."""
    to: str
    on: str | None = None
    """As for `set`."""

    @model_validator(mode="after")
    def _names_one_source(self) -> Self:
        if (self.source is None) is (self.fetched is None):
            raise refused("it must name from or fetched, one of them", "keep one of from, fetched")
        return self


class Increment(Part):
    """Adds to a number."""

    property: str
    by: int | float = 1


class RotateOwner(Part):
    """The next of the people becomes owner; HubSpot promises equal counts, not an order [T]."""

    users: list[str] | None = None
    """By e-mail."""
    teams: list[str] | None = None
    property: str = "hubspot_owner_id"
    overwrite: bool = True

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        _names_people(self, ("users", "teams"))
        return self


class OwnerIn(Part):
    """The person in an owner property of the record."""

    property: str


class CreateTask(Part):
    """A task on the record, for `owner`."""

    subject: str
    body: str | None = None
    """HTML."""
    type: Literal["TODO", "CALL", "EMAIL"] = "TODO"
    priority: Literal["NONE", "LOW", "MEDIUM", "HIGH"] = "NONE"
    due: Ahead | None = None
    owner: str | OwnerIn | None = None
    """By e-mail, `the owner of the record`, or `{property: csm_owner}`."""
    associate: list[str] | None = None
    """`record` and objects such as `companies`, for those of the record; absent: the record."""


class PropertyOfRecord(Part):
    """What a property of the record in the workflow holds."""

    source: str = Field(alias="from")


class FetchedProperty(Part):
    """What a property of a fetched object holds, such as `company.domain`."""

    fetched: str = Field(pattern=FETCHED)


class Now(Part):
    """The moment of the step."""

    now: Literal[True]


class Later(Part):
    """A moment that lies ahead."""

    later: Ahead


class CreateRecord(Part):
    """A record, associated with the one in the workflow where HubSpot has an association between the two."""

    object: str
    properties: dict[str, Value | PropertyOfRecord | FetchedProperty | Now | Later]
    """Values, or `{from: amount}`, `{fetched: company.domain}`, `{now: true}`, `{later: 30 days}`."""
    associate: list[str] | None = None
    """`record` and objects such as `companies`, for those of the record; absent: the record."""


class Notify(Part):
    """An internal e-mail to users and teams, and to the people in owner properties of the record."""

    subject: str
    body: str
    users: list[str] | None = None
    teams: list[str] | None = None
    owners: list[str] | None = None
    """Names of owner properties."""

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        _names_people(self, ("users", "teams", "owners"))
        return self


class Webhook(Part):
    """A call to another system. What is a secret in it, the address for one, is written `{secret: NAME}`."""

    url: str | Secret
    method: Literal["GET", "POST"] = "POST"
    query: list[Json] | None = None
    """HubSpot's JSON (`queryParams`)."""
    auth: Json | None = None
    """HubSpot's JSON (`authSettings`); it may name secrets that HubSpot keeps."""


class CustomCode(Part):
    """Code of your own, which HubSpot runs. `secrets` are names of secrets that HubSpot keeps: `[NAME]`, or
    `[{secret: NAME}]`. Their values are set there, no API takes them [S]."""

    runtime: str
    code: str
    secrets: list[str | Secret] | None = None
    inputs: list[Json] | None = None
    """HubSpot's JSON (`inputFields`)."""
    outputs: list[Json] | None = None
    """HubSpot's JSON (`outputFields`)."""


class RawAction(Part):
    """Any action by its type id, with HubSpot's own fields."""

    id: str
    version: int = 0
    fields: Json = Field(default_factory=dict)


class FilterCase(Part):
    """A way out of a branch, for records that pass a filter."""

    name: str
    when: FilterText
    steps: list[Step] = Field(default_factory=list)


class ValueCase(Part):
    """A way out of a branch, for records with this value."""

    value: str
    steps: list[Step] = Field(default_factory=list)


class Otherwise(Part):
    """The way of all other records."""

    name: str | None = None
    steps: list[Step] = Field(default_factory=list)


class FilterBranch(Part):
    """The first case whose filter a record passes."""

    cases: list[FilterCase]
    otherwise: Otherwise | None = None


class ValueBranch(Part):
    """The case of the value that a property holds. Without cases it only leads on to `otherwise`."""

    property: str | None = None
    cases: list[ValueCase]
    otherwise: Otherwise | None = None

    @model_validator(mode="after")
    def _names_its_property(self) -> Self:
        if bool(self.cases) is (self.property is None):
            raise refused("it must name a property, and cases for its values", "add property and cases, or neither")
        return self


LAST = ("branch", "branch_on", "go_to")
"""Nothing follows them: the ways of a branch do not meet again, but each may end in `go_to`."""


class Step(Part):
    """One step: exactly one of these keys, and a `label` when a `go_to` leads here."""

    label: str | None = None
    delay: Duration | None = None
    set: SetProperty | None = None
    copy_: CopyProperty | None = Field(None, alias="copy")
    clear: str | None = None
    """The property that loses its value."""
    increment: Increment | None = None
    rotate_owner: RotateOwner | None = None
    create_task: CreateTask | None = None
    create_record: CreateRecord | None = None
    notify: Notify | None = None
    webhook: Webhook | None = None
    custom_code: CustomCode | None = None
    branch: FilterBranch | None = None
    branch_on: ValueBranch | None = None
    go_to: str | None = None
    """The label of the step that comes next."""
    action: RawAction | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        exactly_one(self, VERBS)
        return self


VERBS = tuple(field.alias or name for name, field in Step.model_fields.items() if name != "label")


def exactly_one(part: Part, names: tuple[str, ...]) -> None:
    """Raises PydanticCustomError unless one of these is given."""
    message = [name for name in names if getattr(part, "copy_" if name == "copy" else name) is not None]
    if len(message) != 1:
        found = " and ".join(message) or "nothing"
        raise refused(f"it says {found}", f"write exactly one of {', '.join(names)}")


def _names_people(part: Part, names: tuple[str, ...]) -> None:
    if not any(getattr(part, name) for name in names):
        raise refused("it names nobody", f"add {' or '.join(names)}")


for _model in (FilterCase, ValueCase, Otherwise, FilterBranch, ValueBranch, Step):
    _model.model_rebuild()


def step_errors(steps: list[Json], object_: str) -> list[str]:
    """What is wrong between steps: what follows a branch, labels that are there twice or not at all; associations
    that are not known here.
    """
    every = [step for sequence in _sequences(steps) for step in sequence]
    labels = [step["label"] for step in every if "label" in step]
    found = [f'the label "{label}" is used twice' for label in dict.fromkeys(labels) if labels.count(label) > 1]
    missing = dict.fromkeys(step["go_to"] for step in every if "go_to" in step and step["go_to"] not in labels)
    found += [f'go_to: no step has the label "{label}"' for label in missing]
    found += [problem for step in every for problem in _unknown_associations(step, object_)]
    return found + [problem for sequence in _sequences(steps) for problem in _after_last(sequence)]


def _unknown_associations(step: Json, object_: str) -> list[str]:
    message = step.get("create_task") or step.get("create_record") or {}
    new = str(message.get("object", "tasks"))
    unknown = unknown_links(message.get("associate") or (), new, object_)
    found = [f'associate: the association of {new} with "{name}" of {object_} is not known here' for name in unknown]
    other = (step.get("set") or step.get("copy") or {}).get("on")
    if other is not None and to_associated(other, object_) is None:
        found.append(f'on: the association of {object_} with "{other}" is not known here')
    return found


def _after_last(sequence: list[Json]) -> list[str]:
    ends = [verb for step in sequence[:-1] for verb in LAST if verb in step]
    return [f"a step follows {verb}: put it into the cases, and let them go_to a label" for verb in ends]


def _sequences(steps: list[Json]) -> list[list[Json]]:
    inner = [way["steps"] for step in steps for way in ways_of(step)]
    return [steps, *(sequence for one in inner for sequence in _sequences(one))]


def ways_of(step: Json) -> list[Json]:
    """The ways out of a branch, the default one last."""
    branch = step.get("branch") or step.get("branch_on") or {}
    return [*branch.get("cases", ()), *([branch["otherwise"]] if branch.get("otherwise") else [])]
