/* reason: why something happened or did not; stored and shown with every transition and every send. */
#ifndef MODEL_REASON_H
#define MODEL_REASON_H

#include <stdbool.h>

/* One line an entry: enumerator, stored word, sentence for people. */
#define REASON_LIST(X) \
	X(NONE, "none", "") \
	/* transitions */ \
	X(RAISED, "raised", "a raise limit was passed") \
	X(HELD, "held", "held over the limit for its time") \
	X(WORSE, "worse", "a higher level was reached") \
	X(BETTER, "better", "a lower level for its time") \
	X(CLEARING, "clearing", "all levels are clear; waiting to be sure") \
	X(RELAPSED, "relapsed", "not clear after all: the same episode") \
	X(CLEARED, "cleared", "clear for its time") \
	X(NOT_HELD, "not_held", "it did not last") \
	X(GONE, "gone", "the object no longer exists") \
	X(EXPIRED, "expired", "the series stayed away too long") \
	X(NO_DATA, "no_data", "no data for too long") \
	X(DATA_BACK, "data_back", "data is back") \
	X(FLAPPING, "flapping", "it comes and goes: kept as one") \
	X(STEADY, "steady", "no longer flapping") \
	X(RULE_GONE, "rule_gone", "the rule was removed") \
	X(RESTORED, "restored", "state read back after a restart") \
	/* sends */ \
	X(FIRST, "first", "first message of this incident") \
	X(NEW_ALERTS, "new_alerts", "new alerts in the group") \
	X(TOLD_WORSE, "told_worse", "it got worse; told at once") \
	X(SOME_RESOLVED, "some_resolved", "some of the group resolved") \
	X(ALL_RESOLVED, "all_resolved", "all resolved") \
	X(STORM, "storm", "too many incidents in a minute: told as one") \
	X(REPEAT, "repeat", "still firing after the repeat interval") \
	X(ACK_ENDED, "ack_ended", "the acknowledgement ended") \
	X(SUPPRESSION_ENDED, "suppression_ended", "it is no longer held back") \
	X(TEST, "test", "somebody asked for a test") \
	X(RETRIED, "retried", "somebody asked to try again") \
	X(FALLBACK, "fallback", "another receiver could not be reached") \
	/* not sent */ \
	X(INHIBITED, "inhibited", "held back: another alert explains it") \
	X(SILENCED, "silenced", "held back by a silence") \
	X(MUTED, "muted", "held back by a mute time") \
	X(ACKNOWLEDGED, "acknowledged", "held back: somebody has it") \
	X(SETTLING, "settling", "held back until every source was read once") \
	X(UNCHANGED, "unchanged", "nothing new for this receiver") \
	X(NEVER_TOLD, "never_told", "the receiver was never told it fired") \
	X(MERGED, "merged", "became part of a newer message") \
	X(RECEIVER_REMOVED, "receiver_removed", "the receiver was removed from the configuration") \
	X(PERMANENT, "permanent", "the other side refused it for good") \
	X(GAVE_UP, "gave_up", "tried for too long") \
	X(RESOLVED_UNWANTED, "resolved_unwanted", "this receiver wants no resolved messages") \
	X(PREDECESSOR_DEAD, "predecessor_dead", "the message it follows was never delivered") \
	/* people */ \
	X(BY_HAND, "by_hand", "somebody did it") \
	X(ACK_EXPIRED, "ack_expired", "its time was over") \
	X(ACK_WORSE, "ack_worse", "it got worse") \
	X(RESOLVED, "resolved", "the alert resolved") \
	X(RELOADED, "reloaded", "the configuration was read again")

enum reason {
#define X(name, word, sentence) REASON_##name,
	REASON_LIST(X)
#undef X
	REASON_COUNT
};

const char *reason_name(enum reason reason);     /* stored word */
const char *reason_sentence(enum reason reason);
bool reason_parse(const char *word, enum reason *out);

#endif
