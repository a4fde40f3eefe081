# tests/store: one program per module.
criterion_tests += tests/store/test_store
tests_store_test_store_SOURCES = tests/store/test_store.c
tests_store_test_store_CFLAGS = $(TEST_CFLAGS)
tests_store_test_store_LDADD = $(TEST_LDADD)
store_faults_files = tests/store/commits.h tests/store/commits.c tests/store/fail_vfs.h tests/store/fail_vfs.c
criterion_tests += tests/store/test_store_faults
tests_store_test_store_faults_SOURCES = tests/store/test_store_faults.c $(store_faults_files)
tests_store_test_store_faults_CFLAGS = $(TEST_CFLAGS)
tests_store_test_store_faults_LDADD = $(TEST_LDADD)
criterion_tests += tests/store/test_store_power
tests_store_test_store_power_SOURCES = tests/store/test_store_power.c tests/store/power.h tests/store/power.c $(store_faults_files)
tests_store_test_store_power_CFLAGS = $(TEST_CFLAGS)
tests_store_test_store_power_LDADD = $(TEST_LDADD)
criterion_tests += tests/store/test_history
tests_store_test_history_SOURCES = tests/store/test_history.c
tests_store_test_history_CFLAGS = $(TEST_CFLAGS)
tests_store_test_history_LDADD = $(TEST_LDADD)
