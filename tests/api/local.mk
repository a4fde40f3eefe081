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
