"""Properties: definitions, values, validation rules, formulas and where they are used."""
