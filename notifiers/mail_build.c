#include "notifiers/fallback.h"
#include "notifiers/mail.h"
#include "notifiers/mail_address.h"
#include "notifiers/message_cut.h"
#include <gmime/gmime.h>
#include <pthread.h>
#include <string.h>

/* Gmail clips near 102 KB; a mail of ours is far below. */
enum { HTML_MAX = 20 * 1024, SUBJECT_MAX = 180 };

static pthread_once_t gmime_once = PTHREAD_ONCE_INIT;

char *mail_delivery_id(const struct notification *notification, const char *recipient)
{
	char *seed = g_strdup_printf("%s\n%s", notification->key, recipient);
	char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, seed, -1);
	char *id = g_strdup_printf("%s.%.16s", notification->incident, hash);
	g_free(hash);
	g_free(seed);
	return id;
}

/* Letters, digits, dash and dot only: part of a List-Id. */
static char *host_label(const char *name)
{
	char *label = g_strdup(name ? name : "");
	for (char *at = label; *at; at++)
		if (!g_ascii_isalnum(*at) && *at != '-')
			*at = '-';
	return label;
}

static void set_header(GMimeObject *object, const char *name, const char *value)
{
	g_mime_object_set_header(object, name, value, "utf-8");
}

static void add_from(GMimeMessage *mail, const struct mail_parts *parts, const char *address)
{
	const char *open = strrchr(parts->from, '<');
	char *name = open ? g_strndup(parts->from, (gsize)(open - parts->from)) : g_strdup("Tocsin");
	g_strstrip(name);
	size_t length = strlen(name);
	if (length > 1 && name[0] == '"' && name[length - 1] == '"') {
		memmove(name, name + 1, length - 2);
		name[length - 2] = '\0';
	}
	g_mime_message_add_mailbox(mail, GMIME_ADDRESS_TYPE_FROM, *name ? name : NULL, address);
	g_free(name);
}

/* One virtual root an incident: mail clients thread by it, and by the subject that never changes. */
static void add_thread(GMimeMessage *mail, const struct message *message, const char *id, const char *domain)
{
	const struct notification *n = message->notification;
	char *root = g_strdup_printf("<%s.%s@%s>", n->incident, *n->root ? n->root : "root", domain);
	char *own = g_strdup_printf("%s@%s", id, domain);
	const char *subject = clean_text(message->arena, n->subject ? n->subject : message->headline, SUBJECT_MAX);
	g_mime_message_set_subject(mail, subject, "utf-8");
	g_mime_message_set_message_id(mail, own);
	set_header(GMIME_OBJECT(mail), "In-Reply-To", root);
	set_header(GMIME_OBJECT(mail), "References", root);
	set_header(GMIME_OBJECT(mail), "Thread-Topic", subject);
	g_free(own);
	g_free(root);
}

static void add_marks(GMimeMessage *mail, const struct message *message, const char *domain)
{
	const struct notification *n = message->notification;
	char *label = host_label(n->receiver), number[16];
	char *list = g_strdup_printf("Tocsin %s <%s.%s>", label, label, domain);
	g_snprintf(number, sizeof number, "%u", n->message);
	set_header(GMIME_OBJECT(mail), "Auto-Submitted", "auto-generated");
	set_header(GMIME_OBJECT(mail), "X-Auto-Response-Suppress", "All");
	set_header(GMIME_OBJECT(mail), "List-Id", list);
	set_header(GMIME_OBJECT(mail), "X-Tocsin-Incident", clean_text(message->arena, n->incident, 16));
	set_header(GMIME_OBJECT(mail), "X-Tocsin-Message", number);
	set_header(GMIME_OBJECT(mail), "X-Tocsin-Severity", message->severity_word);
	set_header(GMIME_OBJECT(mail), "X-Tocsin-State", message->state_name);
	g_free(list);
	g_free(label);
}

static void add_part(GMimeMultipart *multipart, const char *subtype, const char *text)
{
	GMimeTextPart *part = g_mime_text_part_new_with_subtype(subtype);
	g_mime_text_part_set_charset(part, "utf-8");
	g_mime_text_part_set_text(part, text);
	g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	g_mime_multipart_add(multipart, GMIME_OBJECT(part));
	g_object_unref(part);
}

static void add_bodies(GMimeMultipart *multipart, struct message *message, const char *fallback)
{
	GString *text = g_string_new(NULL), *html = g_string_new(NULL);
	if (fallback) {
		fallback_plain(message, fallback, text);
		mail_html_pre(text->str, html);
	} else {
		unsigned step = 0;
		for (mail_html(message, html); html->len > HTML_MAX && message_cut(message, &step);
		     mail_html(message, html))
			g_string_truncate(html, 0);
		mail_text(message, text);
	}
	add_part(multipart, "plain", text->str);
	add_part(multipart, "html", html->str);
	g_string_free(text, TRUE);
	g_string_free(html, TRUE);
}

static char *write_crlf(GMimeMessage *mail, size_t *length)
{
	GMimeFormatOptions *format = g_mime_format_options_new();
	g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
	GByteArray *bytes = g_byte_array_new();
	GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(bytes);
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_mime_object_write_to_stream(GMIME_OBJECT(mail), format, stream);
	g_object_unref(stream);
	g_mime_format_options_free(format);
	*length = bytes->len;
	g_byte_array_append(bytes, (const guint8 *)"", 1);
	return (char *)g_byte_array_free(bytes, FALSE);
}

char *mail_build(struct message *message, const struct mail_parts *parts, const char *fallback, size_t *length)
{
	pthread_once(&gmime_once, g_mime_init);
	char *address = mailbox_address(parts->from);
	const char *domain = address ? strchr(address, '@') + 1 : "localhost";
	char *id = mail_delivery_id(message->notification, parts->to), date[MESSAGE_TIME_SIZE];
	char *boundary = g_strdup_printf("tocsin-%s", strchr(id, '.') ? strrchr(id, '.') + 1 : id);
	GMimeMessage *mail = g_mime_message_new(FALSE);
	add_from(mail, parts, address);
	g_mime_message_add_mailbox(mail, GMIME_ADDRESS_TYPE_TO, NULL, parts->to);
	add_thread(mail, message, id, domain);
	set_header(GMIME_OBJECT(mail), "Date", message_time_mail(&message->time, message->notification->at, date));
	add_marks(mail, message, domain);
	set_header(GMIME_OBJECT(mail), "MIME-Version", "1.0");
	GMimeMultipart *multipart = g_mime_multipart_new_with_subtype("alternative");
	g_mime_multipart_set_boundary(multipart, boundary);
	add_bodies(multipart, message, fallback);
	g_mime_message_set_mime_part(mail, GMIME_OBJECT(multipart));
	char *bytes = write_crlf(mail, length);
	g_object_unref(multipart);
	g_object_unref(mail);
	g_free(boundary);
	g_free(id);
	g_free(address);
	return bytes;
}
