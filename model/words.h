/* words: how an alert is named to people: "OBJECT on PLACE", and the subject that an incident keeps. Shared by the
 * engine (frozen subjects) and all notifiers, so that one alert has one name everywhere. Pure; any thread.
 * Texts are cleaned of control characters, but not escaped: that is the channel's business. Callers g_free. */
#ifndef MODEL_WORDS_H
#define MODEL_WORDS_H

#include "model/alert.h"
#include <stddef.h>

/* The thing it is about: connector, else worker, group, topic, instance, job; last the rule's name. Borrowed. */
const char *alert_object(const struct alert *alert);
/* Where: cluster, else job or instance if that is not the object itself; "" if nothing is known. Borrowed. */
const char *alert_place(const struct alert *alert);
/* "orders-jdbc-sink on prod-eu"; names over 64 code points are cut in the middle. */
char *alert_headline_name(const struct alert *alert);
/* "records fail"; "error rate unknown" for an episode that no data opened. Borrowed. */
const char *alert_topic(const struct alert *alert);
/* "OBJECT on PLACE: TOPIC [K7Q4]", with others "OBJECT and others on PLACE: TOPIC [K7Q4]". */
char *alert_subject(const struct alert *alert, bool others, const char *incident);
/* Of a digest, which goes on to name any place and any fact: "OBJECT and others: many incidents at once [K7Q4]". */
char *alert_digest_subject(const struct alert *worst, const char *incident);
/* Worst first: open before resolved, severity, then age, then object, then id. For sorting lists of a message. */
int alert_compare_worst_first(const struct alert *a, const struct alert *b);

#endif
