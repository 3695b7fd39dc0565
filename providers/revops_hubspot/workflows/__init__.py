"""Workflows: `steps` and `enrollment` are what people write, `words` turns them into HubSpot's JSON and back, and
`flow_body` makes of it what is sent."""
