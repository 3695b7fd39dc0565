"""A folder of dashboards: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_folder.htm"""

from __future__ import annotations

from revops_salesforce.metadata.folder_kind import FolderInputs, FolderKind


class DashboardFolderInputs(FolderInputs):
    """A public folder for dashboards.

    Example::

        name: Revenue
        label: Revenue
        access: ReadOnly

    Later::

        label: Revenue process
        access: ReadWrite
    """


class DashboardFolder(FolderKind[DashboardFolderInputs]):
    """Key: developer name."""

    component_type = "DashboardFolder"
    on_delete = "The folder is deleted permanently. Salesforce refuses while it contains unmanaged dashboards."
