"""What of an account is adopted: some resource types, names and objects, what an entry needs, or everything."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from revops_iac.diagnostics import suggest
from revops_iac.errors import AuthorError
from revops_iac.provider.changes.container import EntryContainer
from revops_iac.provider.kind import Definition, Kind
from revops_iac.systems import System

SHARED = "shared with the vendor's own entries: declare the entries to manage in a raw section, or name it with --kind"
PERMANENT = "always there: declare what to manage in a raw section, or name it with --kind"


@dataclass(frozen=True)
class Choice:
    """The kinds, name patterns (`contacts.old_*`) and objects to adopt; an empty one means all.

    `needed_by` names entries of the model, or objects of the account, whose dependencies alone are adopted;
    `vendor_made` takes in what the vendor or a package made.
    """

    kinds: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    needed_by: tuple[str, ...] = ()
    vendor_made: bool = False

    def require_known(self, systems: Collection[System]) -> None:
        """Raises AuthorError for a kind that no system has."""
        known = sorted({name for system in systems for name in system.kinds})
        for kind in self.kinds:
            if kind not in known:
                raise AuthorError(f'"{kind}" is not a resource type', suggest(kind, known))

    def kinds_of(self, system: System) -> Mapping[str, Kind[Any, Any]]:
        """The chosen kinds of a system, by name."""
        return {name: kind for name, kind in sorted(system.kinds.items()) if not self.kinds or name in self.kinds}

    def names_match(self, name: str) -> bool:
        """Whether a vendor name fits one of the patterns."""
        return not self.names or any(fnmatchcase(name, pattern) for pattern in self.names)

    def objects_match(self, name: str, definition: Definition) -> bool:
        """Whether an object belongs to one of the chosen ones: by its input, else by the first part of its name."""
        return not self.objects or (object_of(definition) or name.partition(".")[0]) in self.objects

    def never_adopted(self, kind: Kind[Any, Any]) -> str:
        """Why nothing of a kind is adopted unless it is asked for by name; empty for a kind whose objects are."""
        if kind.name in self.kinds or self.needed_by or not kind.existence.is_permanent:
            return ""
        return SHARED if isinstance(kind, EntryContainer) else PERMANENT


def object_of(definition: Definition) -> str:
    """The object that something belongs to, `contacts` or `Lead`; empty for what belongs to none."""
    return str(definition.get("object") or definition.get("from_object") or "")
