"""The rules of revops-iac, at the levels of config.json beside this file."""

from pathlib import Path

from revops_policies.pack import run

run(Path(__file__).parent)
