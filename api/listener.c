#include "api/listener.h"

#include "base/host_port.h"
#include <errno.h>
#include <glib.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { BACKLOG = 1024, DESCRIPTORS_BESIDE = 512 };

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
	if (!host_port_split(listen_at, host, &port, err)) {
		error_prefix(err, "listen = ");
		return -1;
	}
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

size_t listener_allow_descriptors(size_t connections)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= connections + DESCRIPTORS_BESIDE)
		return connections;
	limit.rlim_cur = MIN(limit.rlim_max, connections + DESCRIPTORS_BESIDE);
	setrlimit(RLIMIT_NOFILE, &limit);
	getrlimit(RLIMIT_NOFILE, &limit);
	return MIN(connections, limit.rlim_cur - MIN(DESCRIPTORS_BESIDE, limit.rlim_cur / 2));
}
