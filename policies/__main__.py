"""The policy pack: `pulumi preview --policy-pack policies`. It builds itself from the rules folder."""

from revops_policies.pack import run

run()
