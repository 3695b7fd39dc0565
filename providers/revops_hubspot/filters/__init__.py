"""Filters of segments and workflows: text to tree (`lexer`, `parser`) and back (`printer`), tree to HubSpot's JSON and
back (`branches`). The compiler builds trees from `leaves`."""
