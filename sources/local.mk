# sources: sources of the room; one line a file.
libtocsin_a_SOURCES += sources/sources.h
libtocsin_a_SOURCES += sources/source.h
libtocsin_a_SOURCES += sources/slots.h sources/slots.c
libtocsin_a_SOURCES += sources/connector_model.h
libtocsin_a_SOURCES += sources/text_cache.h
