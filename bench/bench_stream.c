/* Thousands of clients on the event stream of a real tocsind: memory of each, how long one event takes to reach all, and how long a
 * clean end takes. The clients are this process: one thread, epoll. bench/bench_stream [TOCSIND] [CLIENTS] [EVENTS] */
#include "bench/rig.h"
#include <arpa/inet.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	BOUND = 60000, /* msec for each part */
	CLIENTS_MAX = 100000,
	EVENTS_MAX = 100,
	AT_ONCE = 256, /* connections that have not said a word yet */
	PER_SOURCE = 20000, /* connections from one 127.0.0.x: fewer than it has ports */
	TAIL = 32, /* of the read before: a mark may be cut anywhere; longer than any mark */
	DESCRIPTORS_BESIDE = 1100, /* the rig's */
};

struct client {
	int fd;
	bool live;
	unsigned heard; /* events */
	char tail[TAIL];
	size_t tail_length;
};

struct bench {
	struct rig *rig;
	int epoll;
	struct client *clients;
	unsigned count, opened, live, ended;
	unsigned event, heard; /* the event that is under way, and who has it */
	msec_t *at; /* when, in order */
	/* under lock: shared with the rig's thread */
	pthread_mutex_t lock;
	unsigned wanted; /* the things up to this one are in trouble */
	unsigned showing; /* of them, in the poll under way */
	msec_t shown; /* since when the daemon could know */
};

static void die(const char *what)
{
	fprintf(stderr, "bench_stream: %s\n", what);
	exit(1);
}

static msec_t mono(void)
{
	return clock_system()->read(clock_system()).mono;
}

/* ---- what the daemon polls; the rig's thread ---- */

static void page(void *context, GString *body)
{
	struct bench *bench = context;
	pthread_mutex_lock(&bench->lock);
	bench->showing = bench->wanted;
	g_string_append(body, "# TYPE trouble gauge\n");
	for (unsigned i = 1; i <= EVENTS_MAX; i++)
		g_string_append_printf(body, "trouble{thing=\"t%u\"} %d\n", i, i <= bench->wanted);
	pthread_mutex_unlock(&bench->lock);
}

static void shown(void *context, msec_t at)
{
	struct bench *bench = context;
	pthread_mutex_lock(&bench->lock);
	if (!bench->shown && bench->showing == bench->wanted)
		bench->shown = at;
	pthread_mutex_unlock(&bench->lock);
}

/* ---- the clients ---- */

static void connect_one(struct bench *bench)
{
	static const char request[] = "GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
	struct client *client = &bench->clients[bench->opened];
	struct sockaddr_in here = {.sin_family = AF_INET}, there = here;
	here.sin_addr.s_addr = htonl(INADDR_LOOPBACK + bench->opened / PER_SOURCE);
	there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	there.sin_port = htons(rig_port(bench->rig));
	client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client->fd < 0 || bind(client->fd, (struct sockaddr *)&here, sizeof here) < 0 ||
	    connect(client->fd, (struct sockaddr *)&there, sizeof there) < 0 ||
	    send(client->fd, request, sizeof request - 1, MSG_NOSIGNAL) < 0)
		die("a client cannot connect");
	struct epoll_event wish = {.events = EPOLLIN, .data.ptr = client};
	if (epoll_ctl(bench->epoll, EPOLL_CTL_ADD, client->fd, &wish) < 0)
		die("epoll takes no more");
	bench->opened++;
}

static void look(struct bench *bench, struct client *client, const char *text, size_t length, msec_t at)
{
	char mark[TAIL];
	if (!client->live && memmem(text, length, "event: heartbeat", strlen("event: heartbeat"))) {
		client->live = true;
		bench->live++;
	}
	int size = g_snprintf(mark, sizeof mark, "\"thing\":\"t%u\"", bench->event);
	if (!bench->event || client->heard == bench->event || !memmem(text, length, mark, (size_t)size))
		return;
	client->heard = bench->event;
	bench->at[bench->heard++] = at;
}

static void read_client(struct bench *bench, struct client *client, msec_t at)
{
	char text[TAIL + 65536];
	memcpy(text, client->tail, client->tail_length);
	ssize_t got = recv(client->fd, text + client->tail_length, sizeof text - TAIL, MSG_DONTWAIT);
	if (got <= 0) {
		close(client->fd);
		client->fd = -1;
		bench->ended++;
		return;
	}
	size_t length = client->tail_length + (size_t)got;
	look(bench, client, text, length, at);
	client->tail_length = MIN(length, TAIL);
	memcpy(client->tail, text + length - client->tail_length, client->tail_length);
}

static void turn(struct bench *bench, int wait)
{
	struct epoll_event events[512];
	int count = epoll_wait(bench->epoll, events, G_N_ELEMENTS(events), wait);
	msec_t at = mono();
	for (int i = 0; i < count; i++)
		read_client(bench, events[i].data.ptr, at);
}

/* ---- the parts ---- */

