# tests/notifiers: one program per module.
notifier_samples = tests/notifiers/sample.h tests/notifiers/sample.c

# To look at: writes every sample into a directory.
check_PROGRAMS += tests/notifiers/render_samples
tests_notifiers_render_samples_SOURCES = tests/notifiers/render_samples.c $(notifier_samples)

script_tests += tests/notifiers/smtp.sh
EXTRA_DIST += tests/notifiers/smtp_verdicts.py
