# examples: runnable configurations, units, demo.
EXTRA_DIST += examples/kafka.conf
