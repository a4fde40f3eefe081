/* tocsin-smtp: hands one mail to one relay and says what became of each recipient. A program of its own, because the
 * SMTP library may crash, hang or take a failure for success: nothing of that may touch the daemon. Reads one JSON
 * object from standard input: host port tls user password ca_file helo deadline_ms from to[] message. Writes lines of
 * JSON: {"stage":"data"} before the text may leave, then one {"recipient","verdict","status","detail"} each, after a
 * {"stage":"recipient"} where only that address was turned down. */
/* The library's header needs all that stands before it. */
/* clang-format off */
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stddef.h>
#include <auth-client.h>
#include <libesmtp.h>
/* clang-format on */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { INPUT_MAX = 4 << 20, RECIPIENTS_MAX = 64, PLAIN_TIMEOUT_MS = 10000 };

struct order {
	const char *host, *user, *password, *ca_file, *helo, *from, *message;
	const char *to[RECIPIENTS_MAX];
	size_t to_count;
	int port, deadline_ms;
	bool starttls;
};

/* What the monitor has seen of the dialogue. */
struct dialogue {
	const struct order *order;
	bool starttls_asked, tls_ok, auth_asked, auth_ok;
	char auth_answer[200];
};

static volatile sig_atomic_t data_sent;
static char tls_fault[200];

/* ---- output ---- */

static void say(json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT | JSON_ENSURE_ASCII);
	if (text) {
		fprintf(stdout, "%s\n", text);
		fflush(stdout);
	}
	free(text);
	json_decref(object);
}

/* A relay may speak Latin-1: what is no UTF-8 keeps its ASCII. */
static json_t *text_value(const char *text)
{
	char plain[400];
	size_t length = 0;
	json_t *value = json_string(text ? text : "");
	if (value)
		return value;
	for (; text[length] && length < sizeof plain - 1; length++)
		plain[length] = (unsigned char)text[length] < 0x80 ? text[length] : '?';
	plain[length] = '\0';
	return json_string(plain);
}

static void say_verdict(const char *recipient, const char *verdict, int status, const char *detail)
{
	say(json_pack("{s:o,s:s,s:i,s:o}", "recipient", text_value(recipient), "verdict", verdict, "status", status,
		      "detail", text_value(detail)));
}

/* One verdict for all; the process ends, so that nothing more is said to the relay. */
__attribute__((noreturn, format(printf, 4, 5))) static void end_all(const struct order *order, const char *verdict,
								    int status, const char *format, ...)
{
	char detail[400];
	va_list list;
	va_start(list, format);
	vsnprintf(detail, sizeof detail, format, list);
	va_end(list);
	for (size_t i = 0; i < order->to_count; i++)
		say_verdict(order->to[i], verdict, status, detail);
	_exit(0);
}

static void on_alarm(int signal_number)
{
	(void)signal_number;
	static const char before[] = "{\"verdict\":\"retry\",\"status\":0,\"detail\":\"the relay took too long\"}\n";
	static const char after[] = "{\"verdict\":\"ambiguous\",\"status\":0,\"detail\":\"the relay took too long "
				    "after the text was sent\"}\n";
	ssize_t written = data_sent ? write(STDOUT_FILENO, after, sizeof after - 1)
				    : write(STDOUT_FILENO, before, sizeof before - 1);
	_exit(written > 0 ? 0 : 1);
}

/* ---- input ---- */

static char *read_all(size_t *length)
{
	char *text = malloc(INPUT_MAX + 1);
	if (!text)
		abort();
	*length = fread(text, 1, INPUT_MAX, stdin);
	text[*length] = '\0';
	return text;
}

static const char *member(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text && *text ? text : NULL;
}

/* CR and LF would become commands; the library sends them as they are. */
static bool is_line(const char *text)
{
	return !text || !text[strcspn(text, "\r\n")];
}

