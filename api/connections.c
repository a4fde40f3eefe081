#include "api/connections.h"

#include "api/address.h"
#include <glib.h>
#include <pthread.h>

struct connection {
	char address[ADDRESS_SIZE];
	int fd;
	bool counted, over;
	msec_t deadline; /* under the lock of connections; mono */
	GList link;
};

struct connections {
	struct connections_options options;
	/* under lock */
	pthread_mutex_t lock;
	GQueue open;
	GHashTable *by_address; /* text -> number */
	uint64_t refused, reaped;
};

struct connections *connections_new(const struct connections_options *options)
{
	struct connections *connections = g_new0(struct connections, 1);
	connections->options = *options;
	connections->by_address = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_queue_init(&connections->open);
	pthread_mutex_init(&connections->lock, NULL);
	return connections;
}

void connections_free(struct connections *connections)
{
	if (!connections)
		return;
	g_hash_table_destroy(connections->by_address);
	pthread_mutex_destroy(&connections->lock);
	g_free(connections);
}

static bool is_exempt(const struct connections *connections, const char *address)
{
	return !*address || address_is_loopback(address) || address_in(address, connections->options.exempt);
}

bool connections_admit(struct connections *connections, const struct sockaddr *peer)
{
	char address[ADDRESS_SIZE];
	address_text(peer, address);
	if (is_exempt(connections, address))
		return true;
	pthread_mutex_lock(&connections->lock);
	size_t count = GPOINTER_TO_SIZE(g_hash_table_lookup(connections->by_address, address));
	bool admitted = count < connections->options.per_address;
	connections->refused += !admitted;
	pthread_mutex_unlock(&connections->lock);
	return admitted;
}

static void count_address(struct connections *connections, const char *address, int step)
{
	size_t count = GPOINTER_TO_SIZE(g_hash_table_lookup(connections->by_address, address)) + (size_t)step;
	if (count == 0)
		g_hash_table_remove(connections->by_address, address);
	else
		g_hash_table_replace(connections->by_address, g_strdup(address), GSIZE_TO_POINTER(count));
}

struct connection *connections_add(struct connections *connections, const struct sockaddr *peer, int fd, msec_t now)
{
	struct connection *connection = g_new0(struct connection, 1);
	address_text(peer, connection->address);
	connection->fd = fd;
	connection->counted = !is_exempt(connections, connection->address);
	connection->deadline = now + connections->options.header_deadline;
	connection->link.data = connection;
	pthread_mutex_lock(&connections->lock);
	g_queue_push_tail_link(&connections->open, &connection->link);
	connection->over = connections->options.total && connections->open.length > connections->options.total;
	connections->refused += connection->over;
	if (connection->counted)
		count_address(connections, connection->address, 1);
	pthread_mutex_unlock(&connections->lock);
	return connection;
}

void connections_remove(struct connections *connections, struct connection *connection)
{
	pthread_mutex_lock(&connections->lock);
	g_queue_unlink(&connections->open, &connection->link);
	if (connection->counted)
		count_address(connections, connection->address, -1);
	pthread_mutex_unlock(&connections->lock);
	g_free(connection);
}

static void set_deadline(struct connections *connections, struct connection *connection, msec_t deadline)
{
	pthread_mutex_lock(&connections->lock);
	connection->deadline = deadline;
	pthread_mutex_unlock(&connections->lock);
}

void connection_headers_done(struct connections *connections, struct connection *connection, msec_t now)
{
	set_deadline(connections, connection, now + connections->options.body_deadline);
}

void connection_request_read(struct connections *connections, struct connection *connection)
{
	set_deadline(connections, connection, MSEC_NEVER);
}

void connection_idle(struct connections *connections, struct connection *connection, msec_t now)
{
	msec_t wait = connections->options.idle_deadline + connections->options.header_deadline;
	set_deadline(connections, connection, now + wait);
}

bool connection_is_over(const struct connection *connection)
{
	return connection->over;
}

const char *connection_address(const struct connection *connection)
{
	return connection->address;
}

size_t connections_reap(struct connections *connections, msec_t now)
{
	size_t count = 0;
	pthread_mutex_lock(&connections->lock);
	for (GList *link = connections->open.head; link; link = link->next) {
		struct connection *connection = link->data;
		if (connection->deadline > now)
			continue;
		/* The descriptor is ours until connections_remove; the server sees its end and closes it. */
		shutdown(connection->fd, SHUT_RDWR);
		connection->deadline = MSEC_NEVER;
		count++;
	}
	connections->reaped += count;
	pthread_mutex_unlock(&connections->lock);
	return count;
}

size_t connections_count(struct connections *connections)
{
	pthread_mutex_lock(&connections->lock);
	size_t count = connections->open.length;
	pthread_mutex_unlock(&connections->lock);
	return count;
}

uint64_t connections_refused(struct connections *connections)
{
	pthread_mutex_lock(&connections->lock);
	uint64_t count = connections->refused;
	pthread_mutex_unlock(&connections->lock);
	return count;
}

uint64_t connections_reaped(struct connections *connections)
{
	pthread_mutex_lock(&connections->lock);
	uint64_t count = connections->reaped;
	pthread_mutex_unlock(&connections->lock);
	return count;
}
