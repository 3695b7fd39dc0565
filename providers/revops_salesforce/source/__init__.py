"""A folder of Salesforce source, read as if it were an org: for teams that have their metadata in Git."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from revops_iac.errors import AuthorError
from revops_iac.provider.kind import Lookup
from revops_iac.provider.session.account import Identity
from revops_salesforce.account import SalesforceAccount
from revops_salesforce.dynamic import KINDS
from revops_salesforce.source.client import FolderClient
from revops_salesforce.source.files import read_folder

TYPES_READ = frozenset({"BusinessHoursSettings", *(getattr(kind, "component_type", "") for kind in KINDS.values())})
"""The types whose components are resources, and the one that holds hours and holidays."""


@dataclass(frozen=True)
class SourceFolder(SalesforceAccount):
    """An account whose objects are the components of a folder; no org is asked."""

    client: FolderClient
    left_over: dict[str, str]
    """Files, and parts of files, that are no components of a resource type, each with the reason."""

    def connect(self, config: Callable[[str], Any]) -> Any:
        return self.client

    def identify(self, client: Any) -> Identity:
        return Identity(self.id_name)

    def parse_id(self, text: str) -> str:
        return text

    def resolve(self, client: Any, lookup: Lookup) -> str | None:
        """People and queues are in the org alone, so every name is taken as it is."""
        return lookup.value


def open_folder(folder: Path) -> SourceFolder:
    """The components below a folder, in source or in metadata format. Raises AuthorError where there is none."""
    if not folder.is_dir():
        raise AuthorError(f"{folder} is not a folder", "name the folder of a package directory, such as force-app")
    found = read_folder(folder, TYPES_READ)
    if not found.by_type:
        fix = "name a folder in source format (objects/Lead/fields/...) or metadata format (objects/Lead.object)"
        raise AuthorError(f"{folder} holds no component of a resource type", fix)
    return SourceFolder(FolderClient(found.by_type), found.left_over)
