"""The demonstration: one revenue model, planned, checked, applied to two CRMs, changed behind its back, and refused.

Every step runs the real Pulumi CLI against the embedded simulators and says first what it is about to show. A step
that does not end as it must ends the demonstration with exit code 1.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

CHECKOUT = Path(__file__).resolve().parents[1]
DEMO = CHECKOUT / ".demo"
DOCUMENTS = DEMO / "documents"
PULUMI = CHECKOUT / ".tools" / "bin" / "pulumi"
REVOPS = CHECKOUT / ".venv" / "bin" / "revops"
STACK = "dev"
STAND_IN = "revops@northwind.example"
TIMEOUT_S = 30
FOLDED_AFTER = 2
RESOURCE_LINE = re.compile(
    r" (?P<sign>[-+~ ])  (?P<type>(pulumi-python:dynamic/|revops:model:|pulumi:pulumi:)\S+) \S+ ?(?P<done>\S*)"
)
BOLD, DIM, RED, PLAIN = ("\033[1m", "\033[2m", "\033[31m", "\033[0m") if sys.stdout.isatty() else ("", "", "", "")


class DemoFailed(Exception):
    """A step did not end as it must; the message says which and how."""


@dataclass(frozen=True)
class Crms:
    """The simulators' addresses, as `revops simulate --json` prints them."""

    hubspot: dict[str, Any]
    salesforce: dict[str, Any]

    def environment(self) -> dict[str, str]:
        """What points the tool at them."""
        return {
            "HUBSPOT_BASE_URL": self.hubspot["url"],
            "HUBSPOT_ACCESS_TOKEN": self.hubspot["token"],
            "SALESFORCE_INSTANCE_URL": self.salesforce["https_url"],
            "SALESFORCE_SESSION_ID": self.salesforce["access_token"],
            "REQUESTS_CA_BUNDLE": self.salesforce["ca_bundle"],
        }


class Steps:
    """Numbers the steps and prints what each one shows."""

    def __init__(self, total: int) -> None:
        self.total, self.number = total, 0

    def say(self, title: str, text: str) -> None:
        self.number += 1
        print(f"\n{BOLD}[{self.number}/{self.total}] {title}{PLAIN}", flush=True)
        print(textwrap.indent(textwrap.fill(" ".join(text.split()), 96), "  "), flush=True)


