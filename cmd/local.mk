# cmd: the programs; everything else lives in libtocsin.a.
sbin_PROGRAMS += tocsind
tocsind_SOURCES = cmd/tocsind.c
include cmd/tocsinctl/local.mk
