"""report: what one execution of the state machine did, where its time went, and what to do after a failure."""
