"""The engine of revops-iac: configuration as code for the revenue process. It knows no vendor."""

import gc

# What is loaded by now, Pulumi's SDK above all, stays to the end of the process. Looking at it for garbage again and
# again took a third of the time of the imports below it, in each of the processes of a run (measured).
gc.freeze()
