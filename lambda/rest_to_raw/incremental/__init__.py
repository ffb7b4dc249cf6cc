"""incremental: the records that a run asks for, by watermark, windows and parents."""
