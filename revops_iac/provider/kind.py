"""What a kind is: one vendor object, as a resource. A kind is one file of its provider and is discovered there."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, ClassVar, Generic, cast, get_args

from revops_iac.diagnostics import Diagnostics
from revops_iac.provider.effects import Effect
from revops_iac.provider.inputs import META_INPUTS, I, Inputs
from revops_iac.provider.live_object import (
    C,
    Client,
    Definition,
    DesiredResource,
    Impact,
    LiveObject,
    Lookup,
    Program,
    Reference,
)
from revops_iac.provider.resource_state import State, read_state
from revops_iac.provider.session import Session

__all__ = [
    "META_INPUTS",
    "C",
    "Client",
    "Definition",
    "DesiredResource",
    "Existence",
    "Impact",
    "Inputs",
    "Kind",
    "LiveObject",
    "Lookup",
    "Reference",
    "State",
]


class Existence(Enum):
    """How objects of a kind come and go."""

    CREATED = "created, and removed by a delete"
    SWITCHED_OFF = (
        "created, and switched off by a delete, because the vendor never removes it; then adopted again freely"
    )
    KEPT = "created, and never removed by the vendor: a delete leaves it and says so"
    PERMANENT = "made by the vendor: never created, never gone"
    MONITORED = "made by the vendor, and only read and compared: nothing here ever writes it"

    @property
    def is_permanent(self) -> bool:
        """Whether the vendor makes the object itself."""
        return self in (Existence.PERMANENT, Existence.MONITORED)

    @property
    def is_removable(self) -> bool:
        """Whether a delete takes the object away, or restores it where it is permanent."""
        return self not in (Existence.SWITCHED_OFF, Existence.KEPT)


class Kind(ABC, Generic[C, I]):
    """One kind of vendor object. Pure methods describe it; the others talk to the account through the client `C`.

    `I` are its inputs. A subclass is found by its provider because it stands in `kinds/<kind>.py`; its class name is
    the kind's name, the type token and the name in YAML raw sections. Nothing here keeps state: one instance serves all
    threads.
    """

    system: ClassVar[str]
    inputs: ClassVar[type[Inputs]]
    immutable: ClassVar[frozenset[str]] = frozenset()
    """Inputs that the vendor cannot change after creation; a change is refused at preview with a recipe."""
    on_delete: ClassVar[str]
    """What delete really does on the platform, as one sentence for people."""
    existence: ClassVar[Existence] = Existence.CREATED
    noun: ClassVar[str]
    """What people call one object, `validation rule`; the class name in words where a kind does not say it."""
    enables: ClassVar[str] = ""
    """What a create switches on, `workflow` for instance; plans name all that one change of the model enables."""
    defaults: ClassVar[Mapping[str, Any]] = {}
    """What the vendor answers, or leaves out, for inputs that are not set."""
    chunk: ClassVar[int] = 10
    """How many names one `read_many` call takes at the most."""

    def __init_subclass__(cls) -> None:
        """Takes `inputs` from the type argument, `class List(Kind[HubSpotClient, ListInputs])`, and a noun."""
        super().__init_subclass__()
        if "noun" not in cls.__dict__:
            cls.noun = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cls.__name__).lower()
        for base in cls.__dict__.get("__orig_bases__", ()):
            for argument in get_args(base):
                if isinstance(argument, type) and issubclass(argument, Inputs):
                    cls.inputs = argument

    @property
    def name(self) -> str:
        return type(self).__name__

    @property
    def name_is_immutable(self) -> bool:
        """Whether the vendor name stays for life; then a renamed key needs `vendor_name` beside `was`."""
        return type(self).name_of is Kind.name_of

    def parse(self, definition: Definition) -> I:
        """The typed inputs of a definition that has been validated."""
        return cast(I, self.inputs.load(definition))

    def typed(self, item: DesiredResource) -> I:
        """The typed inputs of a resource of the program, parsed at the first question."""
        return item.once(self.parse)

    def declared_in(self, program: Iterable[DesiredResource]) -> dict[str, I]:
        """The inputs of this kind's resources in the program, by vendor name, as far as they are known."""

        def found() -> dict[str, I]:
            return {item.name: self.typed(item) for item in program if item.kind == self.name and item.inputs}

        return program.once(("inputs", self.name), found) if isinstance(program, Program) else found()

    def state(self, outputs: Mapping[str, Any]) -> State[I]:
        """What Pulumi's outputs of a resource say, as `delete` and `restore_original` take it."""
        return read_state(outputs, self.parse)

    # --- pure -------------------------------------------------------------------------------------------------

    @abstractmethod
    def vendor_name(self, inputs: I) -> str:
        """The name that identifies the object in the account, `contacts.fit_score` for instance."""

    def pulumi_name(self, inputs: I) -> str:
        """The Pulumi name when the Python constructor is given none: `<vendor object>.<key>`."""
        return self.vendor_name(inputs)

    def partition(self, name: str) -> str:
        """The part of the account that `scan` reads to find `name`; one bulk read serves the whole part."""
        return ""

    def normalize(self, definition: Definition) -> Definition:
        """The canonical form of a definition: what the vendor rewrites or defaults is made equal on both sides."""
        return definition

    def references(self, inputs: I) -> Iterable[Reference]:
        """What must exist before this object; names that the program does not declare are ignored."""
        return ()

    def references_through(self, inputs: I, program: Mapping[tuple[str, str], Inputs]) -> Iterable[Reference]:
        """What must exist before this object by way of others; `program` holds their inputs by kind and vendor name."""
        return ()

    def lookups(self, inputs: I) -> Iterable[Lookup]:
        """People, teams, queues and the like that the account must resolve."""
        return ()

    def effects(self, inputs: I) -> Iterable[Effect]:
        """What it does to records while it works: which changes start it, what it sets, compares and tells."""
        return ()

    def includes(self, inputs: I) -> Iterable[Reference]:
        """Objects of other kinds that these inputs declare too, so that no entry of their own may."""
        return ()

    def provides(self, inputs: I) -> Iterable[Lookup]:
        """Lookups that this object itself will satisfy once it exists (a queue, for instance)."""
        return ()

    def static_errors(self, inputs: I, program: Sequence[DesiredResource]) -> Diagnostics:
        """What is wrong with the inputs as far as the program itself can tell; `program` holds all its resources."""
        return ()

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        """What the account holds of what is declared: same keys, live values where they differ in canonical form.

        Inputs that cannot be read back keep their declared value. Kinds that own only some entries of a shared
        container override this to leave the entries of others out.
        """
        found = live.definition
        differs = {key for key, value in declared.items() if found.get(key, value) != value} - META_INPUTS
        if not differs:
            return dict(declared)
        managed, mine = self.normalize(found), self.normalize(declared)
        return {
            key: found[key] if key in differs and managed.get(key) != mine.get(key) else value
            for key, value in declared.items()
        }

    def differences(self, declared: Definition, live: Definition) -> list[str]:
        """The declared keys whose canonical values differ from `live`, in declared order."""
        mine, theirs = self.normalize(declared), self.normalize(live)
        return [key for key in declared if key not in META_INPUTS and mine.get(key) != theirs.get(key)]

    def conflicts(self, declared: Definition, live: LiveObject) -> list[str]:
        """The declared keys that stand against what exists, so that taking it over needs `adopt: true`.

        In a shared container an entry that is merely missing contradicts nothing: such kinds override this.
        """
        return self.differences(declared, self.managed_view(declared, live))

    def output_facts(self, declared: Definition, live: LiveObject) -> Mapping[str, Any]:
        """The facts kept in outputs; kinds that own some entries of a container add those that are not managed."""
        return live.facts

    def manual_steps(self, inputs: I, live: LiveObject) -> Iterable[str]:
        """What only a person can do in the account so that it matches, one step each; empty where a write does it.

        While a step is open, plans list it and count no change.
        """
        return ()

    def declarations(self, live: LiveObject) -> Iterable[Definition]:
        """The inputs that may declare a live object as it is, the best for people first."""
        return (live.definition,)

    def unmanaged_parts(self, inputs: Definition, live: LiveObject) -> list[str]:
        """The parts of a live object that stay as they are while these inputs declare it, in words."""
        return list(live.facts.get("unmanaged_parts") or ())

    # --- talking to the account -------------------------------------------------------------------------------

    def find(self, session: Session[C], inputs: I, state: State[I] | None) -> LiveObject | None:
        """The object that a resource stands for; `state` is what Pulumi holds of it, None when that is not known.

        Only kinds whose objects come in versions override this: which version is meant is in state. Raises
        AccountError, and AuthorError where only the author can say which object is meant.
        """
        return session.find(self, self.vendor_name(inputs))

    def locate(self, session: Session[C], id_: str, inputs: I, outputs: Mapping[str, Any]) -> LiveObject | None:
        """The object that a resource of state stands for: by its physical id where names can change, else by name and
        by what state holds in `outputs`. Raises AccountError."""
        name = self.vendor_name(inputs)
        if self.name_is_immutable:
            state = session.states[self.name, name] = self.state(outputs)
            live = self.find(session, inputs, state)
            if live is None:
                del session.states[self.name, name]
            return live
        present = session.name_of(self, id_)
        live = session.find(self, present or name)
        if live is None and present is not None:  # another resource of this run may have renamed it
            live = session.reread(self, present)
        return live

    def name_of(self, client: C, identifier: str) -> str | None:
        """The present vendor name of the object with this physical id, None when it is gone.

        Only for kinds whose name can change: with it a renamed object is found again by its id.
        """
        return None

    @abstractmethod
    def scan(self, client: C, partition: str) -> Mapping[str, LiveObject | None]:
        """Everything of this kind in the partition, by vendor name, in as few calls as the vendor allows.

        A value of None means: it exists, its definition is read on demand by `read_many`.
        """

    def partitions(self, client: C) -> Iterable[str]:
        """The parts of the account that hold objects of this kind, for whoever reads them all; none: it has no list."""
        return ("",)

    def all_names(self, session: Session[C]) -> Iterator[str]:
        """The vendor names of all objects that the account lists, ours and others'. Raises AccountError."""
        for part in self.partitions(session.client):
            yield from session.names(self, part)

    def made_by(self, name: str, live: LiveObject | None) -> str:
        """Who made the object where that was not a person of the account: the vendor or a package; else empty.

        `live` is None as long as the definition was not read.
        """
        return ""

    def read_many(self, client: C, names: Sequence[str]) -> Mapping[str, LiveObject]:
        """Reads at most `chunk` objects; needed only by kinds whose `scan` leaves definitions out."""
        raise NotImplementedError(f"{self.name}.scan returns definitions, so nothing is read one by one")

    @abstractmethod
    def create(self, session: Session[C], inputs: I) -> LiveObject:
        """Creates the object and returns it as the vendor answered. Raises AccountError."""

    @abstractmethod
    def update(self, session: Session[C], live: LiveObject, inputs: I) -> LiveObject:
        """Changes `live` to `inputs` and returns it as the vendor answered. Raises AccountError."""

    @abstractmethod
    def delete(self, session: Session[C], live: LiveObject, state: State[I]) -> bool | None:
        """Removes the object as `on_delete` says; `state` is what Pulumi holds of it.

        True says that it stays after all, because of what else the account holds.
        """

    def restore_original(self, session: Session[C], live: LiveObject, state: State[I]) -> None:
        """Gives an adopted object its original definition back.

        Kinds that own some entries of a container restore only those.
        """
        original = state.original
        if original and self.differences(original, self.managed_view(original, live)):
            self.update(session, live, self.parse(original))

    def create_impact(self, session: Session[C], inputs: I) -> Impact | None:
        """What creating the object does to records right away, counted in the account: an automation enrolls."""
        return None

    def delete_impact(self, session: Session[C], live: LiveObject) -> Impact | None:
        """What removing `live` would lose, counted in the account; None where nothing is at stake."""
        return None

    def update_impact(self, session: Session[C], inputs: I, live: LiveObject) -> Iterable[Impact]:
        """What bringing `live` to `inputs` would lose in records, each counted in the account.

        Asked at preview, and once more before the write; what stack config allows by name is not asked.
        """
        return ()

    def step_errors(self, session: Session[C], planned_from: I, desired: I) -> Diagnostics:
        """What is wrong, or worth knowing, of the step from what state holds to the program; asked at preview."""
        return ()

    def preflight_errors(self, session: Session[C], desired: DesiredResource, live: LiveObject | None) -> Diagnostics:
        """What the account resource must refuse at preview, beyond collisions, lookups and immutable inputs.

        Subject and place may be left out: they are those of the resource, or of the input that the location names.
        """
        return ()
