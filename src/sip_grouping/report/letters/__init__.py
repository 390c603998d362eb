"""Letters: what each member is told of its group, or of having none, in its own language; never sent."""
