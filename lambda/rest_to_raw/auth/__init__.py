"""auth: what each request carries so that the API lets it in."""