static bool read_order(const json_t *object, struct order *order)
{
	const char *tls = member(object, "tls");
	const json_t *to = json_object_get(object, "to");
	*order = (struct order){.host = member(object, "host"),
				.user = member(object, "user"),
				.password = member(object, "password"),
				.ca_file = member(object, "ca_file"),
				.helo = member(object, "helo"),
				.from = member(object, "from"),
				.message = member(object, "message"),
				.port = (int)json_integer_value(json_object_get(object, "port")),
				.deadline_ms = (int)json_integer_value(json_object_get(object, "deadline_ms"))};
	for (size_t i = 0; i < json_array_size(to) && i < RECIPIENTS_MAX; i++) {
		const char *address = json_string_value(json_array_get(to, i));
		if (!address || !is_line(address) || strpbrk(address, "<> "))
			return false;
		order->to[order->to_count++] = address;
	}
	order->starttls = tls && !strcmp(tls, "starttls");
	bool none = tls && !strcmp(tls, "none");
	return (order->starttls || none) && order->host && order->from && order->message && order->to_count &&
	       order->port > 0 && order->port < 65536 && order->deadline_ms > 0 && is_line(order->host) &&
	       is_line(order->from) && is_line(order->helo) && !strpbrk(order->from, "<> ");
}

/* ---- a look before the library connects: it has no timeout of its own there ---- */

static bool wait_for(int fd, short events, int timeout_ms)
{
	struct pollfd poll_fd = {.fd = fd, .events = events};
	return poll(&poll_fd, 1, timeout_ms) > 0;
}

static int connect_one(const struct addrinfo *address, int timeout_ms)
{
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, address->ai_protocol);
	if (fd < 0)
		return -1;
	int error = 0;
	socklen_t size = sizeof error;
	if (connect(fd, address->ai_addr, address->ai_addrlen) < 0 && errno != EINPROGRESS)
		error = errno;
	else if (!wait_for(fd, POLLOUT, timeout_ms))
		error = ETIMEDOUT;
	else
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (!error)
		return fd;
	close(fd);
	errno = error;
	return -1;
}

/* "220-…" says that more comes: who speaks before the last line is taken for a spammer's program. */
static bool greeting_over(const char *greeting)
{
	const char *end = strrchr(greeting, '\n'), *last = greeting;
	for (const char *at = greeting; end && at < end; at++)
		if (*at == '\n')
			last = at + 1;
	return end && strspn(last, "0123456789") == 3 && last[3] == ' ';
}

static void read_greeting(const struct order *order, int fd, int timeout_ms)
{
	char greeting[512];
	ssize_t length = wait_for(fd, POLLIN, timeout_ms) ? read(fd, greeting, sizeof greeting - 1) : -1;
	if (length <= 0)
		end_all(order, "retry", 0, "%s:%d: no greeting", order->host, order->port);
	greeting[length] = '\0';
	bool over = greeting_over(greeting);
	greeting[strcspn(greeting, "\r\n")] = '\0';
	if (greeting[0] != '2')
		end_all(order, "retry", (int)strtol(greeting, NULL, 10), "%s:%d: %.200s", order->host, order->port,
			greeting);
	if (over && write(fd, "QUIT\r\n", 6) < 0)
		return; /* polite, not needed */
}

static void probe(const struct order *order)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG}, *list = NULL;
	char port[16];
	snprintf(port, sizeof port, "%d", order->port);
	int failed = getaddrinfo(order->host, port, &hints, &list);
	if (failed)
		end_all(order, "retry", 0, "%s: %s", order->host, gai_strerror(failed));
	int timeout_ms = order->deadline_ms / 3 < PLAIN_TIMEOUT_MS ? order->deadline_ms / 3 : PLAIN_TIMEOUT_MS, fd = -1;
	for (struct addrinfo *address = list; address && fd < 0; address = address->ai_next)
		fd = connect_one(address, timeout_ms);
	if (fd < 0)
		end_all(order, "retry", 0, "%s:%d: %s", order->host, order->port, strerror(errno));
	read_greeting(order, fd, timeout_ms);
	close(fd);
	freeaddrinfo(list);
}

/* ---- TLS ---- */

static int remember_fault(int good, X509_STORE_CTX *store)
{
	if (!good)
		snprintf(tls_fault, sizeof tls_fault, "certificate: %s",
			 X509_verify_cert_error_string(X509_STORE_CTX_get_error(store)));
	return good;
}

/* TLS 1.2 at most: with 1.3 the library waits for an answer before it has asked. Our own context each time: its own
 * one is freed after the first session. The name is checked here, against what was configured. */
static SSL_CTX *tls_context(const struct order *order)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	if (!context)
		end_all(order, "retry", 0, "TLS cannot be set up");
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
	int loaded = order->ca_file ? SSL_CTX_load_verify_locations(context, order->ca_file, NULL)
				    : SSL_CTX_set_default_verify_paths(context);
	if (loaded != 1)
		end_all(order, "retry", 0, "%s: no certificates can be read",
			order->ca_file ? order->ca_file : "the system's store");
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, remember_fault);
	X509_VERIFY_PARAM *parameters = SSL_CTX_get0_param(context);
	X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	bool address = X509_VERIFY_PARAM_set1_ip_asc(parameters, order->host) == 1;
	if (!address && X509_VERIFY_PARAM_set1_host(parameters, order->host, 0) != 1)
		end_all(order, "retry", 0, "TLS cannot check the name '%s'", order->host);
	return context;
}

