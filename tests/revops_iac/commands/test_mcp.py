"""`revops mcp` through the official client: every tool only reads, and an edit is checked before anybody writes it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crm_simulators.server import RunningSimulators

from tests.revops_iac.commands.test_explain import MODEL, accounts

__all__ = ["accounts"]


def asked(*calls: tuple[str, Mapping[str, Any]]) -> list[tuple[bool, str]]:
    """Whether each call failed, and its text."""
    from mcp import Client  # only here: it takes a second, which every worker that collects would pay
    from mcp.types import TextContent

    from revops_iac.commands.mcp import server

    async def ask() -> list[tuple[bool, str]]:
        found = []
        async with Client(server(Path("stacks"), "dev", Path("policies"))) as client:
            for name, arguments in calls:
                result: Any = await client.call_tool(name, dict(arguments))
                (content,) = result.content
                assert isinstance(content, TextContent)
                found.append((bool(result.is_error), content.text))
        return found

    return asyncio.run(ask())


def test_every_tool_says_that_it_only_reads_and_answers_over_stdio(accounts: RunningSimulators, company: Path) -> None:
    from mcp import Client, StdioServerParameters, stdio_client

    from revops_iac.commands.mcp import OFFLINE, ON_ACCOUNTS

    async def asked_the_process() -> tuple[dict[str, Any], str]:
        revops = StdioServerParameters(
            command=str(Path(sys.executable).with_name("revops")), args=["mcp", "--stack", "dev"], cwd=company
        )
        async with Client(stdio_client(revops)) as client:
            tools = {tool.name: tool.annotations for tool in (await client.list_tools()).tools}
            answer: Any = await client.call_tool("explain_record", {"record": {"contact": {"title": "Manager"}}})
            return tools, str(answer.content[0].text)

    tools, explained = asyncio.run(asked_the_process())
    assert set(tools) == {*OFFLINE, *ON_ACCOUNTS}
    assert all(hints.read_only_hint and not hints.destructive_hint for hints in tools.values())
    assert json.loads(explained)[0]["evaluation"]["routed"][0]["owner"] == "Bob"


def test_an_edit_is_checked_without_being_written(accounts: RunningSimulators, company: Path) -> None:
    broken, sound = MODEL.replace("assign: {person: bob}", "assign: {person: bop}"), MODEL.replace("Bob", "Robert")
    file = "model/model.yaml"
    (failed, why), (refused, _), (_, checked), (_, model) = asked(
        ("check_edit", {"file": file, "content": broken}),
        ("check_edit", {"file": "../secrets.yaml", "content": sound}),
        ("check_edit", {"file": file, "content": sound}),
        ("model", {"topic": "people"}),
    )
    assert failed
    assert "stacks/model/model.yaml:25:" in why
    assert '"bop"' in why
    assert refused
    assert json.loads(checked)["stack"] == "dev"
    assert json.loads(model)["persons"]["bob"]["name"] == "Bob"
    assert (company / "stacks" / file).read_text(encoding="utf-8") == MODEL


def test_an_assistant_can_explain_and_cite(accounts: RunningSimulators) -> None:
    (_, explained), (_, document), (unknown, why) = asked(
        ("explain_record", {"record": {"contact": {"title": "Manager"}}}),
        ("document", {"slug": "routing"}),
        ("document", {"slug": "recipes"}),
    )
    (found,) = json.loads(explained)
    assert found["evaluation"]["routed"][0]["owner"] == "Bob"
    assert "[model.yaml:25](./stacks/model/model.yaml#L25)" in json.loads(document)
    assert unknown
    assert "one of index, lifecycle, routing" in why


def test_a_person_of_the_accounts_is_explained_without_a_write(accounts: RunningSimulators) -> None:
    accounts.simulators["hubspot"].seed({"records": {"contacts": [{"email": "x@y.example", "jobtitle": "Manager"}]}})
    (_, explained), (refused, _) = asked(
        ("explain_person", {"email_or_id": "x@y.example"}),
        ("explain_person", {"email_or_id": "stacks/model/model.json"}),
    )
    assert json.loads(explained)[0]["evaluation"]["routed"][0]["owner"] == "Bob"
    assert refused
    assert not [request for request in accounts.control.log if request.write]
