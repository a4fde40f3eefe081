# bench: built and run by hand (see docs/benchmarks.md), never part of make check.
EXTRA_PROGRAMS += bench/bench_evaluate
CLEANFILES += bench/bench_evaluate
bench_bench_evaluate_SOURCES = bench/bench_evaluate.c
EXTRA_PROGRAMS += bench/bench_ingest
bench_bench_ingest_SOURCES = bench/bench_ingest.c
EXTRA_PROGRAMS += bench/bench_latency
bench_bench_latency_SOURCES = bench/bench_latency.c bench/rig.h bench/rig.c
EXTRA_PROGRAMS += bench/bench_daemon
bench_bench_daemon_SOURCES = bench/bench_daemon.c bench/rig.h bench/rig.c
EXTRA_PROGRAMS += bench/bench_stream
CLEANFILES += bench/bench_stream
bench_bench_stream_SOURCES = bench/bench_stream.c bench/rig.h bench/rig.c
