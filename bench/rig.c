#include "bench/rig.h"
#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PEERS = 1024 };

struct rig {
	struct rig_world world;
	int listener, port;
	pthread_t thread;
	atomic_bool over;
	struct pollfd fds[PEERS]; /* the first is the listener */
	GString *input[PEERS];
	nfds_t count;
	GString *page;
	GPid child;
	int output;
	unsigned short served; /* the daemon's port */
	char *directory, *path;
};

static void die(const char *what)
{
	fprintf(stderr, "rig: %s\n", what);
	exit(1);
}

static bool send_all(int fd, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(fd, data, length, MSG_NOSIGNAL);
		if (sent <= 0)
			return false;
		data += sent;
		length -= (size_t)sent;
	}
	return true;
}

static bool answer(struct rig *rig, int fd, bool poll, const char *body, msec_t at)
{
	char head[160];
	g_string_truncate(rig->page, 0);
	if (poll)
		rig->world.page(rig->world.ctx, rig->page);
	int length =
		g_snprintf(head, sizeof head,
			   "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: %zu\r\n\r\n",
			   rig->page->len);
	bool ok = send_all(fd, head, (size_t)length) && send_all(fd, rig->page->str, rig->page->len);
	if (poll && ok)
		rig->world.shown(rig->world.ctx, clock_system()->read(clock_system()).mono);
	else if (!poll && rig->world.post)
		rig->world.post(rig->world.ctx, body, at);
	return ok;
}

/* Bytes of the first whole request in the buffer; 0 = more to come. */
static size_t whole_request(const GString *input, const char **body)
{
	const char *end = strstr(input->str, "\r\n\r\n");
	if (!end)
		return 0;
	const char *length = g_strstr_len(input->str, end - input->str, "Content-Length: ");
	size_t size = length ? strtoul(length + strlen("Content-Length: "), NULL, 10) : 0;
	*body = end + 4;
	size_t total = (size_t)(*body - input->str) + size;
	return input->len >= total ? total : 0;
}

static bool serve_peer(struct rig *rig, nfds_t i)
{
	char buffer[65536];
	const char *body;
	ssize_t got = recv(rig->fds[i].fd, buffer, sizeof buffer, 0);
	msec_t at = clock_system()->read(clock_system()).mono;
	if (got <= 0)
		return false;
	g_string_append_len(rig->input[i], buffer, got);
	size_t size = whole_request(rig->input[i], &body);
	if (!size)
		return true;
	bool ok = answer(rig, rig->fds[i].fd, rig->input[i]->str[0] == 'G', body, at);
	g_string_erase(rig->input[i], 0, (gssize)size);
	return ok;
}

static void drop_peer(struct rig *rig, nfds_t i)
{
	close(rig->fds[i].fd);
	g_string_free(rig->input[i], TRUE);
	rig->count--;
	rig->fds[i] = rig->fds[rig->count];
	rig->input[i] = rig->input[rig->count];
}

static void take_peer(struct rig *rig)
{
	int one = 1, fd = accept(rig->listener, NULL, NULL);
	if (fd < 0 || rig->count == PEERS)
		die("cannot take a connection");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	rig->fds[rig->count] = (struct pollfd){.fd = fd, .events = POLLIN};
	rig->input[rig->count++] = g_string_new(NULL);
}

static void *serve(void *context)
{
	struct rig *rig = context;
	while (!atomic_load(&rig->over)) {
		if (poll(rig->fds, rig->count, 100) <= 0)
			continue;
		for (nfds_t i = rig->count - 1; i > 0; i--)
			if (rig->fds[i].revents && !serve_peer(rig, i))
				drop_peer(rig, i);
		if (rig->fds[0].revents)
			take_peer(rig);
	}
	return NULL;
}

static void listen_loopback(struct rig *rig)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	rig->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (rig->listener < 0 || bind(rig->listener, (struct sockaddr *)&address, length) < 0 ||
	    listen(rig->listener, PEERS) < 0 || getsockname(rig->listener, (struct sockaddr *)&address, &length) < 0)
		die("cannot listen on loopback");
	rig->port = ntohs(address.sin_port);
	rig->fds[0] = (struct pollfd){.fd = rig->listener, .events = POLLIN};
	rig->count = 1;
}

