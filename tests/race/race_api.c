/* race_api: clients come, read, go and acknowledge while events are published and the server ends; for ThreadSanitizer. */
#include "base/json.h"
#include "tests/api/rig.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROUNDS = 30, EVENTS = 2000 };

static struct rig rig;
static atomic_int failures;

static void *publish(void *unused)
{
	(void)unused;
	for (int i = 0; i < EVENTS; i++)
		fake_app_event(rig.app, EVENT_TRANSITION, FAKE_FIRING, "{\"alert\":{}}");
	return NULL;
}

static void *follow(void *unused)
{
	(void)unused;
	for (int i = 0; i < ROUNDS; i++) {
		int fd = rig_connect(&rig);
		GString *out = g_string_new(NULL);
		rig_send(fd, i % 2 ? "GET /api/v1/stream?last_event_id=0 HTTP/1.0\r\nHost: localhost\r\n\r\n"
				   : "GET /api/v1/stream HTTP/1.0\r\nHost: localhost\r\n\r\n");
		failures += !rig_read_until(fd, out, "event: heartbeat");
		close(fd);
		g_string_free(out, TRUE);
	}
	return NULL;
}

static void *ask(void *unused)
{
	static const char *const paths[] = {
		"/api/v1/alerts", "/api/v1/status", "/metrics", "/api/prod/summary", "/api/v1/alerts/" FAKE_FIRING,
		"/api/v1/history", "/api/v1/rules", "/api/v1/alerts?state=pending", "/api/v1/clusters", "/api/v1/events",
		"/api/v1/receivers", "/api/v1/points?cluster=prod", "/api/v1/points?alert=" FAKE_FIRING};
	(void)unused;
	for (int i = 0; i < ROUNDS; i++) {
		struct reply reply = rig_call(&rig, "GET", paths[i % G_N_ELEMENTS(paths)], NULL, NULL, NULL);
		failures += reply.status != 200;
		reply_release(&reply);
		reply = rig_call(&rig, "POST", "/api/v1/notifications/" FAKE_FIRING "/retry", NULL,
				 "Content-Type: application/json", "{}");
		failures += reply.status != 202;
		reply_release(&reply);
	}
	return NULL;
}

/* Until nobody listens any more. Whoever comes in the last moment may hear nothing. */
static void *pester(void *address)
{
	static const char question[] = "GET /api/v1/alerts?state=pending HTTP/1.0\r\nHost: localhost\r\n\r\n";
	for (int fd; (fd = connect_to(address)) >= 0; close(fd)) {
		GString *out = g_string_new(NULL);
		if (send(fd, question, strlen(question), MSG_NOSIGNAL) > 0)
			rig_read_until(fd, out, NULL);
		g_string_free(out, TRUE);
	}
	return NULL;
}

static void start(pthread_t threads[], void *(*const work[])(void *), size_t count, void *ctx)
{
	for (size_t i = 0; i < count; i++)
		pthread_create(&threads[i], NULL, work[i], ctx);
}

static void join(const pthread_t threads[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
}

int main(void)
{
	void *(*const work[])(void *) = {publish, follow, follow, ask, ask};
	void *(*const last[])(void *) = {publish, pester, pester};
	pthread_t threads[G_N_ELEMENTS(work)];
	json_setup();
	rig_start(&rig, 0);
	int late = rig_connect(&rig); /* stays to the end */
	rig_send(late, "GET /api/v1/stream?last_event_id=0 HTTP/1.0\r\nHost: localhost\r\n\r\n");
	start(threads, work, G_N_ELEMENTS(work), NULL);
	join(threads, G_N_ELEMENTS(work));
	char *address = g_strdup(server_address(rig.server));
	start(threads, last, G_N_ELEMENTS(last), address);
	server_stop(rig.server);
	rig.server = NULL;
	join(threads, G_N_ELEMENTS(last));
	rig_stop(&rig);
	g_free(address);
	close(late);
	printf("1..1\n%sok 1 - clients, events and the end at once\n", failures ? "not " : "");
	return failures != 0;
}
