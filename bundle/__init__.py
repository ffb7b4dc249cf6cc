"""What is deployed, as files: the same sources give the same bytes on every machine."""