static void on_event(smtp_session_t session, int event, void *argument, ...)
{
	(void)session;
	struct dialogue *dialogue = argument;
	va_list list;
	va_start(list, argument);
	switch (event) {
	case SMTP_EV_STARTTLS_OK:
		dialogue->tls_ok = true;
		break;
	case SMTP_EV_WRONG_PEER_CERTIFICATE: /* compares with the canonical name; the handshake checked the right one */
		*va_arg(list, int *) = 1;
		break;
	case SMTP_EV_INVALID_PEER_CERTIFICATE:
		(void)va_arg(list, long);
		*va_arg(list, int *) = 0;
		break;
	case SMTP_EV_NO_PEER_CERTIFICATE:
		*va_arg(list, int *) = 0;
		break;
	default:
		break;
	}
	va_end(list);
}

/* ---- what is said, both ways ---- */

static bool has_command(const char *buffer, int length, const char *command)
{
	size_t size = strlen(command);
	for (int at = 0; at + (int)size <= length; at++)
		if ((at == 0 || buffer[at - 1] == '\n') && !strncasecmp(buffer + at, command, size))
			return true;
	return false;
}

static void check_before_mail(const struct dialogue *dialogue)
{
	const struct order *order = dialogue->order;
	if (order->starttls && !dialogue->tls_ok)
		end_all(order, "retry", 0, "%s:%d: no TLS%s%s", order->host, order->port, *tls_fault ? ": " : "",
			tls_fault);
	if (order->user && !dialogue->auth_ok)
		end_all(order, "retry", (int)strtol(dialogue->auth_answer, NULL, 10), "sign-in failed: %s",
			*dialogue->auth_answer ? dialogue->auth_answer : "the relay offers no way that is known here");
}

static void on_sent(struct dialogue *dialogue, const char *buffer, int length)
{
	if (has_command(buffer, length, "STARTTLS"))
		dialogue->starttls_asked = true;
	if (has_command(buffer, length, "AUTH "))
		dialogue->auth_asked = true;
	if (has_command(buffer, length, "MAIL FROM"))
		check_before_mail(dialogue);
	if ((has_command(buffer, length, "DATA\r\n") || has_command(buffer, length, "BDAT ")) && !data_sent) {
		data_sent = 1;
		say(json_pack("{s:s}", "stage", "data"));
	}
}

static void on_received(struct dialogue *dialogue, const char *buffer, int length)
{
	const char *end = memchr(buffer, '\n', (size_t)length);
	if (dialogue->starttls_asked && !dialogue->tls_ok && length >= 3 && !memcmp(buffer, "220", 3) && end &&
	    end + 1 < buffer + length)
		end_all(dialogue->order, "retry", 0, "the relay's answer to STARTTLS was tampered with");
	if (!dialogue->auth_asked || dialogue->auth_ok || length < 3 || buffer[0] == '3')
		return;
	if (!memcmp(buffer, "235", 3)) {
		dialogue->auth_ok = true;
		return;
	}
	int line = end ? (int)(end - buffer) : length;
	while (line > 0 && (buffer[line - 1] == '\r' || buffer[line - 1] == '\n'))
		line--;
	snprintf(dialogue->auth_answer, sizeof dialogue->auth_answer, "%.*s", line > 150 ? 150 : line, buffer);
}

static void on_monitor(const char *buffer, int length, int writing, void *argument)
{
	if (length <= 0 || data_sent > 1)
		return;
	if (writing == SMTP_CB_WRITING)
		on_sent(argument, buffer, length);
	else if (writing == SMTP_CB_READING)
		on_received(argument, buffer, length);
}

static int on_auth(auth_client_request_t request, char **result, int fields, void *argument)
{
	const struct order *order = argument;
	for (int i = 0; i < fields; i++)
		result[i] = (char *)(request[i].flags & AUTH_PASS   ? order->password
				     : request[i].flags & AUTH_USER ? order->user
								    : NULL);
	return 1;
}

/* ---- verdicts ---- */

