/* flap: the overlay of DESIGN section 5: the score grows by one with each opened episode and is halved every
 * FLAP_HALF_LIFE of wall time; on at FLAP_HIGH, off under FLAP_LOW, so that what comes and goes stays one episode.
 * Pure; works on the flap fields of one instance's state. */
#ifndef ENGINE_FLAP_H
#define ENGINE_FLAP_H

#include "model/instance.h"

#define FLAP_HALF_LIFE ((msec_t)20 * 60 * 1000)
#define FLAP_HIGH 4.0
#define FLAP_LOW 2.0
#define FLAP_MAX 8.0     /* bounds how long a burst is remembered: two half-lives above FLAP_LOW */
#define FLAP_FORGET 0.25 /* below this nothing is left to remember */

double flap_score(const struct instance_state *state, msec_t wall);
/* One more episode; true if this turned the overlay on. */
bool flap_count(struct instance_state *state, msec_t wall);
/* An episode that opened then is over: the next ones list it, as long as there is a score. */
void flap_note_start(struct instance_state *state, msec_t started);
/* Lets time pass; true if this turned the overlay off. */
bool flap_settle(struct instance_state *state, msec_t wall);
/* Nothing happened: no score, no overlay. */
void flap_clear(struct instance_state *state);
/* Delay until the score falls under the limit; 0 if it is there. */
msec_t flap_delay(const struct instance_state *state, double limit, msec_t wall);

#endif
