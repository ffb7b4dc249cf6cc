"""auth: the credentials that each request sends to the API."""
