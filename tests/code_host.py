"""A stand-in of the comment and issue APIs of GitHub and GitLab, on loopback, and runs steps of CI files.

Paths and fields are those of docs.github.com/rest/issues and docs.gitlab.com/api/notes and /issues.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from tests.pulumi_project import CHECKOUT

TOKEN = "ghs_00000000000000000000000000000000000a"
COMMENTS = re.compile(r"/repos/acme/revops/issues/7/comments|/projects/42/merge_requests/7/notes")
ONE_COMMENT = re.compile(r"(?:/repos/acme/revops/issues/comments|/projects/42/merge_requests/7/notes)/(\d+)")
ISSUES = re.compile(r"/repos/acme/revops/issues|/projects/42/issues")
ONE_ISSUE = re.compile(r"(?:/repos/acme/revops/issues|/projects/42/issues)/(\d+)")


@dataclass
class CodeHost:
    """What the host holds; `writes` are method and path of each call that changed something."""

    url: str = ""
    comments: dict[int, dict[str, Any]] = field(default_factory=dict)
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    writes: list[tuple[str, str]] = field(default_factory=list)

    def open_issues(self) -> list[dict[str, Any]]:
        """The issues that nobody closed."""
        return [one for one in self.issues.values() if "close" not in f"{one.get('state')} {one.get('state_event')}"]

    def answer(self, method: str, path: str, page: int, body: dict[str, Any]) -> tuple[int, Any]:
        """Status and JSON of one call."""
        if method != "GET":
            self.writes.append((method, path))
        for one, many, entries in ((ONE_COMMENT, COMMENTS, self.comments), (ONE_ISSUE, ISSUES, self.issues)):
            if many.fullmatch(path) and method == "GET":
                listed = list(entries.values()) if entries is self.comments else self.open_issues()
                return 200, listed[100 * (page - 1) : 100 * page]
            if many.fullmatch(path) and method == "POST":
                number = len(entries) + 1
                entries[number] = {"id": number, "number": number, "iid": number, **body}
                return 201, entries[number]
            if (found := one.fullmatch(path)) and method in ("PATCH", "PUT") and int(found[1]) in entries:
                entries[int(found[1])] |= body
                return 200, entries[int(found[1])]
        return 404, {"message": "Not Found"}


@contextmanager
def serving() -> Iterator[CodeHost]:
    """The host on a free port of this machine."""
    host = CodeHost()

    class Handler(BaseHTTPRequestHandler):
        disable_nagle_algorithm = True  # else a body waits 40 ms until its headers are acknowledged

        def handle_one(self) -> None:
            size = int(self.headers.get("content-length") or 0)
            body = json.loads(self.rfile.read(size) or b"{}")
            path, _, query = self.path.partition("?")
            page = int((re.search(r"\bpage=(\d+)", query) or ["", "1"])[1])
            given = (self.headers.get("authorization") or "") + (self.headers.get("private-token") or "")
            status, answer = (
                host.answer(self.command, path, page, body)
                if given.endswith(TOKEN)
                else (401, {"message": f"Bad credentials {given}"})
            )
            raw = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PATCH = do_PUT = handle_one

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()


def github(host: CodeHost, folder: Path) -> dict[str, str]:
    """What a job of GitHub Actions on pull request 7 finds in its environment."""
    event = folder / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7}}))
    return {
        "GITHUB_API_URL": host.url,
        "GITHUB_REPOSITORY": "acme/revops",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_TOKEN": TOKEN,
    }


def gitlab(host: CodeHost) -> dict[str, str]:
    """What a job of GitLab CI on merge request 7 finds in its environment."""
    return {
        "CI_API_V4_URL": host.url,
        "CI_PROJECT_ID": "42",
        "CI_MERGE_REQUEST_IID": "7",
        "GITLAB_TOKEN": TOKEN,
    }


def step_named(workflow: Path, job: str, name: str) -> str:
    """The script of one step of a GitHub workflow."""
    steps = yaml.safe_load(workflow.read_text())["jobs"][job]["steps"]
    (found,) = (step["run"] for step in steps if step.get("name") == name)
    return str(found)


def script_of(pipeline: Path, job: str) -> str:
    """The script of a job of GitLab CI, as one."""
    lines = yaml.safe_load(pipeline.read_text())[job]["script"]
    return "\n".join(line for part in lines for line in (part if isinstance(part, list) else [part]))


def hand_on(scratch: Path, command: str, outcome: str) -> None:
    """Lets steps take the outcome of a `revops` command that ran before, as shell; all others run."""
    tools = scratch / "tools"
    tools.mkdir(exist_ok=True)
    script = f'#!/bin/sh\n[ "$1" = {command} ] && {{ {outcome}; }}\nexec {CHECKOUT / ".venv" / "bin" / "revops"} "$@"\n'
    (tools / "revops").write_text(script)
    (tools / "revops").chmod(0o755)


def run_step(
    script: str, folder: Path, environment: Mapping[str, str], scratch: Path
) -> subprocess.CompletedProcess[str]:
    """Runs a script as a job does, with `bash -eo pipefail`; it and `uv run` start what this checkout has installed."""
    tools = scratch / "tools"
    tools.mkdir(exist_ok=True)
    uv = tools / "uv"
    uv.write_text('#!/bin/sh\nshift\nexec "$@"\n')
    uv.chmod(0o755)
    path = os.pathsep.join([str(tools), str(CHECKOUT / ".venv" / "bin"), environment.get("PATH", os.environ["PATH"])])
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={**environment, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
