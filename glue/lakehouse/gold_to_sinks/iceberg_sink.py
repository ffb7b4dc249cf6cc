"""The published Iceberg tables themselves: whoever reads the catalog (Athena, EMR, Spark) reads them."""

from lakehouse.gold_to_sinks import SinkKind

SINK = SinkKind(name="iceberg", reads_in_place=True)
