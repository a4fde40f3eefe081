#include "tests/support/fake_http.h"
#include <arpa/inet.h>
#include <assert.h>
#include <glib.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

struct fake_http {
	struct fake_http_step *steps;
	size_t step_count;
	int listener, stopping; /* stopping: an eventfd that becomes readable */
	unsigned port;
	char url[64];
	pthread_t acceptor;
	pthread_mutex_t lock;
	/* under lock */
	GPtrArray *requests; /* of char * */
	GArray *threads; /* of pthread_t, only the acceptor adds */
	size_t connections;
};

struct connection {
	struct fake_http *fake;
	int fd;
};

/* Waits for fd; false when the server stops. */
static bool ready(const struct fake_http *fake, int fd, short events)
{
	struct pollfd ends[] = {{.fd = fd, .events = events}, {.fd = fake->stopping, .events = POLLIN}};
	poll(ends, 2, -1);
	return !ends[1].revents;
}

static bool send_all(const struct fake_http *fake, int fd, const char *data, size_t length)
{
	while (length) {
		if (!ready(fake, fd, POLLOUT))
			return false;
		ssize_t n = send(fd, data, length, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n <= 0)
			return false;
		data += n;
		length -= (size_t)n;
	}
	return true;
}

/* Whole length of the request in text, or 0 while its head is not complete. */
static size_t request_length(const GString *text)
{
	const char *end = strstr(text->str, "\r\n\r\n");
	if (!end)
		return 0;
	size_t head = (size_t)(end - text->str) + 4;
	const char *field = strcasestr(text->str, "\r\nContent-Length:");
	return head + (field && field < end ? (size_t)strtoul(field + 17, NULL, 10) : 0);
}

/* One request, taken off the front of buffer. NULL when the client is gone. */
static char *read_request(const struct fake_http *fake, int fd, GString *buffer)
{
	char piece[4096];
	size_t whole;
	while (!(whole = request_length(buffer)) || buffer->len < whole) {
		ssize_t n = ready(fake, fd, POLLIN) ? recv(fd, piece, sizeof piece, 0) : 0;
		if (n <= 0)
			return NULL;
		g_string_append_len(buffer, piece, n);
	}
	char *request = g_strndup(buffer->str, whole);
	g_string_erase(buffer, 0, (gssize)whole);
	return request;
}

static const struct fake_http_step *next_step(struct fake_http *fake, char *request)
{
	pthread_mutex_lock(&fake->lock);
	size_t i = fake->requests->len;
	g_ptr_array_add(fake->requests, request);
	pthread_mutex_unlock(&fake->lock);
	return &fake->steps[MIN(i, fake->step_count - 1)];
}

static bool send_body(const struct fake_http *fake, int fd, const struct fake_http_step *step, size_t sent)
{
	size_t length = step->body_length ? step->body_length : step->body ? strlen(step->body) : 0;
	GString *out = g_string_new("");
	g_string_printf(out, "HTTP/1.1 %d Scripted\r\nContent-Length: %zu\r\n%s\r\n", step->status ? step->status : 200,
			length, step->headers ? step->headers : "");
	if (length)
		g_string_append_len(out, step->body, (gssize)MIN(length, sent));
	bool ok = send_all(fake, fd, out->str, out->len);
	g_string_free(out, TRUE);
	return ok;
}

static void send_endless(const struct fake_http *fake, int fd)
{
	static const char head[] = "HTTP/1.1 200 OK\r\n\r\n";
	char piece[16384];
	memset(piece, 'x', sizeof piece);
	bool more = send_all(fake, fd, head, sizeof head - 1);
	while (more)
		more = send_all(fake, fd, piece, sizeof piece);
}

/* True if the connection stays open. */
static bool play(const struct fake_http *fake, int fd, const struct fake_http_step *step)
{
	size_t length = step->body_length ? step->body_length : step->body ? strlen(step->body) : 0;
	switch (step->act) {
	case FAKE_HTTP_ANSWER:
		return send_body(fake, fd, step, SIZE_MAX);
	case FAKE_HTTP_HALF_BODY:
		send_body(fake, fd, step, length / 2);
		return false;
	case FAKE_HTTP_HANG: {
		struct pollfd stop = {.fd = fake->stopping, .events = POLLIN};
		poll(&stop, 1, -1);
		return false;
	}
	case FAKE_HTTP_HUGE:
		send_endless(fake, fd);
		return false;
	case FAKE_HTTP_GARBAGE:
		send_all(fake, fd, step->body, length);
		return false;
	case FAKE_HTTP_CLOSE:
	case FAKE_HTTP_REFUSE:
		return false;
	}
	return false;
}

