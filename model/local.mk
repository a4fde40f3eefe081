# model: sources of the room; one line a file.
libtocsin_a_SOURCES +=
libtocsin_a_SOURCES += model/words.h model/words.c
