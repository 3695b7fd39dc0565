"""Resource types of Salesforce: one module each, discovered by the provider."""
