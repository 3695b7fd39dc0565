"""The Pulumi program of Halden: everything that it registers is written in the model folder beside it."""

from revops_iac.program import run

run()
