"""SOQL: parsed, evaluated and grouped."""
