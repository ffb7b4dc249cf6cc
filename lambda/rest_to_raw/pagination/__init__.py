"""pagination: how one page of a resource leads to the next."""
