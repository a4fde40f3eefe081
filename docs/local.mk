# docs: man pages and reference.
EXTRA_DIST += docs/benchmarks.md
EXTRA_DIST += docs/dependencies.md
EXTRA_DIST += docs/page.md
EXTRA_DIST += docs/reference-config.md
dist_man_MANS += docs/man/tocsinctl.1
dist_man_MANS += docs/man/tocsind.8
dist_man_MANS += docs/man/tocsin.conf.5
EXTRA_DIST += docs/images/toast.png docs/images/alert-dark.png docs/images/connectors.png