static void write_config(struct rig *rig, const char *interval, const char *config)
{
	char *text = g_strdup_printf("listen = \"127.0.0.1:0\";\nstate = \"%s/state\";\n"
				     "sources = ( { name = \"bench\"; kind = \"openmetrics\"; interval = \"%s\"; url = "
				     "\"http://127.0.0.1:%d/metrics\"; } );\n"
				     "receivers = ( { name = \"sink\"; webhook = ( { url = "
				     "\"http://127.0.0.1:%d/hook\"; concurrency = 64; rate = 1e6;"
				     " burst = 1000000; } ); } );\n%s",
				     rig->directory, interval, rig->port, rig->port, config);
	if (!g_file_set_contents(rig->path, text, -1, NULL))
		die("cannot write the configuration");
	g_free(text);
}

static void start_daemon(struct rig *rig, const char *tocsind)
{
	char line[256];
	const char *arguments[] = {tocsind, "--config", rig->path, NULL};
	if (!g_spawn_async_with_pipes(NULL, (char **)arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
				      &rig->child, NULL, &rig->output, NULL, NULL))
		die("cannot start tocsind");
	ssize_t length = read(rig->output, line, sizeof line - 1);
	if (length <= 0)
		die("tocsind ended before it served");
	line[length] = '\0';
	const char *colon = strrchr(line, ':');
	rig->served = colon ? (unsigned short)strtoul(colon + 1, NULL, 10) : 0;
}

struct rig *rig_open(const char *tocsind, const char *interval, const char *config, const struct rig_world *world)
{
	struct rig *rig = g_new0(struct rig, 1);
	rig->world = *world;
	rig->page = g_string_new(NULL);
	rig->directory = g_dir_make_tmp("tocsin-bench-XXXXXX", NULL);
	if (!rig->directory)
		die("cannot make a directory");
	rig->path = g_build_filename(rig->directory, "tocsin.conf", NULL);
	listen_loopback(rig);
	write_config(rig, interval, config);
	if (pthread_create(&rig->thread, NULL, serve, rig) != 0)
		die("cannot start a thread");
	start_daemon(rig, tocsind);
	return rig;
}

static void proc_file(const struct rig *rig, const char *name, char *out, size_t size)
{
	g_snprintf(out, size, "/proc/%d/%s", rig->child, name);
	FILE *file = fopen(out, "r");
	size_t length = file ? fread(out, 1, size - 1, file) : 0;
	if (file)
		fclose(file);
	if (!length)
		die("tocsind has ended");
	out[length] = '\0';
}

double rig_cpu_seconds(const struct rig *rig)
{
	char text[8192];
	unsigned long user = 0, kernel = 0;
	proc_file(rig, "stat", text, sizeof text);
	const char *fields = strrchr(text, ')');
	if (!fields || sscanf(fields + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel) != 2)
		die("/proc says nothing");
	return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

double rig_megabytes(const struct rig *rig, const char *field)
{
	char text[8192];
	proc_file(rig, "status", text, sizeof text);
	const char *line = strstr(text, field);
	return line ? strtod(line + strlen(field), NULL) / 1024 : 0;
}

static void remove_tree(const char *path)
{
	GDir *directory = g_dir_open(path, 0, NULL);
	const char *name;
	while (directory && (name = g_dir_read_name(directory))) {
		char *child = g_build_filename(path, name, NULL);
		remove_tree(child);
		g_free(child);
	}
	if (directory)
		g_dir_close(directory);
	g_remove(path);
}

unsigned short rig_port(const struct rig *rig)
{
	return rig->served;
}

void rig_ask_to_end(struct rig *rig)
{
	kill(rig->child, SIGTERM);
}

void rig_close(struct rig *rig)
{
	rig_ask_to_end(rig);
	waitpid(rig->child, NULL, 0);
	atomic_store(&rig->over, true);
	pthread_join(rig->thread, NULL);
	while (rig->count > 1)
		drop_peer(rig, rig->count - 1);
	close(rig->listener);
	close(rig->output);
	remove_tree(rig->directory);
	g_string_free(rig->page, TRUE);
	g_free(rig->directory);
	g_free(rig->path);
	g_free(rig);
}
