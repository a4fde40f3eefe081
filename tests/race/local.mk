# tests/race: one program per module.
plain_tests += tests/race/test_base_threads
tests_race_test_base_threads_SOURCES = tests/race/test_base_threads.c tests/support/fake_http.h tests/support/fake_http.c
plain_tests += tests/race/race_app
tests_race_race_app_SOURCES = tests/race/race_app.c
plain_tests += tests/race/test_source_set_threads
tests_race_test_source_set_threads_SOURCES = tests/race/test_source_set_threads.c tests/support/fake_http.h tests/support/fake_http.c
plain_tests += tests/race/race_api
tests_race_race_api_SOURCES = tests/race/race_api.c $(fake_app_files)
