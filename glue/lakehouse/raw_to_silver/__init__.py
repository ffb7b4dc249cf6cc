"""raw_to_silver: reads what is new, cleans, types, masks and deduplicates it, and merges it into an audit branch."""
