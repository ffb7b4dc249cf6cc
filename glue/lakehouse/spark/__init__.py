"""spark: the session, Iceberg's own API, Java: the only rooms that know where a run takes place."""
