# tests/notifiers: one program per module.
notifier_samples = tests/notifiers/sample.h tests/notifiers/sample.c

# To look at: writes every sample into a directory.
check_PROGRAMS += tests/notifiers/render_samples
tests_notifiers_render_samples_SOURCES = tests/notifiers/render_samples.c $(notifier_samples)

script_tests += tests/notifiers/smtp.sh
EXTRA_DIST += tests/notifiers/smtp_verdicts.py

criterion_tests += tests/notifiers/test_messages
tests_notifiers_test_messages_SOURCES = tests/notifiers/test_messages.c $(notifier_samples)
tests_notifiers_test_messages_CFLAGS = $(TEST_CFLAGS)
tests_notifiers_test_messages_LDADD = $(TEST_LDADD)

criterion_tests += tests/notifiers/test_verdicts
tests_notifiers_test_verdicts_SOURCES = tests/notifiers/test_verdicts.c
tests_notifiers_test_verdicts_CFLAGS = $(TEST_CFLAGS)
tests_notifiers_test_verdicts_LDADD = $(TEST_LDADD)

criterion_tests += tests/notifiers/test_channels
tests_notifiers_test_channels_SOURCES = tests/notifiers/test_channels.c $(notifier_samples)
tests_notifiers_test_channels_CFLAGS = $(TEST_CFLAGS)
tests_notifiers_test_channels_LDADD = $(TEST_LDADD)

criterion_tests += tests/notifiers/test_receivers
tests_notifiers_test_receivers_SOURCES = tests/notifiers/test_receivers.c
tests_notifiers_test_receivers_CFLAGS = $(TEST_CFLAGS)
tests_notifiers_test_receivers_LDADD = $(TEST_LDADD)
