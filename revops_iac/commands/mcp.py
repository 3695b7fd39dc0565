"""`revops mcp`: the model for assistants, over the Model Context Protocol (https://modelcontextprotocol.io).

Every tool only reads. An assistant proposes an edit with `check_edit`, and a person writes it.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from typing import Any, ParamSpec

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

from revops_iac.commands.check import Outcome, check_stack
from revops_iac.commands.coverage import coverage_of
from revops_iac.commands.doctor import chosen_stack
from revops_iac.commands.explain import explain, explain_fields
from revops_iac.commands.uses import find_uses
from revops_iac.diagnostics import escaped
from revops_iac.documents.forms.markdown import markdown
from revops_iac.documents.library import library
from revops_iac.errors import AuthorError, RevopsError
from revops_iac.model import TOPICS
from revops_iac.stack_context import StackContext

P = ParamSpec("P")
READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
READS_ACCOUNTS = ToolAnnotations(read_only_hint=True, destructive_hint=False, open_world_hint=True)
INSTRUCTIONS = """The revenue process of a company as code: lifecycle stages, scoring, routing, pipelines, deal desk.
Answer from these tools, not from memory, and name the file and line that they give. Nothing here writes: to propose a
change, pass the whole new file to check_edit until it reports no error, then show the person the edit."""
EDITABLE = ("model", "overlays")
MOST_CHARACTERS = 1_000_000


def _said(tool: Callable[P, Any]) -> Callable[P, str]:
    """The answer as JSON, and an error of ours as one of the tool, in its own sentences."""

    @wraps(tool)
    def answer(*arguments: P.args, **named: P.kwargs) -> str:
        try:
            return json.dumps(tool(*arguments, **named), indent=2, default=str)
        except RevopsError as error:
            raise ToolError(str(error)) from None

    answer.__annotations__["return"] = str
    return answer


class Tools:
    """What an assistant may ask about a stack."""

    def __init__(self, folder: Path, stack: str | None, policies: Path) -> None:
        self.folder, self.policies = folder, policies
        self.stack = chosen_stack(folder, stack)

    @property
    def context(self) -> StackContext:
        """The stack as its files are now."""
        return StackContext.load(self.folder, self.stack)

    def check(self) -> Any:
        """Check the model and its policy rules. Lists each problem with file, line and fix."""
        return self._checked(self.folder)

    def check_edit(self, file: str, content: str) -> Any:
        """Check the model as if one file, such as model/scoring.yaml, had this content. Writes nothing."""
        if len(content) > MOST_CHARACTERS:
            raise AuthorError("the content is too long for a file of the model", "split it by topic")
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / self.folder.resolve().name
            left_out = shutil.ignore_patterns(".revops", ".venv", "__pycache__")
            shutil.copytree(self.folder, folder, symlinks=True, ignore=left_out)
            target = (folder / file.removeprefix(f"{folder.name}/")).resolve()
            inside = target.relative_to(folder.resolve()).parts if target.is_relative_to(folder.resolve()) else ()
            if not inside or inside[0] not in EDITABLE or target.suffix not in (".yaml", ".yml"):
                message = f'"{escaped(file)}" is not a file of the model'
                raise AuthorError(message, "name a YAML file below model/ or overlays/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8")
            return self._checked(folder)

    def _checked(self, folder: Path) -> dict[str, Any]:
        outcome: Outcome = check_stack(folder, self.stack, self.policies)
        return outcome.as_json()

    def model(self, topic: str) -> Any:
        """One topic of the model as data: context, people, lifecycle, scoring, routing, pipelines, automation,
        deal_desk, data_hygiene or metrics."""
        if topic not in TOPICS:
            raise AuthorError(f'"{escaped(topic)}" is not a topic', f"one of {', '.join(TOPICS)}")
        return self.context.model.topic(topic)

    def documents(self) -> Any:
        """List the standing documents with what each says."""
        made = library(self.context, self.folder.resolve().parent)
        return [{"slug": one.slug, "title": one.title, "summary": one.summary} for one in made.documents]

    def document(self, slug: str) -> Any:
        """One standing document as Markdown, with a link from each row to its line."""
        made = library(self.context, self.folder.resolve().parent)
        found = next((one for one in made.documents if one.slug == slug), None)
        if found is None:
            known = ", ".join(one.slug for one in made.documents)
            raise AuthorError(f'there is no document "{escaped(slug)}"', f"one of {known}")
        return markdown(found, made.stamp)

    def explain_record(self, record: dict[str, Any], what_if: list[str] | None = None) -> Any:
        """Explain a record given as fields, such as {"contact.email": "a@b.example", "contact.employees": 200}: stage,
        score, owner, deadlines, approvals. `what_if` changes the model for this answer, such as engagement=45."""
        return explain_fields(self.context, record, what_if or ()).as_json()

    def explain_person(self, email_or_id: str, object_name: str = "contact", what_if: list[str] | None = None) -> Any:
        """Explain a contact or deal of the accounts, by e-mail address or id, and where the accounts disagree."""
        if email_or_id.lower().endswith((".json", ".csv")):
            raise AuthorError("a file is not read here", "pass the fields to explain_record")
        if object_name not in ("contact", "deal"):
            raise AuthorError(f'"{escaped(object_name)}" is not read', "contact or deal")
        kind: Any = object_name
        return explain(self.context, email_or_id, kind, what_if or ()).as_json()

    def coverage(self) -> Any:
        """How each CRM meets each requirement of the model: enforced, automated, monitored, manual or elsewhere."""
        return coverage_of(self.folder, self.stack)

    def uses(self, name: str) -> Any:
        """Who uses a field, option, stage, person, team or queue, such as contact.region or contact.region=emea."""
        found = find_uses(self.folder, self.stack, name, account=False, picture=None, tell=lambda text: None)
        return found.as_json()

    def plan(self) -> Any:
        """What applying the model would change in the accounts. Reads the accounts; changes nothing there."""
        from revops_iac.commands.plan import plan_stack  # only here: it imports Pulumi, which takes long

        pack = self.policies if self.policies.is_dir() else None
        return plan_stack(self.folder, self.stack, None, pack, lambda text: None).as_json()


OFFLINE = ("check", "check_edit", "model", "documents", "document", "explain_record", "coverage", "uses")
ON_ACCOUNTS = ("explain_person", "plan")


def server(folder: Path, stack: str | None, policies: Path) -> MCPServer:
    """The server, ready to run. Raises AuthorError when the stack cannot be chosen."""
    tools = Tools(folder, stack, policies)
    made = MCPServer("revops", instructions=INSTRUCTIONS, version=version("revops-iac"))
    for names, hints in ((OFFLINE, READS), (ON_ACCOUNTS, READS_ACCOUNTS)):
        for name in names:
            made.tool(name=name, annotations=hints, structured_output=False)(_said(getattr(tools, name)))
    return made
