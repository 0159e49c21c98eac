"""Figures anyone can measure: ``python -m benchmarks.<name>``. See benchmarks/README.md."""
