# tests/store: one program per module.
criterion_tests += tests/store/test_store
tests_store_test_store_SOURCES = tests/store/test_store.c
tests_store_test_store_CFLAGS = $(TEST_CFLAGS)
tests_store_test_store_LDADD = $(TEST_LDADD)
criterion_tests += tests/store/test_store_faults
tests_store_test_store_faults_SOURCES = tests/store/test_store_faults.c tests/store/fail_vfs.h tests/store/fail_vfs.c
tests_store_test_store_faults_CFLAGS = $(TEST_CFLAGS)
tests_store_test_store_faults_LDADD = $(TEST_LDADD)
