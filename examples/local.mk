# examples: runnable configurations, units, demo.
