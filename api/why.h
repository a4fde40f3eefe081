/* why: "why was I paged?" and "why was I not?": the rule, the routes with their groups, and what holds an alert back. */
#ifndef API_WHY_H
#define API_WHY_H

#include "engine/app.h"

/* {"text", "rule", "route", "routes", "group", "held_back"}; the routes are those that would take it now. */
json_t *why_json(const struct alert *alert, const struct app_routes *taken);
/* Names of the receivers that hear of it now, each once. */
json_t *why_receivers(const struct app_routes *taken);

#endif
