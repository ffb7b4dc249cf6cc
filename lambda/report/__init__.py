"""report: what one execution of the state machine did, how long it took, and what to do after a failure."""
