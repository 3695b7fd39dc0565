"""ReportFolder and DashboardFolder: folders of reports and dashboards, and their sharing."""

from __future__ import annotations

from crm_simulators.salesforce.errors import MetadataError
from crm_simulators.salesforce.metadata_types.component_type import ComponentType
from crm_simulators.salesforce.org.fields import is_packaged
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.component_xml import Body

PUBLIC = "unfiled$public"  # always there [D: meta_report]
WITHOUT_SHARING = frozenset({"accessType", "publicFolderAccess", "sharedTo"})


class AnalyticsFolder(ComponentType):
    """Not returned by describeMetadata; its file is next to the folder that it describes [D: meta_report]."""

    is_child = True
    form = "folder"
    ruled = ("name", "accessType", "publicFolderAccess", "folderShares")
    lengths = {"name": 80}  # [K]

    suffix = None
    content: str
    """The type of what is in it, under which manifests name it."""

    def file_name(self, full_name: str) -> str:
        return f"{self.directory}/{full_name}-meta.xml"

    def check_name(self, org: Org, full_name: str) -> None:
        """A folder may lie in another one, after whose name it is called: `Sales/Europe` [S: public orgs]."""
        parent, _, own = full_name.rpartition("/")
        if parent and org.find(self.name, parent) is None and not is_packaged(org, parent):
            raise MetadataError("INVALID_CROSS_REFERENCE_KEY", f"Cannot find folder:{parent}")  # [K: text]
        super().check_name(org, own)

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        if org.switch("analytics_folder_sharing") or body.get("folderShares"):
            # The access of all users is "present but not used" [D: Folder]: 822 of 904 files have none [S: public].
            return {key: value for key, value in body.items() if key not in WITHOUT_SHARING}
        # Without an access setting everybody reads it [K].
        return {"accessType": "Public", "publicFolderAccess": "ReadOnly", **body}

    def check_delete(self, org: Org, full_name: str) -> None:
        inside = [name for name in org.of_type(self.content) if name.startswith(f"{full_name}/")]
        if inside:
            # [K: text]
            text = f"The folder {full_name} is not empty: it holds {len(inside)}, {inside[0]} for instance"
            raise MetadataError("DELETE_FAILED", text)


class ReportFolder(AnalyticsFolder):
    name = "ReportFolder"
    directory = "reports"
    content = in_manifest_as = "Report"


class DashboardFolder(AnalyticsFolder):
    name = "DashboardFolder"
    directory = "dashboards"
    content = in_manifest_as = "Dashboard"


class InFolder(ComponentType):
    """A component whose full name is `Folder/Name`; listMetadata answers one folder at a time [D: listMetadata]."""

    in_folder = True
    folder_type: str

    def check_name(self, org: Org, full_name: str) -> None:
        folder, _, own = full_name.rpartition("/")
        if folder != PUBLIC and org.find(self.folder_type, folder) is None and not is_packaged(org, folder):
            raise MetadataError("INVALID_CROSS_REFERENCE_KEY", f"Cannot find folder:{folder}")  # [K: text]
        super().check_name(org, own)
