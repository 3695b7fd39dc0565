"""`python -m crm_simulators`: the simulators alone, without the rest of the project."""

from __future__ import annotations

import argparse
from pathlib import Path

from crm_simulators.server import CannotServe, Ports, serve


def main() -> None:
    """Read the options and serve until a signal."""
    parser = argparse.ArgumentParser(prog="crm_simulators", description="HubSpot and Salesforce on loopback.")
    parser.add_argument("--json", action="store_true", help="print one JSON line with addresses and credentials")
    parser.add_argument("--state", type=Path, metavar="DIR", help="keep what they hold across restarts")
    parser.add_argument("--evidence", type=Path, metavar="FILE", help="behave as this file of revops probe says")
    parser.add_argument("--user", action="append", default=[], metavar="EMAIL", help="add this user to both CRMs")
    parser.add_argument("--hubspot-port", type=int, default=0)
    parser.add_argument("--salesforce-http-port", type=int, default=0)
    parser.add_argument("--salesforce-https-port", type=int, default=0)
    options = parser.parse_args()
    ports = Ports(options.hubspot_port, options.salesforce_http_port, options.salesforce_https_port)
    try:
        serve(options.json, options.state, ports, options.evidence, options.user)
    except CannotServe as problem:
        parser.exit(1, f"crm_simulators: {problem}\n")


if __name__ == "__main__":
    main()
