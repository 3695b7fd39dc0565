"""Regions in conditions: every spelling of a country counts, and a field with options gives its own."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from revops_iac.model import Model
from revops_iac.model.condition import Compare, Condition
from revops_iac.model.condition.regions import Regions, countries
from revops_iac.source.checks import find

REGIONS = {"dach": ["DE", "AT", "CH"], "europe": ["dach", "GB"], "west": ["California", "Oregon"]}
TEXT = {"label": "Country", "type": "text"}


def read(when: str, country: dict[str, Any] = TEXT, **context: Any) -> Condition:
    model = Model.model_validate(
        {
            "context": {"regions": REGIONS, **context},
            "data_hygiene": {"fields": {"contact": {"country": country}}},
            "lifecycle": {"stages": {"lead": {"label": "Lead", "entry_when": when}}},
        }
    )
    assert model.lifecycle is not None
    found = model.lifecycle.stages["lead"].entry_when
    assert found is not None
    assert Model.model_validate({"context": model.topic("context"), **topics_of(model)}) == model
    return found


def topics_of(model: Model) -> dict[str, Any]:
    return {name: model.topic(name) for name in ("lifecycle", "data_hygiene")}


@pytest.mark.parametrize("spelling", ["DE", "deu", "Germany", "AUSTRIA", "Schweiz"])
def test_every_spelling_of_a_country_is_in_its_region(spelling: str) -> None:
    assert read("contact.country in region dach").evaluate({"contact.country": spelling})


@pytest.mark.parametrize("spelling", ["US", "USA", "United States", "united states of america", "U.S.A."])
def test_a_country_is_a_region_of_its_own_in_all_its_names(spelling: str) -> None:
    assert read("contact.country in region US").evaluate({"contact.country": spelling})
    assert not read("contact.country not in region [US, dach]").evaluate({"contact.country": spelling})


def test_regions_hold_regions_and_values_of_other_kinds() -> None:
    in_europe = read("contact.country in region europe")
    assert in_europe.evaluate({"contact.country": "UK"})
    assert in_europe.evaluate({"contact.country": "CH"})
    assert read("contact.country in region west").evaluate({"contact.country": "oregon"})
    assert not in_europe.evaluate({"contact.country": None})


def test_own_spellings_count_beside_those_that_are_known() -> None:
    when = read("contact.country in region dach", countries={"DE": ["BRD"], "Kosovo": ["XK"]})
    assert when.evaluate({"contact.country": "brd"})
    assert read("contact.country in region XK", countries={"Kosovo": ["XK"]}).evaluate({"contact.country": "kosovo"})


def test_a_field_with_options_gives_those_that_mean_the_region() -> None:
    options = {"germany": "Germany", "austria_at": "A", "france": "France"}
    picklist = {"label": "Country", "type": "picklist", "options": options}
    when = read("contact.country in region dach", picklist)
    assert [one.values for one in when.comparisons() if isinstance(one, Compare)] == [("germany",)]


def test_a_region_renders_as_it_was_written() -> None:
    assert read("contact.country not in region [dach, US]").render() == "contact.country not in region [dach, US]"
    assert read("contact.country in region dach").render() == "contact.country in region dach"


@pytest.mark.parametrize(
    ("when", "country", "message", "column"),
    [
        ("contact.country in region dahc", TEXT, '"dahc" is neither a region nor a country', 27),
        (
            "contact.country in region west",
            {"label": "Country", "type": "picklist", "options": {"de": "Germany"}},
            "no option of contact.country is in region west",
            27,
        ),
    ],
)
def test_a_region_that_means_nothing_is_refused_where_it_stands(
    when: str, country: dict[str, Any], message: str, column: int
) -> None:
    with pytest.raises(ValidationError) as caught:
        read(when, country)
    (error,) = caught.value.errors()
    assert (error["msg"], error["ctx"]["column"]) == (message, column)


def test_a_cycle_of_regions_and_a_name_of_two_countries_are_found() -> None:
    context = {"regions": {"a": ["b"], "b": ["a"]}, "countries": {"DE": ["Austria"]}}
    assert [found.message for found in find(Model.model_validate({"context": context}))] == [
        "the regions form a cycle: a -> b -> a",
        '"Austria" is a name of AT already',
    ]


def test_no_name_belongs_to_two_countries() -> None:
    names = [name.casefold() for all_names in countries().values() for name in all_names]
    assert len(names) == len(set(names))
    assert Regions().names("DE") == ("DE", "DEU", "Germany", "Deutschland")
