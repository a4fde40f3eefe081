#include "notifiers/message_cut.h"
#include "notifiers/message_labels.h"
#include "notifiers/message_rows.h"
#include "notifiers/message_why.h"

static void drop_extra_facts(struct message *message)
{
	unsigned kept = 0;
	for (unsigned i = 0; i < message->fact_count; i++)
		if (!message->facts[i].extra)
			message->facts[kept++] = message->facts[i];
	message->fact_count = kept;
}

static void keep_one_trace(struct message *message)
{
	if (message->trace_count > 1) {
		message->trace_left_out += message->trace_count - 1;
		message->trace_count = 1;
	}
}

static void show_rows(struct message *message, unsigned rows)
{
	message->rows_shown = rows;
	message_rest(message, 1);
}

bool message_cut(struct message *message, unsigned *step)
{
	switch (++*step) {
	case 1:
		message_add_labels(message, true);
		return true;
	case 2:
		message->trend = NULL;
		return true;
	case 3:
		keep_one_trace(message);
		return true;
	case 4:
		message_rest(message, 1);
		return true;
	case 5:
		show_rows(message, 4);
		return true;
	case 6:
		show_rows(message, 3);
		return true;
	case 7:
		drop_extra_facts(message);
		return true;
	case 8:
		message->trace_frame = message->trace_cause = NULL;
		return true;
	case 9:
		message_add_why(message, true);
		return true;
	default:
		return false;
	}
}
