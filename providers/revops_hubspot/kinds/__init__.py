"""Resource types of HubSpot: one module each, discovered by the provider."""
