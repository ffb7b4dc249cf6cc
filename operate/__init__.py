"""Commands of a person on a deployment, besides applying it."""
