"""`revops comment`: the page of a plan on a pull request, or what drifted as an issue; an earlier one is updated.

GitHub: https://docs.github.com/rest/issues/comments and /rest/issues/issues. GitLab: https://docs.gitlab.com/api/notes
and /api/issues. Each run finds what the last one wrote by its first line, which shows nothing.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import requests

from revops_iac.diagnostics import Diagnostic, escaped
from revops_iac.errors import AccountError, AuthorError
from revops_iac.redaction import protect

TIMEOUT_S = 30
PER_PAGE = 100
MOST_PAGES = 30
NOTHING = "Nothing to review any more: this plan changes nothing."
CLEAN = "Nothing drifts any more."


@dataclass(frozen=True)
class Entry:
    """A comment or an issue of the code host: its id and its text."""

    id: int
    body: str


class Thread(Protocol):
    """Where a code host keeps comments, or issues."""

    def entries(self) -> Iterator[Entry]:
        """What is there, page by page. Raises AccountError."""

    def create(self, body: str) -> None:
        """Adds one. Raises AccountError."""

    def update(self, entry: Entry, body: str) -> None:
        """Replaces the text of one. Raises AccountError."""

    def close(self, entry: Entry, body: str) -> None:
        """Says that one is over. Raises AccountError."""


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
        said = answer.json()
    except ValueError:
        return answer.reason
    return str(said.get("message") or said.get("error") or answer.reason) if isinstance(said, dict) else answer.reason


@dataclass(frozen=True)
class GitHubComments:
    """The comments of a pull request."""

    host: Host
    repository: str
    number: int

    def entries(self) -> Iterator[Entry]:
        """The comments, oldest first."""
        for one in self.host.pages(f"/repos/{self.repository}/issues/{self.number}/comments"):
            yield Entry(one["id"], one.get("body") or "")

    def create(self, body: str) -> None:
        """Adds a comment."""
        self.host.call("POST", f"/repos/{self.repository}/issues/{self.number}/comments", {"body": body})

    def update(self, entry: Entry, body: str) -> None:
        """Replaces its text."""
        self.host.call("PATCH", f"/repos/{self.repository}/issues/comments/{entry.id}", {"body": body})

    close = update


@dataclass(frozen=True)
class GitHubIssues:
    """The open issues of a repository."""

    host: Host
    repository: str
    title: str

    def entries(self) -> Iterator[Entry]:
        """The open issues; pull requests are among them and have no line of ours."""
        for one in self.host.pages(f"/repos/{self.repository}/issues?state=open"):
            yield Entry(one["number"], one.get("body") or "")

    def create(self, body: str) -> None:
        """Opens an issue."""
        self.host.call("POST", f"/repos/{self.repository}/issues", {"title": self.title, "body": body})

    def update(self, entry: Entry, body: str) -> None:
        """Replaces its text."""
        self.host.call("PATCH", f"/repos/{self.repository}/issues/{entry.id}", {"body": body})

    def close(self, entry: Entry, body: str) -> None:
        """Closes it."""
        self.host.call("PATCH", f"/repos/{self.repository}/issues/{entry.id}", {"body": body, "state": "closed"})


@dataclass(frozen=True)
class GitLabNotes:
    """The notes of a merge request."""

    host: Host
    project: str
    number: int

    @property
    def _path(self) -> str:
        return f"/projects/{self.project}/merge_requests/{self.number}/notes"

    def entries(self) -> Iterator[Entry]:
        """The notes."""
        for one in self.host.pages(self._path):
            yield Entry(one["id"], one.get("body") or "")

    def create(self, body: str) -> None:
        """Adds a note."""
        self.host.call("POST", self._path, {"body": body})

    def update(self, entry: Entry, body: str) -> None:
        """Replaces its text."""
        self.host.call("PUT", f"{self._path}/{entry.id}", {"body": body})

    close = update


@dataclass(frozen=True)
class GitLabIssues:
    """The open issues of a project."""

    host: Host
    project: str
    title: str

    def entries(self) -> Iterator[Entry]:
        """The open issues."""
        for one in self.host.pages(f"/projects/{self.project}/issues?state=opened"):
            yield Entry(one["iid"], one.get("description") or "")

    def create(self, body: str) -> None:
        """Opens an issue."""
        self.host.call("POST", f"/projects/{self.project}/issues", {"title": self.title, "description": body})

    def update(self, entry: Entry, body: str) -> None:
        """Replaces its text."""
        self.host.call("PUT", f"/projects/{self.project}/issues/{entry.id}", {"description": body})

    def close(self, entry: Entry, body: str) -> None:
        """Closes it."""
        change = {"description": body, "state_event": "close"}
        self.host.call("PUT", f"/projects/{self.project}/issues/{entry.id}", change)


def thread_of(environment: Mapping[str, str], title: str | None) -> Thread:
    """Where to write, as the job's environment says: the pull request, or issues of that title. Raises AuthorError."""
    if environment.get("GITHUB_REPOSITORY"):
        return _github(environment, title)
    if environment.get("CI_PROJECT_ID"):
        return _gitlab(environment, title)
    raise AuthorError(
        "this is no job of GitHub Actions or GitLab CI", "run it in one; it reads the variables set there"
    )


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
    if title is not None:
        return GitHubIssues(host, repository, title)
    event = _event(environment.get("GITHUB_EVENT_PATH", ""))
    number = (event.get("pull_request") or event.get("issue") or {}).get("number")
    if not isinstance(number, int):
        raise AuthorError("this job is of no pull request", "run it on: pull_request, or open an issue with --issue")
    return GitHubComments(host, repository, number)


def _event(path: str) -> dict[str, Any]:
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        found = {}  # the refusal says what is missing
    return found if isinstance(found, dict) else {}


def _gitlab(environment: Mapping[str, str], title: str | None) -> Thread:
    token = _needed(environment, "GITLAB_TOKEN", "a project access token with the scope api, as a masked variable")
    url = environment.get("CI_API_V4_URL") or "https://gitlab.com/api/v4"
    host, project = Host("GitLab", url, {"PRIVATE-TOKEN": token}), quote(environment["CI_PROJECT_ID"], safe="")
    if title is not None:
        return GitLabIssues(host, project, title)
    number = environment.get("CI_MERGE_REQUEST_IID", "")
    if not number.isdecimal():
        raise AuthorError("this job is of no merge request", "run it for merge requests, or open an issue with --issue")
    return GitLabNotes(host, project, int(number))


def _needed(environment: Mapping[str, str], name: str, fix: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise AuthorError(f"{name} is not set", fix)
    protect(value)
    return value


def post(thread: Thread, marker: str, body: str, over: str) -> str:
    """Writes a text, or that it is `over` where there is none; says in a word what was done. Raises AccountError.

    The text keeps `marker` as its first line. Where there is nothing to say and nothing was said, nothing is written.
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
