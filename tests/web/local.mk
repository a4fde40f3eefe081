# tests/web: the page as it was built, and its parts by themselves. tests/system/web.sh runs the whole of it in a browser.
if WEB
script_tests += tests/web/test_budgets.sh
script_tests += tests/web/test_types.sh
script_tests += tests/web/test_unit.sh
endif
EXTRA_DIST += tests/web/test_budgets.sh tests/web/test_types.sh tests/web/test_unit.sh tests/web/bundle.mjs tests/web/tap.mjs \
	tests/web/matcher_cases.json tests/web/unit tests/web/browser
