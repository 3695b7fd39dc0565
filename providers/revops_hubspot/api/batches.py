"""Properties that are created at the same moment, as one call of HubSpot's batch endpoint.

https://developers.hubspot.com/docs/api-reference/crm-properties-v3/batch/post-crm-v3-properties-objectType-batch-create

Of what this package creates, properties alone have one [S: paths of the official client]. A batch that fails in part
answers 207 with the rest [S]; others met a 409 for all of it [O]. How an error names its property is not documented
[?], so what is not among the results is created alone: then its own answer says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from revops_hubspot.api.delivery import NOT_DONE
from revops_hubspot.api.errors import HubSpotRefusal, Json
from revops_hubspot.api.request import Landed
from revops_iac.provider.api.creations import Creations
from revops_iac.provider.api.landing import note_landed

MOST = 100
"""As for records [D]; for properties HubSpot states no number [?]."""


@dataclass(frozen=True)
class Creation:
    """A property to create: its body, and what asks the account for it when the answer is lost."""

    body: Json
    landed: Landed

    @property
    def name(self) -> str:
        """What an answer calls it."""
        return str(self.body["name"]).lower()


@dataclass(frozen=True)
class _Outcome:
    """What a batch answered of one property, None where nothing; `is_lost` says that it may be there all the same."""

    answer: Json | None
    is_lost: bool = False


class PropertyBatches:
    """Creates the properties of one account, by its client's `write` and `get`. Thread-safe."""

    def __init__(self, write: Callable[..., Json], get: Callable[..., Json]) -> None:
        self._write, self._get = write, get
        self._creations: Creations[Creation, _Outcome] = Creations(MOST, self._send)

    def create(self, object_: str, body: Json, landed: Landed) -> Json:
        """The property as HubSpot answers. Raises AccountError, for this property alone where it alone is wrong."""
        creation = Creation(body, landed)
        outcome = self._creations.create(object_, creation)
        if outcome.answer is None:
            return self._alone(object_, creation, outcome.is_lost)
        note_landed()
        return outcome.answer

    def _alone(self, object_: str, creation: Creation, is_lost: bool = False) -> Json:
        return self._write(
            "POST",
            "properties",
            "/{object}",
            creation.body,
            landed=creation.landed,
            may_have_landed=is_lost,
            object=object_,
        )

    def _send(self, object_: str, creations: Sequence[Creation]) -> list[_Outcome]:
        if len(creations) == 1:
            return [_Outcome(self._alone(object_, creations[0]))]
        names = {creation.name for creation in creations}
        batch = {"inputs": [creation.body for creation in creations]}
        is_lost = False

        def landed() -> Json | None:
            nonlocal is_lost
            is_lost = True
            answer = self._get("properties", "/{object}", object=object_)
            found = [entry for name, entry in _by_name(answer).items() if name in names]
            return {"results": found} if found else None

        try:
            path = "/{object}/batch/create"
            answer = self._write("POST", "properties", path, batch, landed=landed, object=object_)
        except HubSpotRefusal as error:
            if error.status >= 500 or error.status in NOT_DONE:
                raise  # of the account, not of one property
            answer = {}
        made = _by_name(answer)
        return [_Outcome(made.get(creation.name), is_lost) for creation in creations]


def _by_name(answer: Mapping[str, Json]) -> dict[str, Json]:
    return {str(entry["name"]).lower(): entry for entry in answer.get("results") or ()}
