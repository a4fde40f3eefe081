# store: sources of the room; one line a file.
libtocsin_a_SOURCES += store/store.h store/store.c store/store_state.h
libtocsin_a_SOURCES += store/database.h store/database.c
libtocsin_a_SOURCES += store/schema.h store/schema.c
libtocsin_a_SOURCES += store/writer.c store/write_effects.c store/space.c
libtocsin_a_SOURCES += store/recover.c store/reader.c store/statistics.c
libtocsin_a_SOURCES += store/read_history.c
libtocsin_a_SOURCES += store/read_counts.c
