"""data_quality: what must hold for a table to be published, and the gate that checks it."""
