"""`revops comment`: the page of a plan on a pull request, or what drifted as an issue; an earlier one is updated.

GitHub: https://docs.github.com/rest/issues/comments and /rest/issues/issues. GitLab: https://docs.gitlab.com/api/notes
and /api/issues. Each run finds what the last one wrote by its first line, which shows nothing.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

from revops_iac.diagnostics import Diagnostic, escaped
from revops_iac.errors import AccountError, AuthorError
from revops_iac.redaction import protect

TIMEOUT_S = 30
PER_PAGE = 100
MOST_PAGES = 30
NOTHING = "Nothing to review: this plan no longer changes anything."
CLEAN = "There is no drift any more."


@dataclass(frozen=True)
class Entry:
    """A comment or an issue of the code host: its id and its text."""

    id: int
    body: str


class Host:
    """The API of a code host; `headers` carry the token."""

    def __init__(self, label: str, url: str, headers: Mapping[str, str]) -> None:
        self.label, self.url, self.headers = label, url.rstrip("/"), dict(headers)

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The JSON answer. Raises AccountError with what the host says."""
        try:
            answer = requests.request(
                method, f"{self.url}{path}", json=body, headers=self.headers, timeout=TIMEOUT_S, allow_redirects=False
            )
        except requests.RequestException as error:
            raise self._error(method, path, f"did not answer: {type(error).__name__}") from None
        if answer.status_code >= 300:
            raise self._error(method, path, f"{answer.status_code}, {_message(answer)}")
        return answer.json() if answer.content else None

    def _error(self, method: str, path: str, what: str) -> AccountError:
        fix = "the token of the job needs to write comments and issues"
        return AccountError(Diagnostic(f"{self.label} {method} {path.partition('?')[0]}", escaped(what), fix))

    def pages(self, path: str) -> Iterator[Mapping[str, Any]]:
        """Everything that a list holds."""
        separator = "&" if "?" in path else "?"
        for page in range(1, MOST_PAGES + 1):
            found = self.call("GET", f"{path}{separator}per_page={PER_PAGE}&page={page}")
            yield from found
            if len(found) < PER_PAGE:
                return


def _message(answer: requests.Response) -> str:
    try:
        found = answer.json()
    except ValueError:
        return answer.reason
    told = found if isinstance(found, dict) else {}
    return str(told.get("message") or told.get("error") or answer.reason)


@dataclass(frozen=True)
class Thread:
    """Where a code host keeps comments, or issues: the path of all and of each, and how an entry is spelled there."""

    host: Host
    path: str
    entry_path: str
    id_field: str = "id"
    text_field: str = "body"
    method: str = "PATCH"
    only_open: str = ""
    on_create: Mapping[str, str] = field(default_factory=dict)
    on_close: Mapping[str, str] = field(default_factory=dict)

    def entries(self) -> Iterator[Entry]:
        """What is there; the pull requests among GitHub's issues have no line of ours. Raises AccountError."""
        for one in self.host.pages(f"{self.path}{self.only_open}"):
            yield Entry(one[self.id_field], one.get(self.text_field) or "")

    def create(self, body: str) -> None:
        """Adds an entry. Raises AccountError."""
        self.host.call("POST", self.path, {**self.on_create, self.text_field: body})

    def update(self, entry: Entry, body: str) -> None:
        """Replaces the text of an entry. Raises AccountError."""
        self._change(entry, {self.text_field: body})

    def close(self, entry: Entry, body: str) -> None:
        """Marks an entry as over. Raises AccountError."""
        self._change(entry, {self.text_field: body, **self.on_close})

    def _change(self, entry: Entry, change: Mapping[str, str]) -> None:
        self.host.call(self.method, f"{self.entry_path}/{entry.id}", change)


def thread_of(environment: Mapping[str, str], title: str | None) -> Thread:
    """Where to write, as the job's environment says: the pull request, or issues of that title. Raises AuthorError."""
    if environment.get("GITHUB_REPOSITORY"):
        return _github(environment, title)
    if environment.get("CI_PROJECT_ID"):
        return _gitlab(environment, title)
    fix = "run this command in one; it reads the variables set there"
    raise AuthorError("this is not a job of GitHub Actions or GitLab CI", fix)


