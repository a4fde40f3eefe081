/* connect_about: what each worker of a cluster says of itself: `GET /` with its version, at first contact and then
 * every five minutes, or half a minute while nothing else is heard of it; beside the polls: no poll waits for it. And
 * whether its REST answers. Any thread (a short lock). */
#ifndef SOURCES_CONNECT_ABOUT_H
#define SOURCES_CONNECT_ABOUT_H

#include "base/arena.h"
#include "sources/source.h"

struct connect_about;

/* workers: NULL-terminated base URLs, copied. */
struct connect_about *connect_about_new(struct target *target, char *const *workers);
/* Waits for requests under way, which the end of the set has cancelled. */
void connect_about_free(struct connect_about *about);
/* Asks the workers that are due. During a poll. */
void connect_about_ask(struct connect_about *about);
/* An answer, or none, to some other request to this worker. */
void connect_about_heard(struct connect_about *about, size_t worker, const struct http_answer *answer);
/* Nothing else is heard of this worker: it is asked sooner. */
void connect_about_hurry(struct connect_about *about, size_t worker);
/* 1: its REST has answered lately; 0: it was asked and did not; else VALUE_UNKNOWN. */
double connect_about_up(struct connect_about *about, size_t worker);
/* "3.9.1"; "3.9.1, 4.1.0" while workers differ; NULL = not known. */
const char *connect_about_version(struct connect_about *about, struct arena *arena);

#endif
