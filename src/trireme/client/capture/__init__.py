"""What a run records of its surroundings by itself: console, source, packages, tracebacks."""
