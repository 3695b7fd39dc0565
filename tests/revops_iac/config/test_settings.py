"""Stack configuration is read strictly, with a fix for each mistake."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from revops_iac.config.settings import Settings, read_settings, unknown_keys
from revops_iac.errors import AuthorError


def settings(**config: Any) -> Settings:
    return read_settings(lambda key: config.get(key.removeprefix("revops:")), "dev")


def test_environment_is_the_stack_when_none_is_named() -> None:
    assert settings().environment == "dev"
    assert settings(environment="prod").environment == "prod"


@pytest.mark.parametrize("value", ['["contacts.a", "deals.b"]', "contacts.a, deals.b", ["contacts.a", "deals.b"]])
def test_names_are_read_from_json_text_commas_and_lists(value: Any) -> None:
    assert settings(allowDataLoss=value).allow_data_loss == {"contacts.a", "deals.b"}


def test_go_live_is_a_date() -> None:
    assert settings(goLive="2027-01-15").go_live == date(2027, 1, 15)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            {"goLive": "soon"},
            'stack config: "revops:goLive" is "soon", it must be a date\n    fix: revops:goLive: 2027-01-15',
        ),
        (
            {"maxEnroll": "-1"},
            'stack config: "revops:maxEnroll" is "-1", it must be a number of records\n    fix: revops:maxEnroll: 100',
        ),
        (
            {"production": "yes"},
            'stack config: "revops:production" is "yes", it must be true or false\n    fix: revops:production: true',
        ),
        (
            {"systems": [1]},
            'stack config: "revops:systems" is "[1]", it must be a list of names\n'
            "    fix: revops:systems: [name, name]",
        ),
    ],
)
def test_value_of_the_wrong_form_is_refused(config: dict[str, Any], message: str) -> None:
    with pytest.raises(AuthorError) as raised:
        settings(**config)
    assert str(raised.value) == message


def test_unknown_keys_are_named() -> None:
    assert unknown_keys({"revops:goLiv": "2027-01-15", "revops:goLive": "", "hubspot:portalId": "1"}) == [
        "revops:goLiv"
    ]


def test_patterns_allow_deletion_outside_production_only() -> None:
    anywhere = read_settings({"revops:allowDelete": ["workflows.*", "contacts.Old *"]}.get, "dev")
    assert anywhere.may_delete("Workflow", ["deals.Stale deal"])
    assert anywhere.may_delete("Flow", ["contacts.Old scoring"])
    assert not anywhere.may_delete("Flow", ["MQL_Assignment"])

    with pytest.raises(AuthorError, match=r'is "workflows\.\*", it must be a name in production'):
        read_settings({"revops:production": "true", "revops:allowDelete": ["workflows.*"]}.get, "prod")


def test_name_allows_deletion_also_in_production() -> None:
    config = {"revops:production": "true", "revops:allowDelete": ["contacts.old_one"]}
    production = read_settings(config.get, "prod")
    assert production.may_delete("Workflow", ["contacts.Old one", "contacts.old_one"])
    assert not production.may_delete("Workflow", ["contacts.New one"])
