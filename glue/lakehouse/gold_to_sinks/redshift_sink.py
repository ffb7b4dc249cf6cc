"""Redshift: an external schema on the Glue database, and a view per table, made by terraform/modules/gold_to_sinks."""

from lakehouse.gold_to_sinks import SinkKind

SINK = SinkKind(name="redshift", reads_in_place=True)
