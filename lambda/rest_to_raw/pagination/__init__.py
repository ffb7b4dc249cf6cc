"""pagination: finds the next page of a resource."""
