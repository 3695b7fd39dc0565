"""Which stacks a folder has, and their plain config."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from revops_iac.config.stack_config import read_stack_config, stacks_of
from revops_iac.errors import AuthorError


def test_plain_values_are_read_and_secrets_stay_unread(tmp_path: Path) -> None:
    secret = "  hubspot:accessToken:\n    secure: AAAB\n"
    (tmp_path / "Pulumi.dev.yaml").write_text(f'config:\n  hubspot:portalId: "77"\n{secret}', encoding="utf-8")
    assert read_stack_config(tmp_path, "dev").values == {"hubspot:portalId": "77"}
    assert stacks_of(tmp_path) == ["dev"]


def test_unknown_stack_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n", encoding="utf-8")
    with pytest.raises(AuthorError) as unknown:
        read_stack_config(tmp_path, "prod")
    assert str(unknown.value).endswith(
        "Pulumi.prod.yaml does not exist\n    fix: one of dev, or pulumi stack init prod"
    )


def test_unknown_key_is_refused_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  revops:maxEnrol: 5\n", encoding="utf-8")
    with pytest.raises(AuthorError, match=r'Pulumi.dev.yaml:2:3  stack config: "revops:maxEnrol" is not a key'):
        read_stack_config(tmp_path, "dev")


WRONG = {
    "syntax": (
        "config:\n  a: [1\n",
        "{path}:3:1  stack config: is not YAML: expected ',' or ']', but got '<stream end>'",
    ),
    "tab": (
        "config:\n\tx: 1\n",
        "{path}:2:1  stack config: is not YAML: found character '\\t' that cannot start any token",
    ),
    "not UTF-8": (b"config: \xff\n", "{path}:1:1  stack config: is not YAML in UTF-8"),
    "200,000 brackets": ("[" * 200_000, "{path}:1:1  stack config: is nested too deeply"),
    "a list": ("- config\n", "{path}:1:1  stack config: the file must be a mapping of keys"),
    "config as a list": ("config:\n  - a\n", '{path}:2:3  stack config: "config" must be a mapping of keys'),
    "date": (
        "config:\n  revops:goLive: 2020-13-45\n",
        '{path}:2:3  stack config: "revops:goLive" is "2020-13-45", it must be a date',
    ),
    "list for a name": (
        "config:\n  revops:environment: [dev]\n",
        '{path}:2:3  stack config: "revops:environment" is "[\'dev\']", it must be one name',
    ),
    "map for a flag": (
        "config:\n  revops:production: {on: true}\n",
        "{path}:2:3  stack config: \"revops:production\" is \"{{'on': 'true'}}\", it must be true or false",
    ),
    "cut list": (
        "config:\n  revops:allowDelete: '[\"a'\n",
        '{path}:2:3  stack config: "revops:allowDelete" is "["a", it must be a list of names',
    ),
}


@pytest.mark.parametrize(("content", "message"), WRONG.values(), ids=WRONG)
def test_wrong_configuration_is_one_sentence_with_its_place(content: str | bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(AuthorError) as refused:
        read_stack_config(tmp_path, "dev").settings()
    assert str(refused.value).partition("\n")[0] == message.format(path=path)
    assert refused.value.diagnostic.fix


def test_fifo_is_no_stack(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "Pulumi.dev.yaml")
    with pytest.raises(AuthorError, match=r"Pulumi.dev.yaml does not exist"):
        read_stack_config(tmp_path, "dev")
