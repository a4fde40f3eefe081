/* lag_report: turns end offsets and committed offsets of one poll into series: kafka_consumergroup_* by partition, and
 * connector_lag, connector_lag_seconds, connector_lag_status, connector_lost_records for the groups
 * connect-<connector>. Remembers what the tests over time need. A group's sum is unknown while the end of one of its partitions is: a part of the lag must
 * not look like the whole. Knows nothing of librdkafka; owned by the poll in flight. */
#ifndef SOURCES_LAG_REPORT_H
#define SOURCES_LAG_REPORT_H

#include "sources/lag.h"
#include "sources/slots.h"

struct lag_report;

/* base: labels of raw series; model_labels: of the connector model's. window: polls of the status tests. */
struct lag_report *lag_report_new(const struct labels *base, const struct labels *model_labels, uint32_t window);
void lag_report_free(struct lag_report *report);

void lag_report_begin(struct lag_report *report, struct slots *slots, msec_t now_mono);
/* start: offset of the oldest record; negative: unknown, as end. */
void lag_report_partition(struct lag_report *report, const char *topic, int32_t partition, int64_t start, int64_t end);
/* What follows is of this group. known: its offsets were told. */
void lag_report_group(struct lag_report *report, const char *group, bool active, bool known);
void lag_report_committed(struct lag_report *report, const char *topic, int32_t partition, int64_t committed);
/* complete: groups that were named neither now nor in the last complete poll exist no more. Forgets partitions that nobody reads any longer. */
void lag_report_finish(struct lag_report *report, bool complete);

#endif
