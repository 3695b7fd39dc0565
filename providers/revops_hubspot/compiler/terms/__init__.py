"""How terms of the model read on HubSpot: names, conditions and formulas."""
