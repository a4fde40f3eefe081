#include "base/memory.h"
#include <malloc.h>

enum { MAPPED_FROM = 256 << 10 };

void memory_setup(void)
{
	mallopt(M_MMAP_THRESHOLD, MAPPED_FROM);
}
