"""One comment per pull request and stack, one issue for what drifts: made, updated, and closed when it is over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from revops_iac.commands.comment import CLEAN, NOTHING, comment
from revops_iac.errors import AccountError, AuthorError
from tests.code_host import TOKEN, CodeHost, github, gitlab, serving

MARKER = "<!-- revops plan: prod -->"


@pytest.fixture(scope="module")
def served() -> Iterator[CodeHost]:
    with serving() as host:
        yield host


@pytest.fixture(params=["github", "gitlab"])
def host(request: pytest.FixtureRequest, served: CodeHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CodeHost:
    """A host on which nobody has written yet; the environment is that of one of its jobs."""
    served.comments, served.issues, served.writes = {}, {}, []
    for name in ("GITHUB_REPOSITORY", "CI_PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (github(served, tmp_path) if request.param == "github" else gitlab(served)).items():
        monkeypatch.setenv(name, value)
    return served


def page(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "review.md"
    file.write_text(text)
    return file


def test_comment_is_made_then_updated_and_left_alone_when_it_says_the_same(host: CodeHost, tmp_path: Path) -> None:
    host.comments = {number: {"id": number, "body": f"talk {number}"} for number in range(1, 131)}
    assert comment(page(tmp_path, f"{MARKER}\n## One\n"), "prod", None) == "created"
    assert comment(page(tmp_path, f"{MARKER}\n## Two\n"), "prod", None) == "updated"
    assert len(host.writes) == 2
    assert comment(page(tmp_path, f"{MARKER}\n## Two\n"), "prod", None) == "updated"
    assert len(host.writes) == 2
    assert comment(page(tmp_path, "<!-- revops plan: dev -->\n## Dev\n"), "dev", None) == "created"
    assert len(host.comments) == 132
    assert host.comments[131]["body"] == f"{MARKER}\n## Two\n"


def test_nothing_to_review_makes_no_comment_and_ends_an_earlier_one(host: CodeHost, tmp_path: Path) -> None:
    assert comment(page(tmp_path, ""), "prod", None) == "nothing to say"
    assert host.writes == []
    comment(page(tmp_path, f"{MARKER}\n## One\n"), "prod", None)
    assert comment(page(tmp_path, ""), "prod", None) == "closed"
    assert host.comments[1]["body"] == f"{MARKER}\n{NOTHING}\n"
    writes = len(host.writes)
    comment(page(tmp_path, "\n"), "prod", None)
    assert len(host.writes) == writes


def test_one_issue_is_opened_updated_and_closed(host: CodeHost, tmp_path: Path) -> None:
    for text, done in (
        ("two drifted", "created"),
        ("three drifted", "updated"),
        ("", "closed"),
        ("", "nothing to say"),
    ):
        assert comment(page(tmp_path, text), "prod", "Drift in prod") == done
    (issue,) = host.issues.values()
    assert issue["title"] == "Drift in prod"
    assert CLEAN in (issue["body"] if "body" in issue else issue["description"])
    assert host.open_issues() == []
    assert comment(page(tmp_path, "one drifted"), "prod", "Drift in prod") == "created"
    assert len(host.open_issues()) == 1


def test_refused_token_is_said_without_the_token(
    host: CodeHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_TOKEN", "GITLAB_TOKEN"):
        monkeypatch.setenv(name, TOKEN[:-1] + "z")
    with pytest.raises(AccountError, match="401, Bad credentials") as raised:
        comment(page(tmp_path, "x"), "prod", None)
    assert TOKEN[:-1] not in str(raised.value)
    for name in ("GITHUB_TOKEN", "GITLAB_TOKEN"):
        monkeypatch.delenv(name)
    with pytest.raises(AuthorError, match="_TOKEN is not set"):
        comment(page(tmp_path, "x"), "prod", None)


def test_outside_of_ci_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_REPOSITORY", "CI_PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(AuthorError, match="this is not a job of GitHub Actions or GitLab CI"):
        comment(page(tmp_path, "x"), "prod", None)
    with pytest.raises(AuthorError, match=r"No such file"):
        comment(tmp_path / "none.md", "prod", None)
