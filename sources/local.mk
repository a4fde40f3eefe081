# sources: sources of the room; one line a file.
libtocsin_a_SOURCES += sources/sources.h
libtocsin_a_SOURCES += sources/source.h
libtocsin_a_SOURCES += sources/source_set.h sources/source_set.c
libtocsin_a_SOURCES += sources/source_load.c
libtocsin_a_SOURCES += sources/source_url.c
libtocsin_a_SOURCES += sources/kinds.h sources/kinds.c
libtocsin_a_SOURCES += sources/slots.h sources/slots.c
libtocsin_a_SOURCES += sources/connector_model.h
libtocsin_a_SOURCES += sources/text_cache.h
