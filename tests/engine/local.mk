# tests/engine: one program per module.
criterion_tests += tests/engine/test_lifecycle
tests_engine_test_lifecycle_SOURCES = tests/engine/test_lifecycle.c
tests_engine_test_lifecycle_CFLAGS = $(TEST_CFLAGS)
tests_engine_test_lifecycle_LDADD = $(TEST_LDADD)
criterion_tests += tests/engine/test_evaluator
tests_engine_test_evaluator_SOURCES = tests/engine/lab.h tests/engine/test_evaluator.c
tests_engine_test_evaluator_CFLAGS = $(TEST_CFLAGS)
tests_engine_test_evaluator_LDADD = $(TEST_LDADD)
criterion_tests += tests/engine/test_series_table
tests_engine_test_series_table_SOURCES = tests/engine/test_series_table.c
tests_engine_test_series_table_CFLAGS = $(TEST_CFLAGS)
tests_engine_test_series_table_LDADD = $(TEST_LDADD)
criterion_tests += tests/engine/test_connector_view
tests_engine_test_connector_view_SOURCES = tests/engine/test_connector_view.c
tests_engine_test_connector_view_CFLAGS = $(TEST_CFLAGS)
tests_engine_test_connector_view_LDADD = $(TEST_LDADD)
