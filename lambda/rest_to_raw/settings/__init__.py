"""settings: one REST resource of the compiled contract, as it comes with the event."""
