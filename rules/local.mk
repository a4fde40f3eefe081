# rules: sources of the room; one line a file.
libtocsin_a_SOURCES +=