static void *serve(void *context)
{
	struct connection *connection = context;
	struct fake_http *fake = connection->fake;
	GString *buffer = g_string_new("");
	for (char *request; (request = read_request(fake, connection->fd, buffer));)
		if (!play(fake, connection->fd, next_step(fake, request)))
			break;
	g_string_free(buffer, TRUE);
	close(connection->fd);
	g_free(connection);
	return NULL;
}

static bool refuses(struct fake_http *fake)
{
	pthread_mutex_lock(&fake->lock);
	size_t i = MIN(fake->requests->len, fake->step_count - 1);
	fake->connections++;
	bool refuse = fake->steps[i].act == FAKE_HTTP_REFUSE;
	if (refuse)
		g_ptr_array_add(fake->requests, g_strdup(""));
	pthread_mutex_unlock(&fake->lock);
	return refuse;
}

static void *accept_all(void *context)
{
	struct fake_http *fake = context;
	while (ready(fake, fake->listener, POLLIN)) {
		int fd = accept4(fake->listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			continue;
		if (refuses(fake)) {
			close(fd);
			continue;
		}
		struct connection *connection = g_new(struct connection, 1);
		*connection = (struct connection){.fake = fake, .fd = fd};
		pthread_t thread;
		pthread_create(&thread, NULL, serve, connection);
		g_array_append_val(fake->threads, thread);
	}
	return NULL;
}

struct fake_http *fake_http_start(const struct fake_http_step *steps, size_t count)
{
	struct fake_http *fake = g_new0(struct fake_http, 1);
	fake->steps = g_memdup2(steps, count * sizeof *steps);
	fake->step_count = count;
	fake->requests = g_ptr_array_new_with_free_func(g_free);
	fake->threads = g_array_new(FALSE, FALSE, sizeof(pthread_t));
	pthread_mutex_init(&fake->lock, NULL);
	fake->stopping = eventfd(0, EFD_CLOEXEC);
	fake->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	int rc = bind(fake->listener, (struct sockaddr *)&address, length) | listen(fake->listener, 64) |
		 getsockname(fake->listener, (struct sockaddr *)&address, &length);
	assert(rc == 0);
	(void)rc;
	fake->port = ntohs(address.sin_port);
	g_snprintf(fake->url, sizeof fake->url, "http://127.0.0.1:%u", fake->port);
	pthread_create(&fake->acceptor, NULL, accept_all, fake);
	return fake;
}

void fake_http_stop(struct fake_http *fake)
{
	if (!fake)
		return;
	eventfd_write(fake->stopping, 1);
	pthread_join(fake->acceptor, NULL);
	for (unsigned i = 0; i < fake->threads->len; i++)
		pthread_join(g_array_index(fake->threads, pthread_t, i), NULL);
	close(fake->listener);
	close(fake->stopping);
	pthread_mutex_destroy(&fake->lock);
	g_array_free(fake->threads, TRUE);
	g_ptr_array_free(fake->requests, TRUE);
	g_free(fake->steps);
	g_free(fake);
}

unsigned fake_http_port(const struct fake_http *fake)
{
	return fake->port;
}
const char *fake_http_url(const struct fake_http *fake)
{
	return fake->url;
}

size_t fake_http_requests(struct fake_http *fake)
{
	pthread_mutex_lock(&fake->lock);
	size_t count = fake->requests->len;
	pthread_mutex_unlock(&fake->lock);
	return count;
}

size_t fake_http_connections(struct fake_http *fake)
{
	pthread_mutex_lock(&fake->lock);
	size_t count = fake->connections;
	pthread_mutex_unlock(&fake->lock);
	return count;
}

char *fake_http_request(struct fake_http *fake, size_t i)
{
	pthread_mutex_lock(&fake->lock);
	char *request = i < fake->requests->len ? g_strdup(fake->requests->pdata[i]) : NULL;
	pthread_mutex_unlock(&fake->lock);
	return request;
}
