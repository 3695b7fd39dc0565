"""How terms of the model read on Salesforce: names, conditions, scores and flows."""
