# tests/store: one program per module.
criterion_tests += tests/store/test_store
tests_store_test_store_SOURCES = tests/store/test_store.c
tests_store_test_store_CFLAGS = $(TEST_CFLAGS)
tests_store_test_store_LDADD = $(TEST_LDADD)
