"""The files that are deployed: the same sources give the same bytes on every machine."""
