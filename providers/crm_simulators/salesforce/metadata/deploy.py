"""File-based deployments as SOAP and as REST: queued, run one at a time, checked, validated and quick-deployed."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from lxml import etree

from crm_simulators.salesforce.errors import SoapFault
from crm_simulators.salesforce.http.soap import Request, is_true, text_of, texts_of
from crm_simulators.salesforce.metadata import deployment
from crm_simulators.salesforce.metadata.package import PackageError, read_package
from crm_simulators.salesforce.metadata.retrieve import RetrieveApi
from crm_simulators.salesforce.org.org import Org, timestamp
from crm_simulators.salesforce.xml.component_xml import children, leaf, local_name, render_elements
from crm_simulators.salesforce.xml.wsdl import schema

DEFAULTS: dict[str, Any] = {
    "allowMissingFiles": False,
    "autoUpdatePackage": False,
    "checkOnly": False,
    "ignoreWarnings": False,
    "performRetrieve": False,
    "purgeOnDelete": False,
    "rollbackOnError": False,
    "runTests": [],
    "singlePackage": False,
    "testLevel": "NoTestRun",
}
FINISHED = frozenset({"Succeeded", "SucceededPartial", "Failed", "Canceled"})
VALIDATION_DAYS = 10  # [D: meta_deployRecentValidation]
MAX_REQUEST = 52428800
TESTING = frozenset({"RunSpecifiedTests", "RunLocalTests", "RunAllTestsInOrg", "RunRelevantTests"})
OPTIONAL = ("startDate", "completedDate", "errorMessage", "errorStatusCode")
Deploy = dict[str, Any]


class DeployApi:
    """The asynchronous operations by name, and their deployments."""

    def __init__(self, org: Org) -> None:
        self.org = org
        self.retrieves = RetrieveApi(org)
        self.operations: dict[str, Callable[[Request], str]] = {
            "deploy": self.deploy,
            "checkDeployStatus": self.check,
            "deployRecentValidation": self.quick,
            "cancelDeploy": self.cancel,
            "checkStatus": self.check_async,
            **self.retrieves.operations,
        }

    def is_read(self, operation: str) -> bool:
        return operation.startswith("check") or operation == "retrieve"

    # --- the queue ----------------------------------------------------------------------------------------------

    def start(self, content: bytes, options: dict[str, Any]) -> Deploy:
        """Queue a zip; one deployment runs at a time [K]."""
        if len(content) > MAX_REQUEST:
            # [S: salto constants]
            text = f"Maximum size of request reached. Maximum size of request is {MAX_REQUEST} bytes."
            raise SoapFault("sf:LIMIT_EXCEEDED", f"LIMIT_EXCEEDED: {text}")
        if options["purgeOnDelete"] and self._is_production():
            # [D: purgeOnDelete works in sandboxes and Developer Edition; text K]
            text = "purgeOnDelete option can only be used on a non-active org"
            raise SoapFault("sf:INVALID_OPERATION", f"INVALID_OPERATION: {text}")
        now = self.org.now()
        deploy: Deploy = {
            "id": self.org.new_id("AsyncResult"),
            "status": "Pending",
            "options": options,
            "zip": base64.b64encode(content).decode(),
            "messages": [],
            "createdDate": timestamp(now),
            "dueDate": (now + timedelta(seconds=self.org.deploy_seconds())).isoformat(),
            "polls": int(self.org.switch("deploy_polls")),
        }
        self.org.deploys[deploy["id"]] = deploy
        return deploy

    def _is_production(self) -> bool:
        organization = self.org.organization
        return not organization["IsSandbox"] and organization["OrganizationType"] != "Developer Edition"

    def advance(self) -> None:
        """Run what is due, in order."""
        for deploy in list(self.org.deploys.values()):
            if deploy["status"] in FINISHED:
                continue
            if deploy["polls"] > 0 or self.org.now() < datetime.fromisoformat(deploy["dueDate"]):
                deploy["status"] = "InProgress"
                deploy.setdefault("startDate", self.org.timestamp())
                return
            self._run(deploy)

    def _run(self, deploy: Deploy) -> None:
        options = deploy["options"]
        deploy.setdefault("startDate", self.org.timestamp())
        try:
            content = base64.b64decode(deploy.pop("zip"))
            package = read_package(content, single_package=options["singlePackage"])
            deploy["messages"] = deployment.run(self.org, package, options)
        except PackageError as error:
            deploy.update(errorMessage=str(error), errorStatusCode="UNKNOWN_EXCEPTION")
        deploy["completedDate"] = self.org.timestamp()
        failures = sum(1 for message in deploy["messages"] if not message["success"])
        if failures == 0 and "errorMessage" not in deploy:
            deploy["status"] = "Succeeded"
        else:
            partial = not options["rollbackOnError"] and failures < len(deploy["messages"]) - 1
            deploy["status"] = "SucceededPartial" if partial and "errorMessage" not in deploy else "Failed"
        if options["checkOnly"] and deploy["status"] == "Succeeded":
            deploy["validated"] = base64.b64encode(content).decode()

    def find(self, deploy_id: str) -> Deploy:
        found: Deploy | None = next(
            (deploy for key, deploy in self.org.deploys.items() if key[:15] == deploy_id[:15]), None
        )
        if found is None:
            # [K: text]
            raise SoapFault("sf:INVALID_CROSS_REFERENCE_KEY", f"INVALID_CROSS_REFERENCE_KEY: invalid id: {deploy_id}")
        return found

    def polled(self, deploy_id: str) -> Deploy:
        """A deployment as a status check sees it; each check counts as one poll of the one that runs."""
        deploy = self.find(deploy_id)
        self.advance()
        running = next((one for one in self.org.deploys.values() if one["status"] not in FINISHED), None)
        if running is not None:
            running["polls"] = max(0, running["polls"] - 1)
        return deploy

    def validated(self, validation_id: str) -> Deploy:
        """Queue what a recent successful validation with tests checked [D: meta_deployRecentValidation]."""
        self.advance()
        validation = self.find(validation_id)
        oldest = timestamp(self.org.now() - timedelta(days=VALIDATION_DAYS))
        tested = validation["options"]["testLevel"] in TESTING
        if "validated" not in validation or not tested or validation["completedDate"] < oldest:
            # [K: text]
            raise SoapFault(
                "sf:INVALID_ID_FIELD", f"INVALID_ID_FIELD: The validation {validation_id} cannot be quick deployed"
            )
        return self.start(base64.b64decode(validation["validated"]), {**validation["options"], "checkOnly": False})

    def canceled(self, deploy_id: str) -> Deploy:
        deploy = self.find(deploy_id)
        if deploy["status"] not in FINISHED:
            deploy.update(status="Canceled", completedDate=self.org.timestamp())
            deploy.pop("zip", None)
        return deploy

    # --- SOAP ---------------------------------------------------------------------------------------------------

    def deploy(self, request: Request) -> str:
        try:
            content = base64.b64decode(text_of(request.node, "ZipFile") or "", validate=False)
        except binascii.Error:
            raise SoapFault("soapenv:Client", "ZipFile is not base64") from None
        node = next((child for child in children(request.node) if local_name(child) == "DeployOptions"), None)
        answer = _async_result(self.start(content, soap_options(node)))
        self.advance()
        return answer

    def check(self, request: Request) -> str:
        deploy = self.polled(text_of(request.node, "asyncProcessId") or "")
        with_details = is_true(text_of(request.node, "includeDetails"))
        body = result(self.org, deploy, with_details=with_details)
        return f"<result>{render_elements(body, schema().types['DeployResult'])}</result>"

    def quick(self, request: Request) -> str:
        return leaf("result", self.validated(text_of(request.node, "validationId") or "")["id"])

    def cancel(self, request: Request) -> str:
        """The element is ``String`` in the WSDL and ``id`` in jsforce [S]."""
        deploy_id = text_of(request.node, "String") or text_of(request.node, "id") or ""
        deploy = self.canceled(deploy_id)
        return f"<result>{leaf('done', deploy['status'] in FINISHED)}{leaf('id', deploy['id'])}</result>"

    def check_async(self, request: Request) -> str:
        """Gone from the WSDL, still polled by CumulusCI [S]; for retrieves and deployments."""
        async_id = text_of(request.node, "asyncProcessId") or ""
        if any(key[:15] == async_id[:15] for key in self.org.retrieves):
            return f"<result>{leaf('done', True)}{leaf('id', async_id)}{leaf('state', 'Completed')}</result>"
        return _async_result(self.polled(async_id))


def soap_options(node: etree._Element | None) -> dict[str, Any]:
    """Options from SOAP; stray text and Python's True are tolerated [V: simple-salesforce]."""
    options = dict(DEFAULTS)
    if node is None:
        return options
    for name, default in DEFAULTS.items():
        text = text_of(node, name)
        if isinstance(default, bool) and text is not None:
            options[name] = is_true(text)
    options["runTests"] = texts_of(node, "runTests")
    options["testLevel"] = text_of(node, "testLevel") or "NoTestRun"
    return options


