"""Types that clients can list and read, but not yet write here."""

from __future__ import annotations

from crm_simulators.salesforce.errors import no_such_component, not_modeled
from crm_simulators.salesforce.metadata_types.component_type import ComponentType
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.component_xml import Body


class Unwritable(ComponentType):
    """Every write is refused with FUNCTIONALITY_NOT_ENABLED."""

    def __init__(self, name: str, directory: str, suffix: str, *, is_child: bool = False) -> None:
        self.name, self.directory, self.suffix, self.is_child = name, directory, suffix, is_child
        self.creatable = self.deletable = False

    def create(self, org: Org, full_name: str, body: Body) -> None:
        raise not_modeled(f"Creating a {self.name}")

    def update(self, org: Org, full_name: str, body: Body) -> None:
        if self.find(org, full_name) is None:
            raise no_such_component(self.name, full_name)
        raise not_modeled(f"Updating a {self.name}")

    def delete(self, org: Org, full_name: str) -> None:
        if self.find(org, full_name) is None:
            raise no_such_component(self.name, full_name)
        raise not_modeled(f"Deleting a {self.name}")
