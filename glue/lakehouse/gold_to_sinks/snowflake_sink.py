"""Snowflake: externally managed Iceberg tables, by the SQL that terraform/modules/gold_to_sinks gives as an output."""

from lakehouse.gold_to_sinks import SinkKind

SINK = SinkKind(name="snowflake", reads_in_place=True)
