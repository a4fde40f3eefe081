# model: sources of the room; one line a file.
libtocsin_a_SOURCES +=
libtocsin_a_SOURCES += model/words.h model/words.c
libtocsin_a_SOURCES += model/matcher.h model/matcher.c
libtocsin_a_SOURCES += model/ring.h model/ring.c
libtocsin_a_SOURCES += model/template.h model/template.c
libtocsin_a_SOURCES += model/template_parts.h model/template_escape.c
libtocsin_a_SOURCES += model/template_filter.c
libtocsin_a_SOURCES += model/template_run.c
libtocsin_a_SOURCES += model/unit.h model/unit.c
