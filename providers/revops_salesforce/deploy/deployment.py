"""Deployment of files: the whole of it or nothing, through REST.

REST takes the zip as it is and answers JSON, so neither simple-salesforce's `deploy`, which writes into the headers of
every later call [V], nor zeep, which knows only the elements of its WSDL, stands between a flow and the org.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from revops_iac.errors import Bug
from revops_iac.provider.api.landing import note_landed, traced
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.components import Body, to_file
from revops_salesforce.api.delivery import Landed
from revops_salesforce.api.errors import Refusal, account_error
from revops_salesforce.api.versions import DEPLOY, DEPLOY_STATUS
from revops_salesforce.deploy.package import Component, archive, pack

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 5.0
GIVE_UP_S = 90 * 60  # as Salto does [S]
OPTIONS = {"rollbackOnError": True, "singlePackage": True, "ignoreWarnings": False, "allowMissingFiles": False}
UNFINISHED = "SELECT Id FROM DeployRequest WHERE CheckOnly = false AND Status IN ('Pending', 'InProgress')"
"""The columns as public scripts ask for them [S]."""
Tell = Callable[[str], None]
"""Called with the progress of a deployment."""


def deploy_flow(client: SalesforceClient, name: str, body: Body, landed: Landed[bool]) -> None:
    """Saves a flow and waits for the org to finish. Raises AccountError with the org's own message."""
    manifest = to_file("Package", {"types": {"members": name, "name": "Flow"}, "version": client.version})
    content = archive({"package.xml": manifest, f"flows/{name}.flow": to_file("Flow", body)})
    _deploy(client, f'deploy Flow "{name}"', content, landed)


def deploy_components(
    client: SalesforceClient, operation: str, components: Iterable[Component], landed: Landed[bool]
) -> None:
    """Saves all of the components or none. Raises AccountError with the org's own message."""
    _deploy(client, operation, pack(components, client.version).archive(), landed)


def _deploy(client: SalesforceClient, operation: str, content: bytes, landed: Landed[bool]) -> None:
    def done() -> Mapping[str, Any] | None:
        _wait_for_all(client, operation)  # the deployment may have been taken and still be at work
        return {} if landed() else None

    with traced() as sent:
        try:
            answer = client.send("POST", DEPLOY, **_request(content, OPTIONS), landed=done)
            result = _wait(client, operation, answer["id"]) if "id" in answer else {"success": True}
        except Exception:
            sent.hand_on()  # the org goes on with what it has
            raise
    if not result["success"]:  # and so all of it is undone
        raise account_error(Refusal(None, str(result["status"]), _problem(result)), operation)
    note_landed()


def _wait_for_all(client: SalesforceClient, operation: str) -> None:
    """Until no deployment is at work: an org runs one at a time [K], so ours would stand behind them anyway."""
    for one in client.query(UNFINISHED, tooling=True):
        _wait(client, operation, str(one["Id"]))


def check_deployment(client: SalesforceClient, content: bytes, tell: Tell) -> Mapping[str, Any]:
    """What the org would say to a deployment of this zip: its `DeployResult`, after the org has undone everything.

    Changes nothing, so it needs no permission to write. Raises AccountError when the org does not finish it.
    """
    options = {**OPTIONS, "checkOnly": True, "ignoreWarnings": True}
    answer = client.send("POST", DEPLOY, **_request(content, options), changes=False)
    return _wait(client, "validate", answer["id"], tell)


def _request(content: bytes, options: Mapping[str, Any]) -> dict[str, Any]:
    if options.get("purgeOnDelete"):  # it erases for good, and production refuses it [D: meta_deploy]
        raise Bug("Salesforce deploy: purgeOnDelete erases fields permanently and must never be set; please report it")
    files = {
        "entity_content": (None, json.dumps({"deployOptions": options}), "application/json"),
        "file": ("package.zip", content, "application/zip"),
    }
    # simple-salesforce says JSON of every body; None leaves the type to requests, which knows the boundary.
    return {"files": files, "headers": {"Content-Type": None}}


def _wait(
    client: SalesforceClient, operation: str, identifier: str, tell: Tell = lambda text: None
) -> Mapping[str, Any]:
    """The result of a deployment that is done, well or badly."""
    waited, pause = 0.0, FIRST_WAIT_S
    while True:
        path = DEPLOY_STATUS.format(id=identifier)
        result: Mapping[str, Any] = client.get(path, {"includeDetails": "true"})["deployResult"]
        if result["done"]:
            return result
        tell(_progress(result))
        if waited > GIVE_UP_S:
            text = f"deployment {identifier} is not done after {GIVE_UP_S // 60} minutes"
            raise account_error(Refusal(None, "TIMEOUT", text), operation)
        time.sleep(pause)
        waited, pause = waited + pause, min(LONGEST_WAIT_S, pause * 1.5)


def _progress(result: Mapping[str, Any]) -> str:
    total = result.get("numberComponentsTotal") or 0
    handled = (result.get("numberComponentsDeployed") or 0) + (result.get("numberComponentErrors") or 0)
    return f"{result['status']}, {handled} of {total} components" if total else str(result["status"])


def _problem(result: Mapping[str, Any]) -> str:
    failures = (result.get("details") or {}).get("componentFailures") or []
    problems = [str(failure["problem"]).strip() for failure in failures if failure.get("problem")]
    return "; ".join(dict.fromkeys(problems)) or str(result.get("errorMessage") or "the org gives no reason")