static void detail_of(const smtp_status_t *status, char out[300])
{
	snprintf(out, 300, "%d %.250s", status->code, status->text ? status->text : "");
	out[strcspn(out, "\r\n")] = '\0';
}

/* The library calls a transfer complete that was refused, and a recipient that shall come later refused for good:
 * only 2xx for the recipient and 2xx for the text is a delivery. */
static void judge(const struct order *order, const char *address, smtp_recipient_t recipient, smtp_message_t message)
{
	const smtp_status_t *from = smtp_reverse_path_status(message), *to = smtp_recipient_status(recipient),
			    *text = smtp_message_transfer_status(message);
	char detail[300];
	if (from && from->code >= 400) {
		detail_of(from, detail);
		say_verdict(address, from->code >= 500 ? "permanent" : "retry", from->code, detail);
	} else if (to && to->code >= 400) {
		detail_of(to, detail);
		if (to->code != 421) /* that one is about the connection */
			say(json_pack("{s:s}", "stage", "recipient"));
		say_verdict(address, to->code >= 500 ? "permanent" : "retry", to->code, detail);
	} else if (to && to->code / 100 == 2 && text && text->code / 100 == 2) {
		detail_of(text, detail);
		say_verdict(address, "sent", text->code, detail);
	} else if (text && text->code >= 400) {
		detail_of(text, detail);
		say_verdict(address, text->code >= 500 ? "permanent" : "retry", text->code, detail);
	} else if (data_sent) {
		say_verdict(address, "ambiguous", 0, "the connection ended after the text was sent, without an answer");
	} else {
		char why[128] = "";
		smtp_strerror(smtp_errno(), why, sizeof why);
		snprintf(detail, sizeof detail, "%s:%d: %s", order->host, order->port,
			 *tls_fault ? tls_fault
			 : *why     ? why
				    : "the connection ended too early");
		say_verdict(address, "retry", 0, detail);
	}
}

static void set_timeouts(smtp_session_t session, int deadline_ms)
{
	static const int which[] = {Timeout_GREETING, Timeout_ENVELOPE, Timeout_DATA, Timeout_TRANSFER, Timeout_DATA2};
	long value = deadline_ms > 2000 ? deadline_ms : 2000;
	for (size_t i = 0; i < sizeof which / sizeof *which; i++)
		smtp_set_timeout(session, which[i] | Timeout_OVERRIDE_RFC2822_MINIMUM, value);
}

static void deliver(const struct order *order)
{
	struct dialogue dialogue = {.order = order};
	smtp_recipient_t recipients[RECIPIENTS_MAX];
	char server[300];
	snprintf(server, sizeof server, "%.250s:%d", order->host, order->port);
	auth_client_init();
	smtp_session_t session = smtp_create_session();
	auth_context_t auth = NULL;
	smtp_set_server(session, server);
	if (order->helo)
		smtp_set_hostname(session, order->helo);
	smtp_set_eventcb(session, on_event, &dialogue);
	smtp_set_monitorcb(session, on_monitor, &dialogue, 0);
	set_timeouts(session, order->deadline_ms);
	if (order->starttls) {
		smtp_starttls_enable(session, Starttls_REQUIRED);
		smtp_starttls_set_ctx(session, tls_context(order));
	}
	if (order->user) {
		auth = auth_create_context();
		auth_set_mechanism_flags(auth, AUTH_PLUGIN_PLAIN, 0);
		auth_set_interact_cb(auth, on_auth, (void *)order);
		smtp_auth_set_context(session, auth);
	}
	smtp_message_t message = smtp_add_message(session);
	smtp_set_reverse_path(message, order->from);
	for (size_t i = 0; i < order->to_count; i++)
		recipients[i] = smtp_add_recipient(message, order->to[i]);
	smtp_set_message_str(message, (char *)order->message);
	smtp_start_session(session); /* its result says nothing reliable */
	for (size_t i = 0; i < order->to_count; i++)
		judge(order, order->to[i], recipients[i], message);
	_exit(0); /* no clean-up: it is not safe in the library, and the process ends */
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	size_t length;
	char *text = read_all(&length);
	json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	struct order order;
	if (!object || !read_order(object, &order)) {
		fputs("tocsin-smtp: the order on standard input is not valid\n", stderr);
		say_verdict("", "permanent", 0, "the order to tocsin-smtp is not valid");
		return 2;
	}
	signal(SIGALRM, on_alarm);
	alarm((unsigned)(order.deadline_ms + 999) / 1000);
	probe(&order);
	deliver(&order);
}
