"""run: one run from what has arrived to what is published, its scope and its report."""
