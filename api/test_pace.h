/* test_pace: how often a receiver may be tested: one test at a time, and one in ten seconds. Bounded by the receivers there
 * are. Any thread. */
#ifndef API_TEST_PACE_H
#define API_TEST_PACE_H

#include "base/clock.h"
#include <stdbool.h>

struct test_pace;

struct test_pace *test_pace_new(void);
void test_pace_free(struct test_pace *pace);
/* Begins a test. False: too soon; *wait is when to come again. */
bool test_pace_begin(struct test_pace *pace, const char *receiver, msec_t mono, msec_t *wait);
void test_pace_end(struct test_pace *pace, const char *receiver);

#endif
