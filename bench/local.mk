# bench: built and run by hand (see docs/benchmarks.md), never part of make check.
