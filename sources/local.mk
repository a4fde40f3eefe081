# sources: sources of the room; one line a file.
libtocsin_a_SOURCES +=
libtocsin_a_SOURCES += sources/source.h
libtocsin_a_SOURCES += sources/slots.h
libtocsin_a_SOURCES += sources/sources.h
