/* The dispatcher in a storm: what the people of a receiver are told as one, and how it is stored. */
#include "tests/engine/dispatcher_world.h"

static const struct notifier_kind chat_kind = {.name = "slack", .for_people = true, .send = never_send};

static struct world *world_of_people(int64_t limit)
{
	struct world *world = world_new();
	world->hook.kind = &chat_kind;
	world->hook.concurrency = 1024;
	world->oncall.digest_above = limit;
	settle(world);
	return world;
}

static void fire(struct world *world, const char *id)
{
	happen_on(world, TRANSITION_OPENED, id, SEVERITY_WARNING, id);
}

static void answer_all(struct world *world)
{
	for (guint i = 0; i < world->sent->len; i++) {
		struct command *command = command_new(COMMAND_RESULT);
		g_strlcpy(command->id, sent_at(world, i)->claim.outbox_id, ULID_SIZE);
		command->result = (struct delivery_result){.verdict = DELIVERY_SENT, .retry_after = -1};
		run(world, command);
	}
}

static bool is_of_digest(const struct effects *effects)
{
	for (size_t i = 0; i < effects->members_count; i++)
		if (strcmp(effects->members[i].group, "digest:oncall") == 0 && !effects->members[i].deleted)
			return true;
	return false;
}

/* P1: in the transaction in which their own group leaves them to the digest they are its members, and it has a time. */
Test(digest, is_stored_with_its_members_before_it_speaks)
{
	struct world *world = world_of_people(1);
	fire(world, "A");
	fire(world, "B");
	pass(world, 1000);
	const struct effects *effects = world->kept->pdata[world->kept->len - 1];
	cr_assert(is_of_digest(effects));
	msec_t due = 0;
	for (size_t i = 0; i < effects->groups_count; i++)
		if (strcmp(effects->groups[i].key, "digest:oncall") == 0)
			due = effects->groups[i].next_flush_at;
	cr_assert_eq(due, world->now.wall + 10 * 1000);
	cr_assert_eq(effects->meta_count, 1);
	cr_assert_str_eq(effects->meta[0].key, "storm:oncall");
	cr_assert_eq(events_like(world, "notification storm held"), 1);
	world_free(world);
}

Test(digest, says_all_in_its_first_message_and_why)
{
	struct world *world = world_of_people(2);
	fire(world, "A");
	fire(world, "B");
	fire(world, "C");
	pass(world, 5000);
	expect(world, 2, "firing", "first");
	fire(world, "D");
	pass(world, 5999);
	expect(world, 2, "firing", "first");
	pass(world, 1);
	expect(world, 3, "firing", "storm");
	const json_t *payload = sent_at(world, 2)->payload;
	cr_expect_eq(json_array_size(json_object_get(payload, "alerts")), 2);
	cr_expect_str_eq(json_get_text(payload, "digest", ""), "oncall");
	cr_expect_eq(json_get_int(payload, "digest_above", 0), 2);
	cr_expect_str_eq(json_get_text(payload, "group_key", ""), "digest:oncall");
	cr_expect(g_str_has_prefix(json_get_text(payload, "subject", ""), "C and others: many incidents at once ["));
	world_free(world);
}

Test(digest, tells_people_a_thousand_in_one_message)
{
	struct world *world = world_of_people(20);
	for (int i = 0; i < 1000; i++) {
		char id[16];
		g_snprintf(id, sizeof id, "%05d", i);
		fire(world, id);
	}
	pass(world, 20 * 1000);
	expect(world, 21, "firing", "storm");
	cr_expect_eq(json_array_size(json_object_get(sent_at(world, 20)->payload, "alerts")), 100);
	cr_expect_eq(json_get_int(sent_at(world, 20)->payload, "truncated", 0), 880);
	answer_all(world);
	for (int i = 0; i < 1000; i++) {
		char id[16];
		g_snprintf(id, sizeof id, "%05d", i);
		happen_on(world, TRANSITION_RESOLVED, id, SEVERITY_WARNING, id);
	}
	pass(world, 120 * 1000);
	expect(world, 42, "resolved", "all_resolved");
	world_free(world);
}

