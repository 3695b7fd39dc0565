"""Serves the simulators and runs the JavaScript clients of tests/other_clients against them."""

from __future__ import annotations

import base64
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from crm_simulators.server import running

from tests.providers.crm_simulators.hubspot.client_routes import LEFT_OUT

CHECK = Path(__file__).resolve().parents[1] / "tests" / "other_clients" / "check.mjs"
NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
PACKAGE = {
    "package.xml": (
        f'<Package xmlns="{NAMESPACE}"><types><members>Lead.Only_Checked__c</members><name>CustomField</name></types>'
        "<version>62.0</version></Package>"
    ),
    "objects/Lead.object": (
        f'<CustomObject xmlns="{NAMESPACE}"><fields><fullName>Only_Checked__c</fullName><label>Only checked</label>'
        "<length>80</length><type>Text</type></fields></CustomObject>"
    ),
}
"""One field, to be deployed check-only."""


def main() -> int:
    """The exit code of the clients' script, which prints what failed."""
    with running() as simulators:
        document = {**simulators.to_json(), "package": _archive()}
        document["hubspot"]["left_out"] = list(LEFT_OUT)
        trusting = {**os.environ, "NODE_EXTRA_CA_CERTS": simulators.salesforce.ca_bundle}
        return subprocess.run(["node", str(CHECK)], input=json.dumps(document), text=True, env=trusting).returncode


def _archive() -> str:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as written:
        for name, text in PACKAGE.items():
            written.writestr(name, text)
    return base64.b64encode(buffer.getvalue()).decode()


if __name__ == "__main__":
    sys.exit(main())
