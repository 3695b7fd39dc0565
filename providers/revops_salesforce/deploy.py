"""Deployment of files: the whole of it or nothing, through REST.

REST takes the zip as it is and answers JSON, so neither simple-salesforce's `deploy`, which writes into the headers of
every later call [V], nor zeep, which knows only the elements of its WSDL, stands between a flow and the org.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Mapping
from typing import Any

from revops_salesforce.client import Landed, SalesforceClient
from revops_salesforce.errors import Refusal, account_error
from revops_salesforce.flow_form import to_xml
from revops_salesforce.metadata_objects import Body
from revops_salesforce.versions import API_VERSION, DEPLOY, DEPLOY_STATUS

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 5.0
GIVE_UP_S = 90 * 60  # as Salto does [S]
OPTIONS = {"rollbackOnError": True, "singlePackage": True, "ignoreWarnings": False, "allowMissingFiles": False}
STAMP = (1980, 1, 1, 0, 0, 0)


def deploy_flow(client: SalesforceClient, name: str, body: Body, landed: Landed[bool]) -> None:
    """Saves a flow and waits until the org has done so. Raises AccountError with the org's own finding."""
    archive = _archive({"package.xml": _manifest("Flow", name), f"flows/{name}.flow": to_xml("Flow", body)})
    files = {
        "entity_content": (None, json.dumps({"deployOptions": OPTIONS}), "application/json"),
        "file": ("package.zip", archive, "application/zip"),
    }

    def done() -> Mapping[str, Any] | None:
        return {} if landed() else None

    # simple-salesforce says JSON of every body; None leaves the type to requests, which knows the boundary.
    answer = client.send("POST", DEPLOY, files=files, headers={"Content-Type": None}, landed=done)
    if "id" in answer:
        _wait(client, f'deploy Flow "{name}"', answer["id"])


def _wait(client: SalesforceClient, operation: str, identifier: str) -> None:
    waited, pause = 0.0, FIRST_WAIT_S
    while True:
        result = client.get(DEPLOY_STATUS.format(id=identifier), {"includeDetails": "true"})["deployResult"]
        if result["done"]:
            break
        if waited > GIVE_UP_S:
            text = f"deployment {identifier} is not done after {GIVE_UP_S // 60} minutes"
            raise account_error(Refusal(None, "TIMEOUT", text), operation)
        time.sleep(pause)
        waited, pause = waited + pause, min(LONGEST_WAIT_S, pause * 1.5)
    if not result["success"]:
        raise account_error(Refusal(None, str(result["status"]), _problem(result)), operation)


def _problem(result: Mapping[str, Any]) -> str:
    failures = (result.get("details") or {}).get("componentFailures") or []
    problems = [str(failure["problem"]).strip() for failure in failures if failure.get("problem")]
    return "; ".join(dict.fromkeys(problems)) or str(result.get("errorMessage") or "the org gives no reason")


def _archive(files: Mapping[str, bytes]) -> bytes:
    """A zip whose bytes depend on its content only."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, STAMP), content)
    return buffer.getvalue()


def _manifest(type_name: str, member: str) -> bytes:
    return to_xml("Package", {"types": {"members": member, "name": type_name}, "version": API_VERSION})
