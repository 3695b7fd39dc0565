"""The REST API, its composite resources and the Tooling API."""
