#include "tests/api/rig.h"

#include "api/tokens.h"
#include <arpa/inet.h>
#include <assert.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void make_tokens(struct rig *rig)
{
	static const char *const names[] = {"vera", "rob", "ada"};
	struct error err;
	char path[] = "/tmp/tocsin-tokens-XXXXXX";
	close(mkstemp(path));
	rig->tokens_path = g_strdup(path);
	for (int i = 0; i < 3; i++) {
		token_make(rig->secrets[i]);
		assert(token_append(path, names[i], (enum role)(ROLE_VIEWER + i), rig->secrets[i], &err));
	}
	rig->settings.tokens_file = rig->tokens_path;
}

void rig_start(struct rig *rig, unsigned flags)
{
	rig_start_with(rig, flags, &(struct settings_global){0});
}

void rig_start_with(struct rig *rig, unsigned flags, const struct settings_global *settings)
{
	struct error err = {{0}};
	*rig = (struct rig){.settings = *settings};
	rig->own_clock = flags & RIG_VIRTUAL;
	rig->clock = rig->own_clock ? clock_virtual_new(1780000000000) : clock_system();
	rig->settings.listen = (char *)(uintptr_t) "127.0.0.1:0";
	if (!rig->settings.connections)
		rig->settings.connections = 4000;
	if (flags & RIG_TOKENS)
		make_tokens(rig);
	rig->app = fake_app_new(rig->clock, &rig->settings);
	rig->server = server_start(rig->app, &err);
	if (!rig->server)
		g_error("server_start: %s", err.text);
}

void rig_stop(struct rig *rig)
{
	server_stop(rig->server);
	fake_app_free(rig->app);
	if (rig->own_clock)
		clock_virtual_free(rig->clock);
	if (rig->tokens_path)
		unlink(rig->tokens_path);
	g_free(rig->tokens_path);
}

static size_t collect(char *data, size_t size, size_t count, void *out)
{
	g_string_append_len(out, data, (gssize)(size * count));
	return size * count;
}

struct reply rig_call(struct rig *rig, const char *method, const char *path, const char *token, const char *headers,
		      const char *body)
{
	struct reply reply = {0, g_string_new(NULL), g_string_new(NULL), NULL};
	struct curl_slist *list = NULL;
	CURL *curl = curl_easy_init();
	char *url = g_strdup_printf("http://%s%s", server_address(rig->server), path);
	char *bearer = token ? g_strdup_printf("Authorization: Bearer %s", token) : NULL;
	if (bearer)
		list = curl_slist_append(list, bearer);
	char **lines = g_strsplit(headers ? headers : "", "\n", -1);
	for (char **line = lines; *line; line++)
		if (**line)
			list = curl_slist_append(list, *line);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(curl, CURLOPT_NOBODY, (long)(strcmp(method, "HEAD") == 0));
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, reply.body);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, collect);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, reply.head);
	if (body) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
	}
	if (curl_easy_perform(curl) == CURLE_OK)
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
	reply.json = json_loadb(reply.body->str, reply.body->len, 0, NULL);
	curl_easy_cleanup(curl);
	curl_slist_free_all(list);
	g_strfreev(lines);
	g_free(bearer);
	g_free(url);
	return reply;
}

void reply_release(struct reply *reply)
{
	g_string_free(reply->head, TRUE);
	g_string_free(reply->body, TRUE);
	json_decref(reply->json);
}

char *reply_header(const struct reply *reply, const char *name)
{
	char **lines = g_strsplit(reply->head->str, "\r\n", -1);
	size_t length = strlen(name);
	GPtrArray *found = g_ptr_array_new();
	for (char **line = lines; *line; line++)
		if (g_ascii_strncasecmp(*line, name, length) == 0 && (*line)[length] == ':')
			g_ptr_array_add(found, g_strstrip(*line + length + 1));
	g_ptr_array_add(found, NULL);
	char *value = found->len > 1 ? g_strjoinv(", ", (char **)found->pdata) : NULL;
	g_ptr_array_free(found, TRUE);
	g_strfreev(lines);
	return value;
}

int connect_to(const char *address)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	to.sin_port = htons((uint16_t)strtoul(strrchr(address, ':') + 1, NULL, 10));
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert(fd >= 0);
	if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
		return fd;
	close(fd);
	return -1;
}

int rig_connect(struct rig *rig)
{
	int fd = connect_to(server_address(rig->server));
	assert(fd >= 0);
	return fd;
}

void rig_send(int fd, const char *text)
{
	assert(send(fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text));
}

bool rig_read_until(int fd, GString *out, const char *text)
{
	char buffer[65536];
	size_t from = 0; /* what lies before was searched */
	while (!text || !strstr(out->str + from, text)) {
		from = text && out->len > strlen(text) ? out->len - strlen(text) : 0;
		struct pollfd wait = {.fd = fd, .events = POLLIN};
		if (poll(&wait, 1, 30000) != 1)
			return false;
		ssize_t n = recv(fd, buffer, sizeof buffer, 0);
		if (n <= 0)
			return !text;
		g_string_append_len(out, buffer, n);
	}
	return true;
}
