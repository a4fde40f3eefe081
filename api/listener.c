#include "api/listener.h"

#include <errno.h>
#include <glib.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { BACKLOG = 1024, DESCRIPTORS_BESIDE = 512 };

/* "host:port" or "[v6]:port". */
static bool split_listen(const char *listen_at, char **host, char **port, struct error *err)
{
	const char *colon = strrchr(listen_at, ':');
	guint64 number;
	if (!colon || colon == listen_at || !g_ascii_string_to_unsigned(colon + 1, 10, 0, 65535, &number, NULL))
		return error_set(err, "listen = \"%s\": wanted ADDRESS:PORT, for instance 127.0.0.1:9797", listen_at);
	bool brackets = listen_at[0] == '[' && colon[-1] == ']';
	*host = g_strndup(listen_at + brackets, (size_t)(colon - listen_at) - 2 * brackets);
	*port = g_strdup(colon + 1);
	return true;
}

static int bind_one(const struct addrinfo *info)
{
	int on = 1, fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	int problem = errno;
	close(fd);
	errno = problem;
	return -1;
}

static int open_socket(const char *host, const char *port, bool *loopback, struct error *err)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *list = NULL;
	int problem = getaddrinfo(host, port, &hints, &list), fd = -1;
	if (problem != 0) {
		error_set(err, "cannot listen on %s: %s", host, gai_strerror(problem));
		return -1;
	}
	char text[ADDRESS_SIZE] = "";
	for (struct addrinfo *info = list; info && fd < 0; info = info->ai_next) {
		address_text(info->ai_addr, text);
		fd = bind_one(info);
	}
	*loopback = address_is_loopback(text);
	if (fd < 0)
		error_set(err, "cannot listen on %s port %s: %s", host, port, strerror(errno));
	freeaddrinfo(list);
	return fd;
}

int listener_open(const char *listen_at, char **host, bool *loopback, struct error *err)
{
	char *port = NULL;
	if (!split_listen(listen_at, host, &port, err))
		return -1;
	int fd = open_socket(*host, port, loopback, err);
	g_free(port);
	return fd;
}

void listener_name(int fd, char out[LISTENER_NAME_SIZE])
{
	struct sockaddr_storage bound;
	socklen_t length = sizeof bound;
	char text[ADDRESS_SIZE];
	getsockname(fd, (struct sockaddr *)&bound, &length);
	address_text((struct sockaddr *)&bound, text);
	char port[8] = "";
	getnameinfo((struct sockaddr *)&bound, length, NULL, 0, port, sizeof port, NI_NUMERICSERV);
	snprintf(out, LISTENER_NAME_SIZE, strchr(text, ':') ? "[%s]:%s" : "%s:%s", text, port);
}

void listener_allow_descriptors(size_t connections)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= connections + DESCRIPTORS_BESIDE)
		return;
	limit.rlim_cur = MIN(limit.rlim_max, connections + DESCRIPTORS_BESIDE);
	setrlimit(RLIMIT_NOFILE, &limit);
}
