"""Which stacks a folder has, and their plain config."""

from __future__ import annotations

from pathlib import Path

import pytest

from revops_iac.config.stack_config import read_stack_config, stacks_of
from revops_iac.errors import AuthorError


def test_plain_values_are_read_and_secrets_stay_unread(tmp_path: Path) -> None:
    secret = "  hubspot:accessToken:\n    secure: AAAB\n"
    (tmp_path / "Pulumi.dev.yaml").write_text(f'config:\n  hubspot:portalId: "77"\n{secret}', encoding="utf-8")
    assert read_stack_config(tmp_path, "dev") == {"hubspot:portalId": "77"}
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
    with pytest.raises(AuthorError, match=r'Pulumi.dev.yaml: "revops:maxEnrol" is not a key'):
        read_stack_config(tmp_path, "dev")