@contextmanager
def simulators() -> Iterator[Crms]:
    """Both CRMs, served by `revops simulate` for the length of the block."""
    command = [str(REVOPS), "simulate", "--json", "--state", str(DEMO / "accounts")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line:
                raise DemoFailed("the simulators did not start")
            yield Crms(**json.loads(line))
        finally:
            process.terminate()
            process.wait(TIMEOUT_S)


def prepare() -> Path:
    """A copy of the project to play in, so that the checkout stays as it is."""
    shutil.rmtree(DEMO, ignore_errors=True)
    project = DEMO / "project"
    project.mkdir(parents=True)
    (DEMO / "backend").mkdir()
    shutil.copy2(CHECKOUT / "Pulumi.yaml", project)
    for folder in ("stacks", "policies"):
        left_out = shutil.ignore_patterns(".revops", "__pycache__")
        shutil.copytree(CHECKOUT / folder, project / folder, symlinks=True, ignore=left_out)
    (project / ".venv").symlink_to(CHECKOUT / ".venv")
    return project


@dataclass(frozen=True)
class Tool:
    """Runs `pulumi` and `revops` in the project, with what they print going straight to the reader."""

    project: Path
    environment: dict[str, str]

    def pulumi(self, *arguments: str, expect: int | None = 0, quiet: bool = False) -> str:
        """One run; `expect` is the exit code it must have, None for any but 0."""
        if not quiet:
            print(f"\n  {DIM}$ pulumi {' '.join(arguments)}{PLAIN}", flush=True)
        return self._run([str(PULUMI), *arguments], expect, quiet)

    def revops(self, *arguments: str, expect: int | None = 0, quiet: bool = False) -> str:
        """One run of the command line."""
        print(f"\n  {DIM}$ revops {' '.join(arguments)}{PLAIN}", flush=True)
        return self._run([str(REVOPS), *arguments], expect, quiet)

    def _run(self, command: Sequence[str], expect: int | None, quiet: bool) -> str:
        started = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=self.project,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        lines, folding = [], Folding()
        with process:
            assert process.stdout is not None
            for line in process.stdout:
                lines.append(line)
                for shown in () if quiet else folding.output_facts(line):
                    print(f"    {shown}", end="", flush=True)
        self._judge(command, process.returncode, expect, "".join(lines) if quiet else "")
        if not quiet:
            print(f"  {DIM}exit code {process.returncode}, {time.monotonic() - started:.1f} s{PLAIN}", flush=True)
        return "".join(lines)

    def _judge(self, command: Sequence[str], code: int, expect: int | None, message: str) -> None:
        if code == expect or (expect is None and code != 0):
            return
        desired = "another code than 0" if expect is None else f"{expect}"
        raise DemoFailed(f"{Path(command[0]).name} {' '.join(command[1:])} ended with {code}, not {desired}\n{message}")


class Folding:
    """What of Pulumi's output is worth reading: without a terminal it prints two lines for each of 300 resources.

    Lines that only mark time, or name what did not change, are left out; of the lines that say the same of one type,
    the first few are shown, and how many more there were.
    """

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()

    def output_facts(self, line: str) -> list[str]:
        """The lines to print for one line of Pulumi's."""
        if line.startswith(("@ ", "Loading policy packs")):
            return []
        found = RESOURCE_LINE.match(line)
        if found is None:
            return [*self._folded(), line] if line.strip() else [line]
        done = found["done"]
        if "error" in line or "failed" in line:
            return [line]
        if found["sign"] == " " or done.endswith("ing") or done.startswith("refresh"):
            return []
        self.counts[done, found["type"]] += 1
        return [line] if self.counts[done, found["type"]] <= FOLDED_AFTER else []

    def _folded(self) -> list[str]:
        more = [(done, kind, count - FOLDED_AFTER) for (done, kind), count in self.counts.items()]
        self.counts.clear()
        return [f"       … {count} more {kind} {done}\n" for done, kind, count in more if count > 0]


def point_at(tool: Tool, crms: Crms) -> None:
    """A stack of its own, its account ids, and the person who stands in for everybody."""
    tool.pulumi("stack", "init", STACK, quiet=True)
    tool.pulumi("config", "set", "hubspot:portalId", str(crms.hubspot["portal_id"]), quiet=True)
    tool.pulumi("config", "set", "salesforce:organizationId", crms.salesforce["organization_id"], quiet=True)
    seed(crms.hubspot["url"], {"users": [{"email": STAND_IN, "firstName": "RevOps"}]})
    seed(crms.salesforce["http_url"], {"users": [{"Username": f"{STAND_IN}.dev", "Email": STAND_IN}]})


def seed(url: str, document: dict[str, Any]) -> None:
    """Puts people into a simulated account."""
    requests.post(f"{url}/_sim/seed", json=document, timeout=TIMEOUT_S).raise_for_status()


def click_in_hubspot(crms: Crms) -> str:
    """What somebody does in the settings of HubSpot: gives a property another label."""
    url = f"{crms.hubspot['url']}/crm/v3/properties/deals/stage_block_reason"
    headers = {"Authorization": f"Bearer {crms.hubspot['token']}"}
    requests.patch(url, json={"label": "Why blocked??"}, headers=headers, timeout=TIMEOUT_S).raise_for_status()
    return 'HubSpot: the label of deals.stage_block_reason is now "Why blocked??"'


def click_in_salesforce(crms: Crms) -> str:
    """What somebody does in the setup of Salesforce: switches a validation rule off."""
    base = f"{crms.salesforce['http_url']}/services/data/v63.0/tooling"
    headers = {"Authorization": f"Bearer {crms.salesforce['access_token']}"}
    query = "SELECT Id, ValidationName FROM ValidationRule WHERE EntityDefinition.QualifiedApiName = 'Opportunity'"
    found = requests.get(f"{base}/query", params={"q": query}, headers=headers, timeout=TIMEOUT_S)
    found.raise_for_status()
    rule = sorted(found.json()["records"], key=lambda record: str(record["ValidationName"]))[0]
    one = f"{base}/sobjects/ValidationRule/{rule['Id']}"
    metadata = requests.get(one, headers=headers, timeout=TIMEOUT_S).json()["Metadata"]
    body = {"Metadata": {**metadata, "active": False}}
    requests.patch(one, json=body, headers=headers, timeout=TIMEOUT_S).raise_for_status()
    return f"Salesforce: the validation rule {rule['ValidationName']} is switched off"


def break_a_rule(project: Path) -> str:
    """Takes the fallback out of the routing, as a careless edit would; returns the original text."""
    file = project / "stacks" / "model" / "routing.yaml"
    text = file.read_text(encoding="utf-8")
    lines, inside, kept = text.splitlines(keepends=True), False, []
    for line in lines:
        inside = line.startswith("    fallback:") or (inside and line.startswith("      "))
        if not inside:
            kept.append(line)
    file.write_text("".join(kept), encoding="utf-8")
    return text


def show(project: Path, crms: Crms, keep: bool) -> None:
    """All steps in order. Raises DemoFailed when one does not end as it must."""
    steps = Steps(10)
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("HUBSPOT_", "SALESFORCE_"))},
        **crms.environment(),
        "PULUMI_BACKEND_URL": f"file://{DEMO / 'backend'}",
        "PULUMI_CONFIG_PASSPHRASE": "demo",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
    }
    tool = Tool(project, environment)
    steps.say(
        "Two empty CRMs",
        f"""HubSpot answers at {crms.hubspot["url"]} and Salesforce at {crms.salesforce["https_url"]}, both on this
        machine. The stack knows the id of each account, so that no run can touch another one.""",
    )
    point_at(tool, crms)
    steps.say("Check the model", "The model loads, compiles for both CRMs and keeps the rules; no account is asked.")
    tool.revops("check", "--stack", STACK)
    steps.say("The plan", "What would be made, with the rules of the revenue process applied. Nothing is written.")
    tool.pulumi("preview", "--policy-pack", "policies", "--suppress-progress")
    steps.say("Apply it", "Fields first, then stages and rules, and last what is switched on by name.")
    tool.pulumi("up", "--yes", "--skip-preview", "--suppress-progress")
    steps.say("Plan again", "The accounts are read again and compared: there must be nothing left to do.")
    tool.pulumi("preview", "--expect-no-changes", "--suppress-progress")
    steps.say("Somebody clicks in each CRM", "Two edits that nobody reviewed. The next plan must show both as drift.")
    show_drift(tool, crms)
    steps.say("A rule is broken", "Routing loses its fallback owner. The plan must be refused, with place and fix.")
    show_refusal(tool)
    steps.say(
        "How each requirement is met",
        """How many requirements each CRM enforces, automates, monitors or leaves to people; `revops coverage` lists
        them.""",
    )
    show_coverage(tool)
    steps.say("The documents", "What people read who never open a terminal, from the same model, as one HTML file.")
    tool.revops("docs", "../documents", "--stack", STACK, "--format", "html")
    print(f"  open {(DOCUMENTS / 'index.html').relative_to(CHECKOUT)}")
    if keep:
        steps.say("Kept", "The stack and both accounts stay in .demo.")
        say_how_to_go_on()
        return
    steps.say("Take everything away", "Each resource goes as its platform allows; what a platform keeps is named.")
    tool.pulumi("destroy", "--yes", "--skip-preview", "--suppress-progress")


