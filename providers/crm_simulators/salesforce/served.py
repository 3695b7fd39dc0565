"""What the Salesforce simulator serves: metadata types with each call, Tooling objects, and REST resources."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crm_simulators.salesforce.app import SalesforceApp
from crm_simulators.salesforce.errors import MetadataError, SoapFault
from crm_simulators.salesforce.metadata.registry import TYPES
from crm_simulators.salesforce.metadata_types.component_type import ComponentType
from crm_simulators.salesforce.metadata_types.verbatim import Verbatim
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.rest.tooling import CREATABLE, DELETABLE
from crm_simulators.salesforce.rest.tooling_tables import COLUMNS

HERE = __package__
METADATA, TOOLING, REST, LOGIN = "Metadata API", "Tooling API", "REST API", "login"
ABSENT = "Lead.Nothing"
CALLS = ("createMetadata", "updateMetadata", "deleteMetadata", "readMetadata", "listMetadata")
Entry = tuple[str, str, str, tuple[str, ...]]

REST_CALLS: tuple[tuple[str, str], ...] = (
    ("GET services/data", "app"),
    ("GET limits", "rest.api"),
    ("GET query {sObject}", "rest.queries"),
    ("GET queryAll {sObject}", "rest.queries"),
    ("GET sobjects", "rest.describe"),
    ("GET sobjects/{sObject}", "rest.sobjects"),
    ("GET sobjects/{sObject}/describe", "rest.describe"),
    ("POST sobjects/{sObject}", "rest.sobjects"),
    ("GET sobjects/{sObject}/{id}", "rest.sobjects"),
    ("PATCH sobjects/{sObject}/{id}", "rest.sobjects"),
    ("DELETE sobjects/{sObject}/{id}", "rest.sobjects"),
    ("POST composite", "rest.composite"),
    ("POST composite/batch", "rest.composite"),
    ("POST composite/sobjects", "rest.composite"),
    ("POST metadata/deployRequest", "metadata.deploy"),
    ("GET metadata/deployRequest/{id}", "metadata.deploy"),
    ("PATCH metadata/deployRequest/{id}", "metadata.deploy"),
    ("GET analytics/reports", "reports.analytics"),
    ("GET analytics/reports/{id}", "reports.analytics"),
    ("GET analytics/reports/{id}/describe", "reports.analytics"),
    ("POST analytics/reports/{id}", "reports.analytics"),
    ("GET analytics/dashboards", "reports.analytics"),
    ("GET analytics/dashboards/{id}/describe", "reports.analytics"),
)
"""REST resources and the module that answers; a test calls each."""


def entries(app: SalesforceApp) -> Iterator[Entry]:
    """Area, operation, answer and modules."""
    yield LOGIN, "login", "served", (f"{HERE}.http.login",)
    yield LOGIN, "POST services/oauth2/token", "served", (f"{HERE}.http.login",)
    for name in app.metadata.operations:
        if name.startswith(("describe", "rename")):
            yield METADATA, name, "served", (f"{HERE}.metadata.metadata_api",)
    for name in app.deploys.operations:
        yield METADATA, name, "served", (f"{HERE}.metadata.deploy",)
    for kind in TYPES.values():
        if not isinstance(kind, Verbatim):
            yield from _calls(app.org, kind)
    modules = (f"{HERE}.metadata_types.verbatim", f"{HERE}.metadata.metadata_api")
    yield from ((METADATA, f"{call} {{any other type}}", "served", modules) for call in CALLS)
    for table in COLUMNS:
        yield from _tooling(table)
    for operation, module in REST_CALLS:
        yield REST, operation, "served", (f"{HERE}.{module}", f"{HERE}.rest.api")


def _calls(org: Org, kind: ComponentType) -> Iterator[Entry]:
    """The five calls on a type, each with the code of its refusal where the type takes no such call."""
    modules = (type(kind).__module__, f"{HERE}.metadata.metadata_api")
    some = next((name for name, _ in kind.listed(org)), ABSENT)
    codes = {
        "createMetadata": None if kind.creatable else _refusal(lambda: kind.create(org, ABSENT, {})),
        "updateMetadata": None,
        "deleteMetadata": None if kind.deletable else _refusal(lambda: kind.delete(org, some)),
        "readMetadata": None,
        "listMetadata": None,
    }
    for call, code in codes.items():
        yield METADATA, f"{call} {kind.name}", "served" if code is None else f"refused with {code}", modules


def _refusal(call: Callable[[], None]) -> str:
    """The error code of a call; the org is a separate one, where nothing can be lost."""
    try:
        call()
    except MetadataError as error:
        return error.status_code
    except SoapFault as fault:
        return fault.code.removeprefix("sf:")
    raise AssertionError("a call that the type refuses was accepted")


def _tooling(table: str) -> Iterator[Entry]:
    modules = (f"{HERE}.rest.tooling", f"{HERE}.rest.tooling_tables")
    yield TOOLING, f"GET tooling/query {table}", "served", modules
    no_write = "refused with CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
    one = f"tooling/sobjects/{table}/{{id}}"
    yield TOOLING, f"POST tooling/sobjects/{table}", "served" if table in CREATABLE else no_write, modules
    yield TOOLING, f"GET {one}", "served", modules
    yield TOOLING, f"PATCH {one}", "served" if table in TYPES else no_write, modules
    yield TOOLING, f"DELETE {one}", "served" if table in DELETABLE else "refused with CANNOT_DELETE_ENTITY", modules
