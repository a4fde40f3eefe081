/* acknowledge: what people ask of an alert: ack, unack, comment. Within a step. */
#ifndef ENGINE_ACKNOWLEDGE_H
#define ENGINE_ACKNOWLEDGE_H

#include "engine/dispatch_state.h"

void alert_command(struct dispatcher *dispatcher, struct command *command);

#endif