def rest_options(given: dict[str, Any]) -> dict[str, Any]:
    return {**DEFAULTS, **{name: value for name, value in given.items() if name in DEFAULTS and value is not None}}


def _async_result(deploy: Deploy) -> str:
    done = deploy["status"] in FINISHED
    state = "Completed" if done else "Queued"
    return f"<result>{leaf('done', done)}{leaf('id', deploy['id'])}{leaf('state', state)}</result>"


def result(org: Org, deploy: Deploy, *, with_details: bool) -> dict[str, Any]:
    """A DeployResult."""
    user = next(iter(org.table("User").values()))
    optional: dict[str, Any] = {name: deploy[name] for name in OPTIONAL if name in deploy}
    return {
        "checkOnly": deploy["options"]["checkOnly"],
        "createdBy": user["Id"],
        "createdByName": user["Name"],
        "createdDate": deploy["createdDate"],
        "details": _details(deploy) if with_details else {},
        "done": deploy["status"] in FINISHED,
        "id": deploy["id"],
        "ignoreWarnings": deploy["options"]["ignoreWarnings"],
        "lastModifiedDate": deploy.get("completedDate", deploy["createdDate"]),
        "numberTestErrors": 0,
        "numberTestsCompleted": 0,
        "numberTestsTotal": 0,
        "rollbackOnError": deploy["options"]["rollbackOnError"],
        "runTestsEnabled": deploy["options"]["testLevel"] in TESTING,
        "status": deploy["status"],
        "success": deploy["status"] == "Succeeded",
        **_component_counts(deploy),
        **optional,
    }


def _details(deploy: Deploy) -> dict[str, Any]:
    messages = deploy["messages"]
    return {
        "componentFailures": [message for message in messages if not message["success"]],
        "componentSuccesses": [message for message in messages if message["success"]],
        "runTestResult": {"numFailures": 0, "numTestsRun": 0, "totalTime": 0.0},
    }


def _component_counts(deploy: Deploy) -> dict[str, int]:
    components = [message for message in deploy["messages"] if message["componentType"]]
    errors = sum(1 for message in components if not message["success"])
    return {
        "numberComponentErrors": errors,
        "numberComponentsDeployed": len(components) - errors,
        "numberComponentsTotal": len(components),
    }
