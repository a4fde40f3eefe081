/* slack_blocks: one message as the payload of an incoming webhook: the headline outside, the rest in one coloured
 * attachment, within Slack's limits; and the plain payload for when Slack refuses blocks. Pure. */
#ifndef NOTIFIERS_SLACK_BLOCKS_H
#define NOTIFIERS_SLACK_BLOCKS_H

#include "notifiers/message.h"
#include <jansson.h>

/* Cuts the message until it fits. Caller decrefs. */
json_t *slack_payload(struct message *message);
json_t *slack_fallback_payload(struct message *message, const char *why);

#endif
