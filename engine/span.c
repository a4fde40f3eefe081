#include "engine/span.h"

struct rule_span *span_new(uint32_t target)
{
	struct rule_span *span = g_new0(struct rule_span, 1);
	span->target = target;
	return span;
}

void span_free(struct rule_span *span)
{
	if (!span)
		return;
	g_free(span->records);
	g_free(span->sets);
	if (span->instances)
		g_hash_table_destroy(span->instances);
	g_free(span->members);
	g_free(span->memory);
	g_free(span->starts);
	g_free(span->refs);
	if (span->feeds)
		g_array_free(span->feeds, TRUE);
	g_free(span);
}

uint32_t span_level_set(const struct rule_span *span, uint32_t place)
{
	return span->sets ? span->sets[place] : 0;
}

uint32_t span_active(const struct rule_span *span, uint32_t place)
{
	if (!(span->records[place] & RECORD_ACTIVE))
		return ACTIVE_NONE;
	return GPOINTER_TO_UINT(g_hash_table_lookup(span->instances, GUINT_TO_POINTER(place)));
}

void span_set_active(struct rule_span *span, uint32_t place, uint32_t active)
{
	if (!span->instances)
		span->instances = g_hash_table_new(g_direct_hash, g_direct_equal);
	if (active == ACTIVE_NONE) {
		span->records[place] &= ~RECORD_ACTIVE;
		g_hash_table_remove(span->instances, GUINT_TO_POINTER(place));
	} else {
		span->records[place] |= RECORD_ACTIVE;
		g_hash_table_insert(span->instances, GUINT_TO_POINTER(place), GUINT_TO_POINTER(active));
	}
}

static void grow(struct rule_span *span)
{
	span->capacity = span->capacity ? span->capacity + span->capacity / 4 + 16 : 16;
	span->records = g_renew(uint32_t, span->records, span->capacity);
	if (span->sets)
		span->sets = g_renew(uint32_t, span->sets, span->capacity);
	if (span->members)
		span->members = g_renew(struct member *, span->members, span->capacity);
}

uint32_t span_add_record(struct rule_span *span, uint32_t slot, uint32_t level_set)
{
	if (span->count == span->capacity)
		grow(span);
	if (level_set && !span->sets)
		span->sets = g_new0(uint32_t, span->capacity);
	if (span->sets)
		span->sets[span->count] = level_set;
	span->records[span->count] = slot;
	return span->count++;
}

/* Over a record that has no instance any more. */
static void move_record(struct rule_span *span, uint32_t from, uint32_t to, void *ctx, span_moved_fn *moved)
{
	uint32_t active = span_active(span, from);
	if (from == to)
		return;
	if (span->sets)
		span->sets[to] = span->sets[from];
	if (active != ACTIVE_NONE)
		span_set_active(span, from, ACTIVE_NONE);
	span->records[to] = span->records[from];
	if (active == ACTIVE_NONE)
		return;
	span_set_active(span, to, active);
	moved(ctx, active, to);
}

static void drop_active(struct rule_span *span, uint32_t place)
{
	if (span->records[place] & RECORD_ACTIVE)
		span_set_active(span, place, ACTIVE_NONE);
}

void span_remove_record(struct rule_span *span, uint32_t place, void *ctx, span_moved_fn *moved)
{
	drop_active(span, place);
	move_record(span, --span->count, place, ctx, moved);
}

void span_add_member(struct rule_span *span, struct member *member, uint32_t level_set)
{
	if (!span->members && span->capacity == 0) {
		grow(span);
		span->members = g_new(struct member *, span->capacity);
	}
	member->place = span_add_record(span, 0, level_set);
	member->span = span;
	span->members[member->place] = member;
	span->dirty = true;
}

void span_feed(struct rule_span *span, struct member *member, struct series_ref ref)
{
	struct feed feed = {member, ref};
	if (!span->feeds)
		span->feeds = g_array_new(FALSE, FALSE, sizeof(struct feed));
	g_array_append_val(span->feeds, feed);
	member->ref_count++;
	member->gone = false;
	span->dirty = true;
}

static void take_feeds(struct rule_span *from, struct rule_span *span, struct member *member)
{
	if (!from->feeds)
		return;
	guint kept = 0;
	for (guint i = 0; i < from->feeds->len; i++) {
		struct feed feed = g_array_index(from->feeds, struct feed, i);
		if (feed.member == member)
			span_feed(span, member, feed.ref);
		else
			g_array_index(from->feeds, struct feed, kept++) = feed;
	}
	g_array_set_size(from->feeds, kept);
}

