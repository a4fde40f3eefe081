# tests/base: one program per module.
criterion_tests += tests/base/test_error
tests_base_test_error_SOURCES = tests/base/test_error.c
tests_base_test_error_CFLAGS = $(TEST_CFLAGS)
tests_base_test_error_LDADD = $(TEST_LDADD)
