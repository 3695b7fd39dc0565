"""Serves the simulators and runs the vendor's own sf CLI, unmodified, against the simulated org, over http.

The CLI is several hundred megabytes, so it is an option of script/clients and no part of the suite.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crm_simulators.server import SalesforceAccess, running
from revops_salesforce.api.credentials import ORG_DISPLAY, read_credentials

from tools.other_clients import PACKAGE

QUIET = {
    "SF_USE_GENERIC_UNIX_KEYCHAIN": "true",
    "SF_DISABLE_TELEMETRY": "true",
    "SF_AUTOUPDATE_DISABLE": "true",
    "SF_SKIP_NEW_VERSION_CHECK": "true",
    "SF_DOMAIN_RETRY": "0",
    "SF_ORG_API_VERSION": "63.0",
}
"""No keychain, no telemetry, no updates, and the version that the simulator speaks."""


class Sf:
    """One installed CLI, logged in nowhere at first; its home is a folder of its own."""

    def __init__(self, bin_folder: Path, home: Path, org: SalesforceAccess) -> None:
        self._command = [str(bin_folder / "node"), str(bin_folder / "sf")]
        self._home, self._org = home, org

    def run(self, *arguments: str, more: Mapping[str, str] | None = None) -> Any:
        """The `result` of a command with `--json`. Raises AssertionError with what it printed when it fails."""
        environment = {**os.environ, **QUIET, "HOME": str(self._home), **(more or {})}
        ended = subprocess.run(
            [*self._command, *arguments, "--json"], cwd=self._home, env=environment, capture_output=True, text=True
        )
        assert ended.returncode == 0, f"sf {' '.join(arguments)}: {ended.stdout}{ended.stderr}"
        return json.loads(ended.stdout)["result"]

    def log_in(self) -> None:
        """With the org's session, as a person does who has no browser."""
        login = ("org", "login", "access-token", "--instance-url", self._org.http_url, "--no-prompt")
        self.run(*login, "--alias", "sim", "--set-default", more={"SF_ACCESS_TOKEN": self._org.access_token})


def check(sf: Sf, home: Path, org: SalesforceAccess) -> None:
    """Log in, look at the org, list metadata, and deploy check-only over SOAP and over REST."""
    sf.log_in()
    shown = sf.run("org", "display", more={"SF_TEMP_SHOW_SECRETS": "true"})
    assert shown["id"] == org.organization_id, shown
    os.environ[ORG_DISPLAY] = json.dumps({"result": {**shown, "instanceUrl": org.https_url}})
    credentials = read_credentials(lambda key: None)
    assert credentials.values["sessionId"] == org.access_token, "revops must be able to log in with what sf prints"
    listed = sf.run("org", "list", "metadata", "--metadata-type", "StandardValueSet")
    assert isinstance(listed, list), listed
    for name, text in PACKAGE.items():
        path = home / "package" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for rest in ("false", "true"):
        dry = ("project", "deploy", "start", "--dry-run", "--metadata-dir", "package", "--single-package")
        deployed = sf.run(*dry, more={"SF_ORG_METADATA_REST_DEPLOY": rest})
        assert (deployed["status"], deployed["checkOnly"]) == ("Succeeded", True), deployed
    fields = sf.run("data", "query", "--use-tooling-api", "--query", "SELECT DeveloperName FROM CustomField")
    assert fields["totalSize"] == 0, "a dry run keeps nothing"


def main(bin_folder: str) -> int:
    """0 when every command of the CLI did what it does on an org."""
    with running() as simulators, tempfile.TemporaryDirectory() as home:
        project = {"packageDirectories": [{"path": "package", "default": True}], "sourceApiVersion": "63.0"}
        (Path(home) / "sfdx-project.json").write_text(json.dumps(project), encoding="utf-8")
        check(Sf(Path(bin_folder).resolve(), Path(home), simulators.salesforce), Path(home), simulators.salesforce)
    print("sf CLI: 1 passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