void span_take_member(struct rule_span *span, struct member *member)
{
	struct rule_span *from = member->span;
	uint32_t place = member->place;
	uint32_t active = span_active(from, place);
	span_add_member(span, member, span_level_set(from, place));
	if (active != ACTIVE_NONE) {
		span_set_active(from, place, ACTIVE_NONE);
		span_set_active(span, member->place, active);
	}
	member->ref_count = 0;
	for (uint32_t i = place < from->built ? from->starts[place] : 0;
	     place < from->built && i < from->starts[place + 1]; i++) {
		if (from->refs[i].slot != SLOT_DEAD)
			span_feed(span, member, from->refs[i]);
		from->refs[i].slot = SLOT_DEAD;
	}
	take_feeds(from, span, member);
	from->members[place] = NULL;
	from->dirty = true;
}

static void unfeed(struct rule_span *span, struct member *member, struct series_ref *ref, uint8_t how)
{
	ref->slot = SLOT_DEAD;
	span->dirty = true;
	if (member) {
		member->ref_count--;
		member->gone = how == 2;
	}
}

void span_unfeed(struct rule_span *span, const struct series_columns *columns, const uint8_t *lost)
{
	for (uint32_t place = 0; place < span->built; place++)
		for (uint32_t i = span->starts[place]; i < span->starts[place + 1]; i++)
			if (span->refs[i].slot != SLOT_DEAD && span->refs[i].columns == columns &&
			    lost[span->refs[i].slot])
				unfeed(span, span->members[place], &span->refs[i], lost[span->refs[i].slot]);
	for (guint i = 0; span->feeds && i < span->feeds->len; i++) {
		struct feed *feed = &g_array_index(span->feeds, struct feed, i);
		if (feed->ref.slot != SLOT_DEAD && feed->ref.columns == columns && lost[feed->ref.slot])
			unfeed(span, feed->member, &feed->ref, lost[feed->ref.slot]);
	}
}

/* Lets members without series and holes go; old_places: where each of the kept stood. */
static uint32_t compact(struct rule_span *span, uint32_t *old_places, void *ctx, span_left_fn *left,
			span_moved_fn *moved)
{
	uint32_t kept = 0;
	for (uint32_t place = 0; place < span->count; place++) {
		struct member *member = span->members[place];
		if (!member)
			continue;
		if (member->ref_count == 0 && !member->always) {
			uint32_t active = span_active(span, place);
			drop_active(span, place);
			left(ctx, span, member, active, member->gone);
			continue;
		}
		move_record(span, place, kept, ctx, moved);
		member->place = kept;
		span->members[kept] = member;
		old_places[kept++] = place;
	}
	return kept;
}

static void insert_by_role(struct series_ref *refs, uint32_t count, struct series_ref ref)
{
	while (count > 0 && refs[count - 1].role > ref.role) {
		refs[count] = refs[count - 1];
		count--;
	}
	refs[count] = ref;
}

static void fill(struct rule_span *span, const uint32_t *old_places, uint32_t count)
{
	uint32_t total = 0;
	uint32_t *starts = g_new(uint32_t, count + 1);
	for (uint32_t i = 0; i < count; i++) {
		starts[i] = total;
		total += span->members[i]->ref_count;
	}
	starts[count] = total;
	struct series_ref *refs = g_new0(struct series_ref, total ? total : 1);
	uint32_t *filled = g_new0(uint32_t, count ? count : 1);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t old = old_places[i];
		for (uint32_t r = old < span->built ? span->starts[old] : 0;
		     old < span->built && r < span->starts[old + 1]; r++)
			if (span->refs[r].slot != SLOT_DEAD)
				insert_by_role(refs + starts[i], filled[i]++, span->refs[r]);
	}
	for (guint f = 0; span->feeds && f < span->feeds->len; f++) {
		struct feed *feed = &g_array_index(span->feeds, struct feed, f);
		uint32_t i = feed->ref.slot == SLOT_DEAD ? 0 : feed->member->place;
		if (feed->ref.slot != SLOT_DEAD)
			insert_by_role(refs + starts[i], filled[i]++, feed->ref);
	}
	g_free(filled);
	g_free(span->starts);
	g_free(span->refs);
	span->starts = starts;
	span->refs = refs;
}

void span_settle(struct rule_span *span, void *ctx, span_left_fn *left, span_moved_fn *moved)
{
	if (!span->dirty)
		return;
	uint32_t *old_places = g_new(uint32_t, span->count ? span->count : 1);
	uint32_t count = compact(span, old_places, ctx, left, moved);
	fill(span, old_places, count);
	span->count = span->built = count;
	span->memory = g_renew(void *, span->memory, count ? count : 1);
	for (uint32_t i = 0; i < count; i++)
		span->memory[i] = span->members[i]->memory;
	if (span->feeds)
		g_array_free(g_steal_pointer(&span->feeds), TRUE);
	g_free(old_places);
	span->dirty = false;
}

struct span span_view(const struct rule_span *span)
{
	return (struct span){span->count, span->starts, span->refs, span->memory};
}
