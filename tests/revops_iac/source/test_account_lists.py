"""Named accounts in a CSV file beside the model: what is read, and what is wrong with its file, line and fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from revops_iac.errors import DiagnosticsError
from revops_iac.model import Model
from revops_iac.source.load import load

MODEL = """
people: {persons: {ann: {name: Ann, email: ann@x.example}}}
data_hygiene: {fields: {contact: {domain: {label: Domain, type: text}}}}
routing:
  inbound:
    rules:
      named:
        method: account_based
        accounts: {file: accounts/named.csv, field: contact.domain}
        assign: {person: ann}
"""


def loaded(folder: Path, text: str | bytes | None, model: str = MODEL) -> Model:
    (folder / "stacks" / "model" / "accounts").mkdir(parents=True)
    (folder / "stacks" / "model" / "all.yaml").write_text(model)
    if text is not None:
        content = text if isinstance(text, bytes) else text.encode()
        (folder / "stacks" / "model" / "accounts" / "named.csv").write_bytes(content)
    return load(folder / "stacks").model


@pytest.mark.parametrize(
    "text",
    [
        "domain,name,owner\nb.example,B,ann\na.example,A,\n\n",
        "\ufeffdomain;name;owner\r\na.example;A;\r\nb.example;B;ann\r\n",
        "domain,owner\n a.example \nb.example, ann\n",
    ],
)
def test_rows_are_read_whatever_the_separator_the_order_and_other_columns(tmp_path: Path, text: str) -> None:
    accounts = loaded(tmp_path, text).routing["inbound"].rules["named"].accounts
    assert accounts is not None
    assert accounts.rows == "a.example\nb.example = ann"
    assert accounts.owners == {"a.example": None, "b.example": "ann"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("domain,owner\na.example,anne\n", 'stacks/model/accounts/named.csv:2:1  .*: person "anne" is not declared'),
        ("domain\na.example\nA.example\n", 'stacks/model/accounts/named.csv:3:1  .*: "A.example" is on line 2 already'),
        ("owner,domain\nann,a.example\n", "stacks/model/accounts/named.csv:1:1  .*: has no column of values"),
        ("domain\n", "stacks/model/accounts/named.csv:1:1  .*: has no accounts"),
        (None, "stacks/model/all.yaml:9:26  .*: there is no such file in stacks/model"),
        (b"domain\n\xff\n", "stacks/model/all.yaml:9:26  .*: is not readable as UTF-8"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line(
    tmp_path: Path, text: str | bytes | None, message: str
) -> None:
    with pytest.raises(DiagnosticsError, match=message):
        loaded(tmp_path, text)


def test_a_file_outside_the_model_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticsError, match="is outside the folder of the model"):
        loaded(tmp_path, None, MODEL.replace("accounts/named.csv", "../../secret.csv"))
