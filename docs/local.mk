# docs: man pages and reference.
EXTRA_DIST += docs/benchmarks.md
EXTRA_DIST += docs/dependencies.md
dist_man_MANS += docs/man/tocsinctl.1
