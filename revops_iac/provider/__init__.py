"""The contract between the engine and a CRM package."""