def show_drift(tool: Tool, crms: Crms) -> None:
    """Edits both accounts behind the tool's back, shows the plan that notices, and puts the accounts right."""
    print(f"  {click_in_hubspot(crms)}")
    print(f"  {click_in_salesforce(crms)}")
    message = tool.pulumi("preview", "--diff", "--suppress-progress")
    for edit in ("Why blocked??", "active"):
        if edit not in message:
            raise DemoFailed(f'the plan does not show the edit "{edit}"')
    tool.pulumi("up", "--yes", "--skip-preview", "--suppress-progress")


def show_refusal(tool: Tool) -> None:
    """Breaks a rule, shows the refusal, and puts the model back."""
    text = break_a_rule(tool.project)
    message = tool.pulumi("preview", "--policy-pack", "policies", "--suppress-progress", expect=None)
    (tool.project / "stacks" / "model" / "routing.yaml").write_text(text, encoding="utf-8")
    if "routing-has-fallback-owner" not in message:
        raise DemoFailed("the plan was refused, but not by the rule routing-has-fallback-owner")


def show_coverage(tool: Tool) -> None:
    """Counts the requirements by how each CRM meets them."""
    rows = json.loads(tool.revops("coverage", "--json", quiet=True))
    counts = Counter((row["status"], row["system"]) for row in rows)
    systems = sorted({row["system"] for row in rows})
    print(f"\n    {'':12}" + "".join(f"{system:>12}" for system in systems))
    for status in dict.fromkeys(("enforced", "automated", "monitored", "manual", *(row["status"] for row in rows))):
        print(f"    {status:12}" + "".join(f"{counts[status, system]:12}" for system in systems))


def say_how_to_go_on() -> None:
    """The commands that continue where the demonstration stopped."""
    print(
        textwrap.indent(
            "serve the accounts again:  .venv/bin/revops simulate --state .demo/accounts\n"
            "then, in .demo/project:    export the variables that it prints, and\n"
            "                           export PULUMI_CONFIG_PASSPHRASE=demo PULUMI_BACKEND_URL=file://$PWD/../backend\n"
            "and go on:                 ../../.tools/bin/pulumi preview",
            "  ",
        )
    )


def main() -> int:
    """Runs the demonstration; 0 when every step ended as it must."""
    parser = argparse.ArgumentParser(description="Show the main job on the embedded simulators.")
    parser.add_argument("--keep", action="store_true", help="keep the stack and the accounts in .demo")
    arguments = parser.parse_args()
    started = time.monotonic()
    project = prepare()
    try:
        with simulators() as crms:
            show(project, crms, arguments.keep)
    except DemoFailed as failure:
        print(f"\n{RED}The demonstration failed: {failure}{PLAIN}", file=sys.stderr)
        return 1
    if not arguments.keep:
        for left in (one for one in DEMO.iterdir() if one != DOCUMENTS):
            shutil.rmtree(left)
    print(f"\n{BOLD}Done in {time.monotonic() - started:.0f} s: every step ended as it must.{PLAIN}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
