# base: sources of the room; one line a file.
libtocsin_a_SOURCES += base/error.h base/error.c
