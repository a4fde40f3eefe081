# sources: sources of the room; one line a file.
libtocsin_a_SOURCES += sources/sources.h
libtocsin_a_SOURCES += sources/source.h
libtocsin_a_SOURCES += sources/source_set.h sources/source_set.c
libtocsin_a_SOURCES += sources/source_load.c
libtocsin_a_SOURCES += sources/source_url.c
libtocsin_a_SOURCES += sources/kinds.h sources/kinds.c
libtocsin_a_SOURCES += sources/slots.h sources/slots.c
libtocsin_a_SOURCES += sources/object_name.h sources/object_name.c
libtocsin_a_SOURCES += sources/jolokia.h sources/jolokia.c
libtocsin_a_SOURCES += sources/connect_rest.h sources/connect_rest.c
libtocsin_a_SOURCES += sources/connect_about.h sources/connect_about.c
libtocsin_a_SOURCES += sources/connect_beans.h sources/connect_beans.c
libtocsin_a_SOURCES += sources/connect_merge.h sources/connect_merge.c
libtocsin_a_SOURCES += sources/connect.h sources/connect.c
libtocsin_a_SOURCES += sources/lag.h sources/lag.c
libtocsin_a_SOURCES += sources/lag_report.h sources/lag_report.c
libtocsin_a_SOURCES += sources/kafka_client.h sources/kafka_client.c
libtocsin_a_SOURCES += sources/kafka.c
libtocsin_a_SOURCES += sources/kafka_worker.h sources/kafka_worker.c
libtocsin_a_SOURCES += sources/connector_model.h sources/connector_model.c
libtocsin_a_SOURCES += sources/model_input.h sources/model_input.c
libtocsin_a_SOURCES += sources/text_cache.h sources/text_cache.c
libtocsin_a_SOURCES += sources/text_number.h sources/text_number.c
libtocsin_a_SOURCES += sources/text_series.h sources/text_series.c
libtocsin_a_SOURCES += sources/text_family.h sources/text_family.c
libtocsin_a_SOURCES += sources/text_parser.h sources/text_parser.c
libtocsin_a_SOURCES += sources/demo.h sources/demo.c
libtocsin_a_SOURCES += sources/demo_cluster.h sources/demo_cluster.c
libtocsin_a_SOURCES += sources/demo_parts.h sources/demo_answers.c
libtocsin_a_SOURCES += sources/demo_server.h sources/demo_server.c

# The demo's configuration stands once, as an example, and goes into the binary from there.
nodist_libtocsin_a_SOURCES += sources/demo_config.c
BUILT_SOURCES += sources/demo_config.c
CLEANFILES += sources/demo_config.c
EXTRA_DIST += examples/demo.conf
sources/demo_config.c: examples/demo.conf
	$(AM_V_GEN)$(MKDIR_P) sources && \
	{ echo '#include "sources/demo.h"'; echo 'const char demo_config_text[] ='; \
	  sed -e 's/[\\"]/\\&/g' -e 's/^/"/' -e 's/$$/\\n"/' $(srcdir)/examples/demo.conf; echo ';'; } >$@.tmp && \
	mv $@.tmp $@
libtocsin_a_SOURCES += sources/openmetrics.c
libtocsin_a_SOURCES += sources/collector_json.h sources/collector_json.c
libtocsin_a_SOURCES += sources/collector_sheet.h sources/collector_sheet.c
libtocsin_a_SOURCES += sources/collector.c
