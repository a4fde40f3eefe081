/* frame_ring: the newest events as they go to clients, rendered once and shared by all. Frames have running numbers; at
 * its bound, which a storm of some ten thousand events keeps within, the ring forgets the oldest. A frame that somebody
 * holds lives on. Whoever owns the ring locks. */
#ifndef API_FRAME_RING_H
#define API_FRAME_RING_H

#include "api/stream_topic.h"
#include <glib.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAMES_MAX = 1 << 15, FRAMES_BYTES_MAX = 32 << 20, FRAMES_BYTES_QUIET = 2 << 20 };

struct frame {
	int references;
	uint64_t seq;
	uint64_t end; /* bytes of all frames up to and with this one; in a ring */
	enum stream_topic topic;
	GString *text;
};

struct frame_ring {
	struct frame *frames[FRAMES_MAX];
	uint64_t first, end; /* numbers of the oldest frame and of the one to come */
	uint64_t bytes; /* of all frames ever */
	uint64_t floor; /* frames of all events after this seq are here */
};

struct frame *frame_new(uint64_t seq, enum stream_topic topic, GString *text); /* takes text */
struct frame *frame_ref(struct frame *frame);
void frame_unref(struct frame *frame);

/* Takes text. */
void frame_ring_push(struct frame_ring *ring, uint64_t seq, enum stream_topic topic, GString *text);
/* Forgets what is before this number as far as it is more than FRAMES_BYTES_QUIET. */
void frame_ring_trim(struct frame_ring *ring, uint64_t number);
/* Forgets all frames; the floor is the newest of them. */
void frame_ring_clear(struct frame_ring *ring);
/* number: from first to end - 1. */
struct frame *frame_ring_at(const struct frame_ring *ring, uint64_t number);
/* The first frame that is newer than this event. */
uint64_t frame_ring_after(const struct frame_ring *ring, uint64_t seq);
/* Bytes from this frame on. */
uint64_t frame_ring_bytes(const struct frame_ring *ring, uint64_t number);

#endif
