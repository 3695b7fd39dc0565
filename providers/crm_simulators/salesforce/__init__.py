"""A simulated Salesforce organization: SOAP login, Metadata API, Tooling API, REST and SOQL."""

from crm_simulators.salesforce.simulator import create_simulator

__all__ = ["create_simulator"]
