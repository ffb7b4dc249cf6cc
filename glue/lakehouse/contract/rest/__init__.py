"""contract.rest: the contract's models of REST APIs."""
