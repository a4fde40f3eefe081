/* Plays stories made up from seeds, and checks in each what must hold in any. 200 of them, with TOCSIN_LONG=1 ten thousand;
 * `random_stories SEED [COUNT]` plays those from this seed on. A story that fails is printed, seed first: saved as a .scn it
 * can be played again, since a scenario's world is always the same. */
#include "base/json.h"
#include "engine/scenario.h"
#include "tests/scenarios/random_story.h"
#include "tests/scenarios/story_check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCHES = 10, STORIES = 200, STORIES_LONG = 10000 };

static bool play(const struct random_story *story, struct error *err)
{
	struct scenario *scenario = scenario_parse("story", story->text->str, story->text->len, err);
	if (!scenario)
		return false;
	struct scenario_world *world = scenario_world_new(SCENARIO_SEED);
	struct story_check *check = story_check_new(story);
	scenario_world_watch(world, story_check_step, check);
	bool played = scenario_play(scenario, world, err);
	struct error wrong;
	if (!story_check_end(check, world, &wrong) && played) {
		*err = wrong;
		played = false;
	}
	story_check_free(check);
	scenario_world_free(world);
	scenario_free(scenario);
	return played;
}

static void print_story(const struct random_story *story, const char *why)
{
	char **lines = g_strsplit(story->text->str, "\n", -1);
	printf("# seed %llu: %s\n", (unsigned long long)story->seed, why);
	for (char **line = lines; *line; line++)
		printf("#   %s\n", *line);
	g_strfreev(lines);
}

static bool play_seed(uint64_t seed)
{
	struct error err = {""};
	struct random_story *story = random_story_new(seed);
	bool fine = play(story, &err);
	if (!fine)
		print_story(story, err.text);
	random_story_free(story);
	return fine;
}

static bool play_batch(unsigned number, uint64_t first, unsigned count)
{
	bool fine = true;
	for (unsigned i = 0; i < count; i++)
		fine = play_seed(first + i) && fine;
	printf("%s %u - stories %llu to %llu\n", fine ? "ok" : "not ok", number, (unsigned long long)first,
	       (unsigned long long)(first + count - 1));
	return fine;
}

int main(int argc, char **argv)
{
	const char *longer = getenv("TOCSIN_LONG");
	unsigned stories = longer && strcmp(longer, "1") == 0 ? STORIES_LONG : STORIES, each = stories / BATCHES;
	bool fine = true;
	json_setup();
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 1) {
		uint64_t seed = strtoull(argv[1], NULL, 10);
		printf("1..1\n");
		return !play_batch(1, seed, argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 1);
	}
	printf("1..%d\n", BATCHES);
	for (unsigned i = 0; i < BATCHES; i++)
		fine = play_batch(i + 1, 1 + i * each, each) && fine;
	return !fine;
}
