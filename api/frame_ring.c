#include "api/frame_ring.h"

struct frame *frame_new(uint64_t seq, enum stream_topic topic, GString *text)
{
	struct frame *frame = g_new0(struct frame, 1);
	*frame = (struct frame){.references = 1, .seq = seq, .topic = topic, .text = text};
	return frame;
}

struct frame *frame_ref(struct frame *frame)
{
	frame->references++;
	return frame;
}

void frame_unref(struct frame *frame)
{
	if (!frame || --frame->references > 0)
		return;
	g_string_free(frame->text, TRUE);
	g_free(frame);
}

struct frame *frame_ring_at(const struct frame_ring *ring, uint64_t number)
{
	return ring->frames[number % FRAMES_MAX];
}

uint64_t frame_ring_bytes(const struct frame_ring *ring, uint64_t number)
{
	if (number == ring->end)
		return 0;
	const struct frame *frame = frame_ring_at(ring, number);
	return ring->bytes - (frame->end - frame->text->len);
}

static void evict(struct frame_ring *ring)
{
	struct frame **slot = &ring->frames[ring->first % FRAMES_MAX];
	ring->floor = (*slot)->seq;
	frame_unref(*slot);
	*slot = NULL;
	ring->first++;
}

static bool full(const struct frame_ring *ring)
{
	return ring->end - ring->first == FRAMES_MAX || frame_ring_bytes(ring, ring->first) > FRAMES_BYTES_MAX;
}

void frame_ring_push(struct frame_ring *ring, uint64_t seq, enum stream_topic topic, GString *text)
{
	while (full(ring))
		evict(ring);
	struct frame *frame = frame_new(seq, topic, text);
	ring->bytes += text->len;
	frame->end = ring->bytes;
	ring->frames[ring->end++ % FRAMES_MAX] = frame;
}

void frame_ring_trim(struct frame_ring *ring, uint64_t number)
{
	while (ring->first < number && frame_ring_bytes(ring, ring->first) > FRAMES_BYTES_QUIET)
		evict(ring);
}

void frame_ring_clear(struct frame_ring *ring)
{
	while (ring->first < ring->end)
		evict(ring);
}

uint64_t frame_ring_after(const struct frame_ring *ring, uint64_t seq)
{
	uint64_t low = ring->first, high = ring->end;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		if (frame_ring_at(ring, middle)->seq <= seq)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
