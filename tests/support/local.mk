# tests/support: what several tests share.
EXTRA_DIST += tests/support/run-test tests/support/lsan.supp
EXTRA_DIST += tests/support/fake_smtp.py
