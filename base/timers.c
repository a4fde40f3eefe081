#include "base/timers.h"
#include <assert.h>
#include <glib.h>

struct timers {
	GPtrArray *heap; /* of struct timer *; place i + 1 stands at index i */
	uint64_t order;
};

struct timers *timers_new(void)
{
	struct timers *timers = g_new0(struct timers, 1);
	timers->heap = g_ptr_array_new();
	return timers;
}

void timers_free(struct timers *timers)
{
	if (!timers)
		return;
	g_ptr_array_free(timers->heap, TRUE);
	g_free(timers);
}

static struct timer *at(const struct timers *timers, size_t place)
{
	return timers->heap->pdata[place - 1];
}

static void put(struct timers *timers, struct timer *timer, size_t place)
{
	timers->heap->pdata[place - 1] = timer;
	timer->place = place;
}

static bool earlier(const struct timer *a, const struct timer *b)
{
	return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void sift_up(struct timers *timers, struct timer *timer)
{
	size_t place = timer->place;
	for (; place > 1 && earlier(timer, at(timers, place / 2)); place /= 2)
		put(timers, at(timers, place / 2), place);
	put(timers, timer, place);
}

static void sift_down(struct timers *timers, struct timer *timer)
{
	size_t place = timer->place, count = timers->heap->len;
	for (size_t child; (child = place * 2) <= count; place = child) {
		if (child < count && earlier(at(timers, child + 1), at(timers, child)))
			child++;
		if (!earlier(at(timers, child), timer))
			break;
		put(timers, at(timers, child), place);
	}
	put(timers, timer, place);
}

void timers_set(struct timers *timers, struct timer *timer, msec_t due)
{
	timer->due = due;
	timer->order = ++timers->order;
	if (!timer->place) {
		g_ptr_array_add(timers->heap, timer);
		timer->place = timers->heap->len;
	}
	sift_up(timers, timer);
	sift_down(timers, timer);
}

void timers_cancel(struct timers *timers, struct timer *timer)
{
	if (!timer->place)
		return;
	assert(timer->place <= timers->heap->len && at(timers, timer->place) == timer);
	size_t place = timer->place;
	struct timer *last = at(timers, timers->heap->len);
	g_ptr_array_set_size(timers->heap, (int)timers->heap->len - 1);
	timer->place = 0;
	if (last == timer)
		return;
	put(timers, last, place);
	sift_up(timers, last);
	sift_down(timers, last);
}

msec_t timers_next(const struct timers *timers)
{
	return timers->heap->len ? at(timers, 1)->due : MSEC_NEVER;
}

struct timer *timers_pop(struct timers *timers, msec_t now)
{
	if (!timers->heap->len || at(timers, 1)->due > now)
		return NULL;
	struct timer *timer = at(timers, 1);
	timers_cancel(timers, timer);
	return timer;
}

size_t timers_count(const struct timers *timers)
{
	return timers->heap->len;
}
