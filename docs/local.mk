# docs: man pages and reference.
EXTRA_DIST += docs/dependencies.md