static void open_all(struct bench *bench)
{
	msec_t begun = mono();
	double before = rig_megabytes(bench->rig, "VmRSS:"), cpu = rig_cpu_seconds(bench->rig);
	while (bench->live < bench->count) {
		if (bench->opened < bench->count && bench->opened - bench->live < AT_ONCE)
			connect_one(bench);
		turn(bench, bench->opened - bench->live < AT_ONCE && bench->opened < bench->count ? 0 : 100);
		if (bench->ended || mono() - begun > BOUND) {
			fprintf(stderr, "bench_stream: %u of %u clients are live, %u were ended\n", bench->live, bench->count,
				bench->ended);
			exit(1);
		}
	}
	double after = rig_megabytes(bench->rig, "VmRSS:");
	printf("%u clients live after %.1f s (%.2f s of CPU): %.1f MB before, %.1f MB then, %.1f KB each\n", bench->count,
	       (double)(mono() - begun) / 1000, rig_cpu_seconds(bench->rig) - cpu, before, after,
	       (after - before) * 1024 / bench->count);
	fflush(stdout);
}

static msec_t shown_at(struct bench *bench)
{
	pthread_mutex_lock(&bench->lock);
	msec_t at = bench->shown;
	pthread_mutex_unlock(&bench->lock);
	return at;
}

static void tell_all(struct bench *bench, unsigned event)
{
	msec_t begun = mono();
	double cpu = rig_cpu_seconds(bench->rig);
	bench->event = event;
	bench->heard = 0;
	pthread_mutex_lock(&bench->lock);
	bench->wanted = event;
	bench->shown = 0;
	pthread_mutex_unlock(&bench->lock);
	while (bench->heard < bench->count && !bench->ended && mono() - begun < BOUND)
		turn(bench, 100);
	if (bench->heard < bench->count) {
		fprintf(stderr, "bench_stream: event %u reached %u clients, %u were ended\n", event, bench->heard, bench->ended);
		exit(1);
	}
	msec_t first = shown_at(bench);
	printf("event %u: first %" G_GINT64_FORMAT " ms, p50 %" G_GINT64_FORMAT " ms, p99 %" G_GINT64_FORMAT
	       " ms, last %" G_GINT64_FORMAT " ms after the poll; %.2f s of CPU\n",
	       event, (gint64)(bench->at[0] - first), (gint64)(bench->at[bench->count / 2] - first),
	       (gint64)(bench->at[bench->count - 1 - bench->count / 100] - first),
	       (gint64)(bench->at[bench->count - 1] - first), rig_cpu_seconds(bench->rig) - cpu);
	fflush(stdout);
}

static void end_all(struct bench *bench)
{
	printf("%.1f MB after the events\n", rig_megabytes(bench->rig, "VmRSS:"));
	msec_t begun = mono();
	rig_ask_to_end(bench->rig);
	while (bench->ended < bench->count && mono() - begun < BOUND)
		turn(bench, 100);
	msec_t heard = mono();
	rig_close(bench->rig);
	printf("clean end: %u of %u clients ended after %" G_GINT64_FORMAT " ms, the process after %" G_GINT64_FORMAT " ms\n",
	       bench->ended, bench->count, (gint64)(heard - begun), (gint64)(mono() - begun));
}

static void allow_descriptors(unsigned clients)
{
	struct rlimit limit;
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = MIN(limit.rlim_max, clients + DESCRIPTORS_BESIDE);
	if (limit.rlim_cur < clients + DESCRIPTORS_BESIDE || setrlimit(RLIMIT_NOFILE, &limit) < 0)
		die("the hard limit of descriptors is too low for so many clients");
}

static unsigned argument(int argc, char **argv, int i, unsigned fallback, unsigned max)
{
	unsigned given = argc > i ? (unsigned)strtoul(argv[i], NULL, 10) : fallback;
	return CLAMP(given, 1, max);
}

int main(int argc, char **argv)
{
	struct bench bench = {.lock = PTHREAD_MUTEX_INITIALIZER,
			      .count = argument(argc, argv, 2, 10000, CLIENTS_MAX),
			      .epoll = epoll_create1(EPOLL_CLOEXEC)};
	unsigned events = argument(argc, argv, 3, 10, EVENTS_MAX);
	bench.clients = g_new0(struct client, bench.count);
	bench.at = g_new0(msec_t, bench.count);
	allow_descriptors(bench.count);
	char *config = g_strdup_printf(
		"connections = %u;\n"
		"rules = ( { name = \"Trouble\"; kind = \"threshold\"; metric = \"trouble\"; op = \">\";\n"
		"  levels = ( { severity = \"warning\"; raise = 0.5; clear = 0.5; } ); } );\n"
		"route = { receiver = \"sink\"; group_by = [ \"thing\" ]; };\n",
		MAX(bench.count + bench.count / 5, 100));
	bench.rig = rig_open(argc > 1 ? argv[1] : "./tocsind", "500ms", config,
			     &(struct rig_world){&bench, page, shown, NULL});
	open_all(&bench);
	for (unsigned i = 1; i <= events; i++)
		tell_all(&bench, i);
	end_all(&bench);
	g_free(config);
	g_free(bench.at);
	g_free(bench.clients);
	close(bench.epoll);
	return 0;
}
