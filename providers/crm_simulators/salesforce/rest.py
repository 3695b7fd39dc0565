"""The REST API below ``/services/data/vXX.0/``."""

from __future__ import annotations

from collections.abc import Callable

from .calls import Call, Reply
from .deploy import DeployApi
from .errors import not_found
from .org import Org


class RestApi:
    """Answers REST calls."""

    def __init__(self, org: Org, deploys: DeployApi, used: Callable[[], int]) -> None:
        self.org = org
        self.deploys = deploys
        self.used = used

    def answer(self, call: Call) -> Reply:
        raise not_found()
