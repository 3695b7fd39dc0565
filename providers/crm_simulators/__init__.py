"""HubSpot and Salesforce on loopback, for tests and demonstrations; vendor names only, importing nothing of ours."""
