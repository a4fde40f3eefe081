# cmd: the programs; everything else lives in libtocsin.a.
sbin_PROGRAMS += tocsind
tocsind_SOURCES = cmd/tocsind.c
if TSAN
tocsind_SOURCES += tests/race/c11_threads.c
endif
include cmd/tocsinctl/local.mk
