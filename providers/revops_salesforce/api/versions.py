"""The one place that says which version of Salesforce's interfaces is spoken, and where each of them lies.

An org is spoken to in its own newest version, as far as that is known here: in an older one it hides the elements that
came later, and a write of the rest could lose them.
"""

from __future__ import annotations

from collections.abc import Iterable

WSDL_VERSION = "63.0"
"""That of the WSDL that simple-salesforce ships, whose elements have types here [S: simple_salesforce/metadata.wsdl].

New flows are written for it, and the login speaks it: `login()` is gone from 65.0 on [D: api_eol_soap].
"""
NEWEST_KNOWN = "67.0"
"""Summer '26 [D: Metadata API Developer Guide]. The calls made here are the same since 63.0."""
SERVICE = "/services/data"

QUERY = "query"
TOOLING_QUERY = "tooling/query"
TOOLING_RECORDS = "tooling/sobjects/{sobject}/{id}"
RECORDS = "sobjects/{sobject}"
RECORD = "sobjects/{sobject}/{id}"
LIMITS = "limits"
DEPLOY = "metadata/deployRequest"
DEPLOY_STATUS = "metadata/deployRequest/{id}"


def newest_common(served: Iterable[str]) -> str:
    """The newest version that an org serves and that is known here; that of the WSDL where there is none.

    >>> newest_common(["62.0", "63.0", "66.0", "68.0"]), newest_common(["31.0"])
    ('66.0', '63.0')
    """
    known = [one for one in served if float(WSDL_VERSION) <= float(one) <= float(NEWEST_KNOWN)]
    return max(known, key=float, default=WSDL_VERSION)


def data_path(path: str, version: str) -> str:
    """The path as it stands in error messages.

    >>> data_path("query", "63.0")
    '/services/data/v63.0/query'
    """
    return f"{SERVICE}/v{version}/{path}"
