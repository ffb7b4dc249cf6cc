"""http: requests and responses, checked and limited."""
