"""The one place that says which version of Salesforce's interfaces is spoken, and where each of them lies.

63.0 is the version of the WSDL that simple-salesforce ships: its elements and the endpoint must match, else the
endpoint refuses elements that it does not know [S: simple_salesforce/metadata.wsdl].
"""

from __future__ import annotations

API_VERSION = "63.0"

QUERY = "query"
TOOLING_QUERY = "tooling/query"
TOOLING_RECORDS = "tooling/sobjects/{sobject}/{id}"
RECORDS = "sobjects/{sobject}"
RECORD = "sobjects/{sobject}/{id}"
LIMITS = "limits"
DEPLOY = "metadata/deployRequest"
DEPLOY_STATUS = "metadata/deployRequest/{id}"


def data_path(path: str) -> str:
    """The path as it stands in error messages: `/services/data/v63.0/query`."""
    return f"/services/data/v{API_VERSION}/{path}"
