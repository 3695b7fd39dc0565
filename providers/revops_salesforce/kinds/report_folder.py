"""A folder of reports: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_folder.htm"""

from __future__ import annotations

from revops_salesforce.metadata.folder_kind import FolderInputs, FolderKind


class ReportFolderInputs(FolderInputs):
    """A public folder for reports.

    Example::

        name: Revenue
        label: Revenue
        access: ReadOnly

    Later::

        label: Revenue process
        access: ReadWrite
    """


class ReportFolder(FolderKind[ReportFolderInputs]):
    """Key: developer name."""

    component_type = "ReportFolder"
    on_delete = "The folder is deleted permanently. Salesforce refuses while it contains unmanaged reports."
