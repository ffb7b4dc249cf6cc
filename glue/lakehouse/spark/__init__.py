"""spark: the session, Iceberg's own API and Java; the only package that knows where a run takes place."""
