"""Demonstrations: the bundled web application that the demo, the tests and the benchmarks use."""
