"""What a kind is: one vendor object, as a resource. A kind is one file of its provider and is discovered there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic

from pydantic import BaseModel, ConfigDict

from revops_iac.provider.live_object import (
    C,
    Client,
    Definition,
    DesiredResource,
    Impact,
    LiveObject,
    Lookup,
    Mistake,
    Placed,
    Reference,
)
from revops_iac.provider.session import Session

__all__ = [
    "META_INPUTS",
    "C",
    "Client",
    "Definition",
    "DesiredResource",
    "Impact",
    "Inputs",
    "Kind",
    "LiveObject",
    "Lookup",
    "Mistake",
    "Placed",
    "Reference",
]


class Inputs(BaseModel):
    """Base of a kind's inputs: strict, unknown keys refused. Optional inputs that are absent are not managed.

    The meta inputs below never show as a difference: they say how to take something over, not what it is.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    adopt: bool = False
    """Take over an existing object whose definition differs; what it was is kept and put back on delete."""


META_INPUTS = frozenset({"adopt"})


class Kind(ABC, Generic[C]):
    """One kind of vendor object. Pure methods describe it; the others talk to the account through the client `C`.

    A subclass is found by its provider because it stands in `kinds/<kind>.py`; its class name is the kind's name,
    the type token and the name in YAML raw sections. Nothing here keeps state: one instance serves all threads.
    """

    system: ClassVar[str]
    inputs: ClassVar[type[Inputs]]
    immutable: ClassVar[frozenset[str]] = frozenset()
    """Inputs that the vendor cannot change after creation; a change is refused at preview with a recipe."""
    on_delete: ClassVar[str]
    """What delete really does on the platform, as one sentence for people."""
    name_is_immutable: ClassVar[bool] = True
    """Whether the vendor name stays for life; then a renamed key needs `vendor_name` beside `was`."""
    chunk: ClassVar[int] = 10
    """How many names one `read_many` call takes at the most."""
    always_exists: ClassVar[bool] = False
    """Whether the vendor makes the object itself, so that it is never created and never gone."""
    removable: ClassVar[bool] = True
    """Whether the vendor lets go of an object at all; where it does not, `delete` leaves the object and says so."""
    deactivates: ClassVar[bool] = False
    """Whether `delete` of an object that stays switches it off; it is then taken up again without `adopt`."""
    monitored: ClassVar[bool] = False
    """Whether the object is only read and compared, so that nothing here ever writes it."""
    full_replace: ClassVar[bool] = False
    """Whether a write replaces the whole object, so that it is refused when somebody changed it since the plan."""

    @property
    def name(self) -> str:
        return type(self).__name__

    # --- pure -------------------------------------------------------------------------------------------------

    @abstractmethod
    def vendor_name(self, inputs: Definition) -> str:
        """The name that identifies the object in the account, `contacts.fit_score` for instance."""

    def pulumi_name(self, inputs: Definition) -> str:
        """The Pulumi name when the Python constructor is given none: `<vendor object>.<key>`."""
        return self.vendor_name(inputs)

    def partition(self, name: str) -> str:
        """The part of the account that `scan` reads to find `name`; one bulk read serves the whole part."""
        return ""

    def normalize(self, definition: Definition) -> Definition:
        """The canonical form of a definition: what the vendor rewrites or defaults is made equal on both sides."""
        return definition

    def references(self, inputs: Definition) -> Iterable[Reference]:
        """What must exist before this object; names that the program does not declare are ignored."""
        return ()

    def lookups(self, inputs: Definition) -> Iterable[Lookup]:
        """People, teams, queues and the like that the account must resolve."""
        return ()

    def provides(self, inputs: Definition) -> Iterable[Lookup]:
        """Lookups that this object itself will satisfy once it exists (a queue, for instance)."""
        return ()

    def static_errors(self, inputs: Definition, program: Sequence[DesiredResource]) -> Iterable[Mistake]:
        """What is wrong with the inputs as far as the program itself can tell; `program` holds all its resources."""
        return ()

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        """What the account holds of what is declared: same keys, live values where they differ in canonical form.

        Inputs that cannot be read back keep their declared value. Kinds that own only some entries of a shared
        container override this to leave the entries of others out.
        """
        managed, mine = self.normalize(live.definition), self.normalize(declared)
        return {
            key: value
            if key in META_INPUTS or key not in live.definition or managed.get(key) == mine.get(key)
            else live.definition[key]
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

    # --- talking to the account -------------------------------------------------------------------------------

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

    def read_many(self, client: C, names: Sequence[str]) -> Mapping[str, LiveObject]:
        """Reads at most `chunk` objects; needed only by kinds whose `scan` leaves definitions out."""
        raise NotImplementedError(f"{self.name}.scan returns definitions, so nothing is read one by one")

    @abstractmethod
    def create(self, session: Session[C], inputs: Definition) -> LiveObject:
        """Creates the object and returns it as the vendor answered. Raises AccountError."""

    @abstractmethod
    def update(self, session: Session[C], live: LiveObject, inputs: Definition) -> LiveObject:
        """Changes `live` to `inputs` and returns it as the vendor answered. Raises AccountError."""

    @abstractmethod
    def delete(self, session: Session[C], live: LiveObject, state: Definition) -> bool | None:
        """Removes the object as `on_delete` says; `state` are the outputs that Pulumi holds.

        True says that it stays after all, because of what else the account holds.
        """

    def restore_original(self, session: Session[C], live: LiveObject, state: Definition) -> None:
        """Gives an adopted object the definition it had before: `state["earlier"]`, the inputs stand beside it.

        Kinds that own some entries of a container put back only those.
        """
        earlier = state.get("earlier") or {}
        if earlier and self.differences(earlier, self.managed_view(earlier, live)):
            self.update(session, live, earlier)

    def delete_impact(self, session: Session[C], live: LiveObject) -> Impact | None:
        """What removing `live` would lose, counted in the account; None where nothing is at stake."""
        return None

    def update_impact(self, session: Session[C], inputs: Definition, live: LiveObject) -> Iterable[Impact]:
        """What bringing `live` to `inputs` would lose in records, each counted in the account.

        Asked at preview, and once more before the write; what stack config allows by name is not asked.
        """
        return ()

    def preflight_errors(self, session: Session[C], desired: DesiredResource, live: LiveObject | None) -> Iterable[str]:
        """What the account resource must refuse at preview, beyond collisions, lookups and immutable inputs.

        One sentence each, with the fix on a second line after four blanks and `fix:`.
        """
        return ()
