# tests/web: the page as it was built.
if WEB
script_tests += tests/web/test_budgets.sh
script_tests += tests/web/test_types.sh
endif
EXTRA_DIST += tests/web/test_budgets.sh tests/web/test_types.sh
