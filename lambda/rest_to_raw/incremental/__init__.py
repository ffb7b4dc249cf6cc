"""incremental: which records a run asks for: watermark, windows, parents."""
