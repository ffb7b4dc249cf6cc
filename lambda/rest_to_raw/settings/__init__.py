"""settings: the settings of one REST resource, as the compiled contract puts them into the event."""
