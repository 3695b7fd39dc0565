"""HubSpot, simulated: https://developers.hubspot.com/docs/api-reference.

Evidence tags: [S] specification, [C] Python client, [N] Node client, [D] documentation, [O] dated notes of live runs,
[T] other public code, [?] not verified.
"""

from crm_simulators.hubspot.simulator import create_simulator

__all__ = ["create_simulator"]