/* Its last alert is over and told in the step in which the next ones come: it begins anew. */
Test(digest, may_end_and_begin_in_one_step)
{
	struct world *world = world_of_people(1);
	fire(world, "A");
	fire(world, "B");
	pass(world, 20 * 1000);
	expect(world, 2, "firing", "storm");
	answer_all(world);
	happen_on(world, TRANSITION_RESOLVED, "B", SEVERITY_WARNING, "B");
	pass(world, 20 * 1000);
	fire(world, "D");
	pass(world, 2000);
	happen_on(world, TRANSITION_RESOLVED, "D", SEVERITY_WARNING, "D");
	pass(world, 28 * 1000);
	fire(world, "C");
	pass(world, 1000);
	expect(world, 3, "resolved", "all_resolved");
	answer_all(world);
	pass(world, 9 * 1000);
	expect(world, 3, "resolved", "all_resolved");
	pass(world, 1000);
	expect(world, 4, "firing", "storm");
	cr_assert_str_neq(json_get_text(sent_at(world, 3)->payload, "root", ""),
			  json_get_text(sent_at(world, 2)->payload, "root", "?"));
	world_free(world);
}

/* A group of several channels is one incident to the people behind them, and new alerts in it are none. */
Test(digest, counts_groups_and_not_messages)
{
	struct world *world = world_of_people(2);
	struct integration *both[] = {&world->hook, &world->spare};
	world->spare = world->hook;
	world->spare.name = (char *)"oncall/slack/second";
	world->oncall.integrations = both;
	world->oncall.integration_count = 2;
	world_configure(world);
	fire(world, "A");
	pass(world, 1000);
	answer_all(world);
	happen_on(world, TRANSITION_OPENED, "A2", SEVERITY_CRITICAL, "A");
	fire(world, "B");
	pass(world, 1000);
	expect(world, 6, "firing", "first");
	fire(world, "C");
	pass(world, 1000);
	expect(world, 6, "firing", "first");
	pass(world, 10 * 1000);
	expect(world, 8, "firing", "storm");
	world_free(world);
}

Test(digest, what_it_could_not_say_goes_to_the_fallback)
{
	struct world *world = world_of_people(1);
	world->hook.fallback = (char *)"spare";
	fire(world, "A");
	fire(world, "B");
	pass(world, 12 * 1000);
	expect(world, 2, "firing", "storm");
	answer(world, 0, DELIVERY_SENT);
	answer(world, 1, DELIVERY_PERMANENT);
	expect(world, 3, "firing", "fallback");
	answer(world, 2, DELIVERY_SENT);
	happen_on(world, TRANSITION_RESOLVED, "B", SEVERITY_WARNING, "B");
	pass(world, 120 * 1000);
	expect(world, 4, "resolved", "all_resolved");
	cr_assert_str_eq(sent_at(world, 3)->claim.integration, "spare/webhook/hook");
	world_free(world);
}

/* What a machine was to be told by its own group, and could not be, is no business of the digest. */
Test(digest, tells_no_machine)
{
	struct world *world = world_of_people(1);
	struct integration *both[] = {&world->hook, &world->spare};
	integration_set(&world->spare, "oncall", "oncall/webhook/machine");
	world->oncall.integrations = both;
	world->oncall.integration_count = 2;
	world_configure(world);
	fire(world, "A");
	fire(world, "B");
	pass(world, 1000);
	expect(world, 3, "firing", "first");
	for (guint i = 0; i < 3; i++)
		if (strcmp(sent_at(world, i)->claim.integration, "oncall/webhook/machine") == 0)
			answer(world, i, DELIVERY_PERMANENT);
	pass(world, 30 * 1000);
	expect(world, 4, "firing", "storm");
	cr_assert_str_eq(sent_at(world, 3)->claim.integration, "oncall/webhook/hook");
	world_free(world);
}

Test(digest, reminds_as_often_as_the_most_eager_route_to_its_receiver)
{
	struct world *world = world_of_people(1);
	struct error err;
	world->child = world->root;
	world->child.path = (char *)"{}/{cluster='never'}";
	world->child.match = matchers_parse("cluster='never'", &err);
	world->child.repeat_interval = 3600 * 1000;
	world->children[0] = &world->child;
	world->root.children = world->children;
	world->root.child_count = 1;
	world_configure(world);
	fire(world, "A");
	fire(world, "B");
	pass(world, 12 * 1000);
	expect(world, 2, "firing", "storm");
	answer_all(world);
	pass(world, 3600 * 1000);
	expect(world, 3, "still", "repeat");
	matchers_free(world->child.match);
	world->root.child_count = 0;
	world_configure(world);
	world_free(world);
}
