"""A custom permission: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_custompermission.htm"""

from __future__ import annotations

from revops_iac.provider.kind import Inputs
from revops_salesforce.metadata.kind import MetadataKind


class CustomPermissionInputs(Inputs):
    """A permission that formulas ask for (`$Permission.NAME`); validation rules let its holders pass.

    Example::

        name: Revenue_Rules_Bypass
        label: Revenue rules bypass
        description: Its holders may save what a validation rule blocks.

    Later::

        label: Pass revenue rules
    """

    name: str
    label: str
    description: str | None = None
    is_licensed: bool = False


class CustomPermission(MetadataKind[CustomPermissionInputs]):
    """Key: developer name, immutable [S: salto]."""

    component_type = "CustomPermission"
    spelled = frozenset()
    immutable = frozenset({"name"})
    defaults = {"is_licensed": False}
    on_delete = (
        "The permission is deleted permanently. Salesforce refuses while a formula or permission set uses it [K]."
    )
