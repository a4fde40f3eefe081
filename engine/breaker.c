#include "engine/breaker.h"

bool breaker_allows(const struct breaker *breaker, uint32_t in_flight, msec_t mono)
{
	switch (breaker->state) {
	case BREAKER_IS_CLOSED:
		return true;
	case BREAKER_IS_OPEN:
	case BREAKER_IS_HALF_OPEN:
		return mono >= breaker->until && in_flight == 0;
	}
	return true;
}

void breaker_started(struct breaker *breaker, msec_t mono)
{
	if (breaker->state == BREAKER_IS_OPEN && mono >= breaker->until)
		breaker->state = BREAKER_IS_HALF_OPEN;
}

void breaker_succeeded(struct breaker *breaker)
{
	*breaker = (struct breaker){0};
}

void breaker_failed(struct breaker *breaker, msec_t mono)
{
	breaker->failures++;
	bool probe = breaker->state == BREAKER_IS_HALF_OPEN;
	if (!probe && (breaker->state == BREAKER_IS_OPEN || breaker->failures < BREAKER_FAILURES))
		return;
	breaker->pause = probe ? breaker->pause * 2 : BREAKER_PAUSE;
	if (breaker->pause > BREAKER_PAUSE_MAX)
		breaker->pause = BREAKER_PAUSE_MAX;
	breaker->state = BREAKER_IS_OPEN;
	breaker->until = mono + breaker->pause;
}