def _github(environment: Mapping[str, str], title: str | None) -> Thread:
    token = _needed(environment, "GITHUB_TOKEN", "env: {GITHUB_TOKEN: ${{ github.token }}}")
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    host = Host("GitHub", environment.get("GITHUB_API_URL") or "https://api.github.com", headers)
    repository = environment["GITHUB_REPOSITORY"]
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        raise AuthorError(f'GITHUB_REPOSITORY is "{repository}", it must be owner/name')
    issues = f"/repos/{repository}/issues"
    if title is not None:
        new, closed = {"title": title}, {"state": "closed"}
        return Thread(host, issues, issues, "number", only_open="?state=open", on_create=new, on_close=closed)
    event = _event(environment.get("GITHUB_EVENT_PATH", ""))
    number = (event.get("pull_request") or event.get("issue") or {}).get("number")
    if not isinstance(number, int):
        raise AuthorError(
            "this job does not belong to a pull request", "run it on: pull_request, or open an issue with --issue"
        )
    return Thread(host, f"{issues}/{number}/comments", f"{issues}/comments")


def _event(path: str) -> dict[str, Any]:
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        found = {}  # the refusal says what is missing
    return found if isinstance(found, dict) else {}


def _gitlab(environment: Mapping[str, str], title: str | None) -> Thread:
    token = _needed(environment, "GITLAB_TOKEN", "a project access token with the scope api, as a masked variable")
    url = environment.get("CI_API_V4_URL") or "https://gitlab.com/api/v4"
    host = Host("GitLab", url, {"PRIVATE-TOKEN": token})
    project = f"/projects/{quote(environment['CI_PROJECT_ID'], safe='')}"
    if title is not None:
        path, new, closed = f"{project}/issues", {"title": title}, {"state_event": "close"}
        return Thread(host, path, path, "iid", "description", "PUT", "?state=opened", new, closed)
    number = environment.get("CI_MERGE_REQUEST_IID", "")
    if not number.isdecimal():
        raise AuthorError(
            "this job does not belong to a merge request", "run it for merge requests, or open an issue with --issue"
        )
    notes = f"{project}/merge_requests/{int(number)}/notes"
    return Thread(host, notes, notes, method="PUT")


def _needed(environment: Mapping[str, str], name: str, fix: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise AuthorError(f"{name} is not set", fix)
    protect(value)
    return value


def post(thread: Thread, marker: str, body: str, over: str) -> str:
    """Writes the text, or `over` when it is empty; returns in a word what was done. Raises AccountError.

    The text keeps `marker` as its first line. With nothing to say and no earlier entry, nothing is written.
    """
    earlier = next((one for one in thread.entries() if one.body.startswith(marker)), None)
    whole = f"{marker}\n{body.removeprefix(marker).strip()}\n"
    if not body.strip():
        if earlier is None:
            return "nothing to say"
        if over not in earlier.body:
            thread.close(earlier, f"{marker}\n{over}\n")
        return "closed"
    if earlier is None:
        thread.create(whole)
        return "created"
    if earlier.body.strip() != whole.strip():
        thread.update(earlier, whole)
    return "updated"


def comment(file: Path, stack: str, title: str | None) -> str:
    """Posts the text in a file for a stack: a comment, or an issue of that title. Raises AuthorError, AccountError."""
    try:
        body = file.read_text(encoding="utf-8")
    except OSError as error:
        raise AuthorError(f"{file}: {error.strerror}", "revops plan --out DIR writes DIR/review.md") from None
    kind = "plan" if title is None else "issue"
    marker = f"<!-- revops {kind}: {re.sub(r'[^A-Za-z0-9_.-]', '_', stack)} -->"
    return post(thread_of(os.environ, title), marker, body, NOTHING if title is None else CLEAN)
