# lint: scripts over the source tree.
script_tests += tests/lint/lint-arrow
script_tests += tests/lint/lint-banned
script_tests += tests/lint/lint-locals
script_tests += tests/lint/lint-style
EXTRA_DIST += tests/lint/code.awk
