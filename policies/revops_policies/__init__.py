"""The policy pack: rules that judge a plan."""
