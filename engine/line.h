/* line: who goes before whom. Messages of one incident to one recipient leave in their order, one at a time; the first of
 * such a line stands in a lane of its queue: critical first, then resolves of what was told, then the rest. Engine
 * thread, within a step. */
#ifndef ENGINE_LINE_H
#define ENGINE_LINE_H

#include "engine/dispatch_state.h"

/* Into its lane, if it waits for nothing: no row ahead, no time, no answer. */
void line_ready(struct row *row);
/* Is a message to its recipient still on its way? */
bool line_waits(const struct row *row);
void line_unready(struct row *row);
/* The next row of its line; NULL if it is the last. */
struct row *line_behind(const struct row *row);

#endif
