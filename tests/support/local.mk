# tests/support: what several tests share.
EXTRA_DIST += tests/support/run-test tests/support/lsan.supp tests/support/tsan.supp
EXTRA_DIST += tests/support/fake_smtp.py
EXTRA_DIST += tests/support/postfix.sh tests/support/kafka/stack.sh tests/support/kafka/trouble.sh
EXTRA_DIST += tests/support/kafka/pom.xml tests/support/kafka/connector/tocsin/test/TroubleSource.java
