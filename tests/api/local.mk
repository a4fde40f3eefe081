# tests/api: one program per module.
fake_app_files = tests/api/fake_app.h tests/api/fake_app.c tests/api/rig.h tests/api/rig.c
criterion_tests += tests/api/test_server
tests_api_test_server_SOURCES = tests/api/test_server.c $(fake_app_files)
tests_api_test_server_CFLAGS = $(TEST_CFLAGS)
tests_api_test_server_LDADD = $(TEST_LDADD)
criterion_tests += tests/api/test_stream
tests_api_test_stream_SOURCES = tests/api/test_stream.c $(fake_app_files)
tests_api_test_stream_CFLAGS = $(TEST_CFLAGS)
tests_api_test_stream_LDADD = $(TEST_LDADD)
criterion_tests += tests/api/test_metrics
tests_api_test_metrics_SOURCES = tests/api/test_metrics.c $(fake_app_files)
tests_api_test_metrics_CFLAGS = $(TEST_CFLAGS)
tests_api_test_metrics_LDADD = $(TEST_LDADD)
criterion_tests += tests/api/test_tokens
tests_api_test_tokens_SOURCES = tests/api/test_tokens.c
tests_api_test_tokens_CFLAGS = $(TEST_CFLAGS)
tests_api_test_tokens_LDADD = $(TEST_LDADD)
# A server for tests of its clients.
check_PROGRAMS += tests/api/fake_server
tests_api_fake_server_SOURCES = tests/api/fake_server.c $(fake_app_files)
