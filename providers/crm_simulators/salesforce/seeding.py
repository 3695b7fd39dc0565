"""What `POST /_sim/seed` and `POST /_sim/evaluate-formula` do."""

from __future__ import annotations

from crm_simulators.control import JsonObject

from .org import Org


def seed(org: Org, document: JsonObject) -> JsonObject:
    return {}


def evaluate_formula(org: Org, body: JsonObject) -> JsonObject:
    return {}
