# api: sources of the room; one line a file.
libtocsin_a_SOURCES += api/server.h api/server.c
libtocsin_a_SOURCES += api/context.h
libtocsin_a_SOURCES += api/routes.h api/routes.c
libtocsin_a_SOURCES += api/request.h api/request.c
libtocsin_a_SOURCES += api/query.h api/query.c
libtocsin_a_SOURCES += api/connections.h api/connections.c
libtocsin_a_SOURCES += api/address.h api/address.c
libtocsin_a_SOURCES += api/guard.h api/guard.c
libtocsin_a_SOURCES += api/tokens.h api/tokens.c
libtocsin_a_SOURCES += api/session.h api/session.c
libtocsin_a_SOURCES += api/attempts.h api/attempts.c
libtocsin_a_SOURCES += api/sign_in.c
libtocsin_a_SOURCES += api/alert_filter.h api/alert_filter.c
libtocsin_a_SOURCES += api/alerts.c
libtocsin_a_SOURCES += api/alert.c
libtocsin_a_SOURCES += api/why.h api/why.c
libtocsin_a_SOURCES += api/command_call.h api/command_call.c
libtocsin_a_SOURCES += api/ack.h api/ack.c
libtocsin_a_SOURCES += api/ack_many.c
libtocsin_a_SOURCES += api/comment.c
libtocsin_a_SOURCES += api/store_call.h api/store_call.c
libtocsin_a_SOURCES += api/history_query.h api/history_query.c
libtocsin_a_SOURCES += api/history.c
libtocsin_a_SOURCES += api/history_csv.c
libtocsin_a_SOURCES += api/history_counts.c
libtocsin_a_SOURCES += api/event_json.h api/event_json.c
libtocsin_a_SOURCES += api/events.c
libtocsin_a_SOURCES += api/stream_hub.h api/stream_hub.c
libtocsin_a_SOURCES += api/stream.c
libtocsin_a_SOURCES += api/outbox_json.h api/outbox_json.c
libtocsin_a_SOURCES += api/notifications.c
libtocsin_a_SOURCES += api/rules.c
libtocsin_a_SOURCES += api/points.c
libtocsin_a_SOURCES += api/receivers.c
libtocsin_a_SOURCES += api/status.c
libtocsin_a_SOURCES += api/view_call.h api/view_call.c
libtocsin_a_SOURCES += api/rollup.h api/rollup.c
libtocsin_a_SOURCES += api/connectors.c
libtocsin_a_SOURCES += api/clusters.c
libtocsin_a_SOURCES += api/collector.c
libtocsin_a_SOURCES += api/answer_cache.h api/answer_cache.c
libtocsin_a_SOURCES += api/summary.c
libtocsin_a_SOURCES += api/exposition.h api/exposition.c
libtocsin_a_SOURCES += api/own_metrics.h api/own_metrics.c
libtocsin_a_SOURCES += api/metrics.c
libtocsin_a_SOURCES += api/health.c
libtocsin_a_SOURCES += api/reload.c
libtocsin_a_SOURCES += api/content_coding.h api/content_coding.c
libtocsin_a_SOURCES += api/page.h api/page.c
libtocsin_a_SOURCES += api/web_assets.h
nodist_libtocsin_a_SOURCES += api/web_assets.c

# web_manifest is empty without the page.
EXTRA_DIST += api/openapi.yaml api/embed.sh
CLEANFILES += api/web_assets.c
api/web_assets.c: $(web_manifest) $(srcdir)/api/embed.sh Makefile
	$(AM_V_GEN)$(MKDIR_P) api && sh $(srcdir)/api/embed.sh $(WEB_DIST) >$@.tmp && mv $@.tmp $@
