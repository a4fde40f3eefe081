# tests/model: one program per module.
criterion_tests += tests/model/test_ring
tests_model_test_ring_SOURCES = tests/model/test_ring.c
tests_model_test_ring_CFLAGS = $(TEST_CFLAGS)
tests_model_test_ring_LDADD = $(TEST_LDADD)
criterion_tests += tests/model/test_unit
tests_model_test_unit_SOURCES = tests/model/test_unit.c
tests_model_test_unit_CFLAGS = $(TEST_CFLAGS)
tests_model_test_unit_LDADD = $(TEST_LDADD)
criterion_tests += tests/model/test_matcher
tests_model_test_matcher_SOURCES = tests/model/test_matcher.c
tests_model_test_matcher_CFLAGS = $(TEST_CFLAGS)
tests_model_test_matcher_LDADD = $(TEST_LDADD)
criterion_tests += tests/model/test_template
tests_model_test_template_SOURCES = tests/model/test_template.c
tests_model_test_template_CFLAGS = $(TEST_CFLAGS)
tests_model_test_template_LDADD = $(TEST_LDADD)
