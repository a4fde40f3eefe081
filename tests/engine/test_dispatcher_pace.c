/* The dispatcher with one receiver in trouble: the others are told at once (P6). */
#include "tests/engine/dispatcher_world.h"

/* Alerts of the cluster "free" go to the spare receiver, all others to oncall. */
static struct world *world_of_two_routes(void)
{
	struct world *world = world_new();
	struct error err;
	world->hook.concurrency = 1024;
	world->root.group_wait = 0;
	world->child = world->root;
	world->child.path = (char *)"{}/{cluster='free'}";
	world->child.match = matchers_parse("cluster='free'", &err);
	world->child.receiver = (char *)"spare";
	world->children[0] = &world->child;
	world->root.children = world->children;
	world->root.child_count = 1;
	world_configure(world);
	settle(world);
	return world;
}

static void fire_clusters(struct world *world, int count)
{
	for (int i = 0; i < count; i++) {
		char id[16], cluster[16];
		g_snprintf(id, sizeof id, "%05d", i);
		g_snprintf(cluster, sizeof cluster, "c%d", i);
		happen_on(world, TRANSITION_OPENED, id, SEVERITY_WARNING, cluster);
	}
}

static void expect_spare_at_once(struct world *world, const char *id)
{
	guint before = world->sent->len;
	happen_on(world, TRANSITION_OPENED, id, SEVERITY_WARNING, "free");
	cr_assert_eq(world->sent->len, before + 1, "it waits");
	cr_assert_str_eq(sent_at(world, before)->claim.integration, "spare/webhook/hook");
}

Test(dispatcher, a_receiver_that_hangs_leaves_the_others_their_turn)
{
	struct world *world = world_of_two_routes();
	fire_clusters(world, 200); /* none of these is ever answered */
	cr_assert_lt(world->sent->len, 200, "sends in flight have a bound");
	expect_spare_at_once(world, "A");
	cr_assert_gt(dispatcher_due(world->dispatcher, world->now), world->now.mono, "it does not spin");
	guint before = world->sent->len;
	happen_on(world, TRANSITION_OPENED, "B", SEVERITY_WARNING, "free");
	answer(world, before - 1, DELIVERY_SENT);
	pass(world, 61 * 1000);
	cr_assert_gt(world->sent->len, before, "and its next ones follow");
	matchers_free(world->child.match);
	world_free(world);
}

Test(dispatcher, a_receiver_that_fails_is_avoided_alone)
{
	struct world *world = world_of_two_routes();
	fire_clusters(world, 10);
	for (guint i = 0; i < 10; i++)
		answer(world, i, DELIVERY_RETRY);
	struct integration_health health;
	dispatcher_integration_health(world->dispatcher, 0, &health);
	cr_assert_eq(health.breaker, BREAKER_OPEN, "%s", health.name);
	expect_spare_at_once(world, "A");
	matchers_free(world->child.match);
	world_free(world);
}
