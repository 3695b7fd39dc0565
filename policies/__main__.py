"""The policy pack: `pulumi preview --policy-pack policies`. It builds itself from the rules folder."""

from pathlib import Path

from revops_policies.pack import run

run(Path(__file__).parent)
