/* The HTML part: one table of 600 px, inline styles, nothing to fetch. Sizes and colours are those of the page; the
 * one <style> only adds phones and dark mode, so that a client which drops it still shows the whole. */
#include "notifiers/mail.h"
#include "notifiers/mail_markup.h"
#include "notifiers/mail_rows.h"
#include "notifiers/mail_scale.h"
#include <string.h>

static const char style[] =
	":root{color-scheme:light dark;supported-color-schemes:light dark}\n"
	"body{margin:0;padding:0;-webkit-text-size-adjust:100%;-ms-text-size-adjust:100%}\n"
	"table{border-collapse:separate;mso-table-lspace:0;mso-table-rspace:0}\n"
	"@media (max-width:480px){.px{padding-left:16px!important;padding-right:16px!important}.out{"
	"padding:0!important}.card{border-left:0!important;border-right:0!important;"
	"border-radius:0!important}.k{width:84px!important}.btn{display:block!important;"
	"text-align:center!important}.bt{width:50%!important}.row2{display:block!important;"
	"width:auto!important;padding-top:0!important;border-top:0!important;text-align:left!important;"
	"padding-left:20px!important}.row1{display:block!important;padding-bottom:0!important}}\n"
	"@media (prefers-color-scheme:dark){.canvas{background:#0f1013!important}.card,.surf{"
	"background:#17181c!important;border-color:#2b2d34!important}.ln{border-color:#2b2d34!important}"
	".t1{color:#ededf2!important}.t2{color:#b9bac5!important}.t3{color:#9fa0ac!important}.cr{"
	"color:#ffa3a3!important}.wa{color:#f7b955!important}.in{color:#8fc1f2!important}.ok{"
	"color:#6fd09a!important}.ac{color:#b9a9ff!important}.tint{background:#35161a!important}.code{"
	"background:#0f1013!important}.prim{background:#b9a9ff!important}.prim a{color:#16112c!important;"
	"border-color:#b9a9ff!important}.sec{background:#17181c!important}.sec a{color:#ededf2!important;"
	"border-color:#747683!important}.zn{background:#2b2d34!important}.zh{"
	"background:#4a4c57!important}.zi{background:#24486b!important}.zw{background:#7a531c!important}.zc{background:#7d2a31!important}"
	".mk{background:#ededf2!important}}\n"
	"[data-ogsc] .t1{color:#ededf2!important}[data-ogsc] .t2{color:#b9bac5!important}[data-ogsc] .t3{"
	"color:#9fa0ac!important}[data-ogsc] .cr{color:#ffa3a3!important}[data-ogsc] .wa{"
	"color:#f7b955!important}[data-ogsc] .ok{color:#6fd09a!important}[data-ogsc] .ac{"
	"color:#b9a9ff!important}\n";

static void head(const struct message *message, GString *out)
{
	mail_put(out,
	    "<!doctype html>\n<html lang=\"en\" xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><meta "
	    "charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
	    "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"supported-color-schemes\" content=\"light "
	    "dark\">"
	    "<meta name=\"format-detection\" content=\"telephone=no,date=no,address=no\"><title>",
	    message->headline,
	    "</title><!--[if mso]><xml><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch>"
	    "</o:OfficeDocumentSettings></xml><![endif]--><style>\n");
	g_string_append(out, style);
	mail_put(out,
	    "</style></head>\n<body class=\"canvas\" style=\"margin:0;padding:0;background:#f4f4f6\">"
	    "<div "
	    "style=\"display:none;max-height:0;overflow:hidden;mso-hide:all;font-size:1px;line-height:1px;color:#"
	    "f4f4f6\">",
	    message->preheader, "");
	for (int i = 0; i < 40; i++) /* or the mail's next words would follow in the list of mails */
		g_string_append(out, "&#847;&zwnj;&nbsp;");
	g_string_append(
		out, "</div>\n<table role=\"presentation\" class=\"canvas\" width=\"100%\" cellpadding=\"0\" "
		     "cellspacing=\"0\" "
		     "border=\"0\" bgcolor=\"#f4f4f6\"><tr><td class=\"out\" align=\"center\" style=\"padding:16px\">\n"
		     "<!--[if mso]><table role=\"presentation\" width=\"600\"><tr><td><![endif]-->"
		     "<table role=\"presentation\" class=\"card\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" "
		     "border=\"0\" "
		     "bgcolor=\"#ffffff\" style=\"max-width:600px;border:1px solid #e1e1e6;border-radius:6px\">\n");
}

static bool nobody_has_it(const struct message *message)
{
	for (unsigned i = 0; i < message->fact_count; i++)
		if (!strcmp(message->facts[i].label, "Who has it"))
			return message->facts[i].strong || message->notification->ack_ended_by;
	return false;
}

/* Tint means: critical, and nobody has it. */
static bool tinted(const struct message *message)
{
	return message->tone == TONE_CRITICAL && message->must_act && nobody_has_it(message);
}

static const char *band_words(struct message *message)
{
	if (message->over)
		return message->was ? message->was : "";
	if (message->notification->type == NOTIFICATION_TEST)
		return "";
	if (message->notification->type == NOTIFICATION_FLAPPING)
		return message_printf(message, "%s, flapping", message->state);
	return message->was ? message_printf(message, "%s, %s", message->state, message->was) : message->state;
}

static void band(struct message *message, GString *out)
{
	g_string_append(out, tinted(message)
				     ? "<tr><td class=\"px tint\" style=\"padding:10px 24px;border-radius:6px 6px 0 0;"
				       "background:#fdeeee\" bgcolor=\"#fdeeee\">"
				     : "<tr><td class=\"px\" style=\"padding:10px 24px;border-radius:6px 6px 0 0\">");
	g_string_append(out, TABLE "<tr><td class=\"t1\" style=\"font:400 14px/20px " FONT ";" INK "\">");
	for (unsigned i = 0; i < message->count_count; i++) {
		const struct message_count *count = &message->counts[i];
		const struct ink *ink = mail_ink(count->tone);
		g_string_append_printf(out,
				       "%s<span class=\"%s\" style=\"color:%s;font-size:16px\">%s</span> "
				       "<b class=\"%s\" style=\"font-weight:600;color:%s\">%s</b>",
				       i ? "&nbsp;&nbsp; " : "", ink->name, ink->shape, count->shape, ink->name,
				       ink->word, count->text);
	}
	const char *words = band_words(message);
	if (*words)
		mail_put(out, " &nbsp;<span class=\"t2\" style=\"color:#484852\">", words, "</span>");
	char clock[MESSAGE_TIME_SIZE], zone[MESSAGE_TIME_SIZE];
	g_string_append_printf(out,
			       "</td><td class=\"t3\" align=\"right\" style=\"font:400 12px/20px " FONT
			       ";color:#5c5c67;white-space:nowrap\">%s %s</td></tr></table></td></tr>\n",
			       message_time_minute(&message->time, message->notification->at, clock),
			       message_time_zone(&message->time, message->notification->at, zone));
	g_string_append_printf(
		out,
		"<tr><td class=\"px\" style=\"padding:%dpx 24px 0\"><h1 class=\"t1\" dir=\"ltr\" style=\"margin:0;font:600 "
		"20px/28px " FONT ";" INK "\">",
		tinted(message) ? 14 : 2);
	mail_put(out, "", message->custom_summary ? message->custom_summary : message->headline, "</h1></td></tr>\n");
}

static void number(const struct message *message, GString *out)
{
	if (!*message->number)
		return;
	bool neutral = message->notification->type == NOTIFICATION_NO_DATA || message->tone == TONE_CLOSED;
	const struct ink *ink = mail_ink(neutral ? TONE_CLOSED : message->tone);
	g_string_append_printf(
		out,
		"<tr><td class=\"px t1\" style=\"padding:6px 24px 0\"><span class=\"%s\" style=\"font:600 "
		"28px/34px " FONT ";color:%s\">",
		ink->name, ink->word);
	mail_put(out, "", message->number, "</span>");
	if (*message->limit)
		mail_put(out, " <span class=\"t1\" style=\"font:600 16px/34px " FONT ";" INK "\">", message->limit,
		    "</span>");
	if (!rich_empty(message->limit_note)) {
		g_string_append(out, " &nbsp;<span class=\"t3\" style=\"font:400 13px/34px " FONT ";color:#5c5c67\">");
		rich_html(message->limit_note, &message->time, out);
		g_string_append(out, "</span>");
	}
	g_string_append(out, "</td></tr>\n");
}

static void label_cell(GString *out, const char *size, const char *label)
{
	g_string_append_printf(out,
			       "<tr><td class=\"k t2\" width=\"96\" valign=\"top\" style=\"font:400 %s " FONT
			       ";color:#484852;padding:3px 12px 3px 0\">%s</td>",
			       size, label);
}

static void trend(const struct message *message, GString *out)
{
	const char *blank = strchr(message->trend, ' ');
	size_t bars = blank ? (size_t)(blank - message->trend) : strlen(message->trend);
	char *spark = g_strndup(message->trend, bars);
	label_cell(out, "13px/20px", "Trend");
	mail_put(out,
	    "<td class=\"t1\" style=\"font:400 13px/20px " FONT ";" INK ";padding:3px 0\"><span aria-hidden=\"true\" "
	    "style=\"font-family:" MONO ";letter-spacing:1px\">",
	    spark, "</span> &nbsp;<span class=\"t3\" style=\"color:#5c5c67\">");
	mail_put(out, "", blank ? blank + 1 : "", "</span></td></tr>");
	g_free(spark);
}

static void facts(const struct message *message, GString *out)
{
	if (message->custom_body) {
		mail_put(out,
		    "<tr><td class=\"px t1\" style=\"padding:12px 24px 0;font:400 13px/20px " FONT ";" INK
		    ";white-space:pre-wrap;word-break:break-word\">",
		    message->custom_body, "</td></tr>\n");
		return;
	}
	g_string_append(out, "<tr><td class=\"px\" style=\"padding:12px 24px 0\">" TABLE);
	for (unsigned i = 0; i < message->fact_count; i++) {
		label_cell(out, "13px/20px", message->facts[i].label);
		g_string_append_printf(out,
				       "<td class=\"t1\" valign=\"top\" style=\"font:%d 13px/20px " FONT ";" INK
				       ";padding:3px 0\">",
				       message->facts[i].strong ? 600 : 400);
		rich_html(message->facts[i].value, &message->time, out);
		g_string_append(out, "</td></tr>");
	}
	if (message->trend)
		trend(message, out);
	g_string_append(out, "</table></td></tr>\n");
}

static void button(GString *out, const char *url, const char *label, bool primary)
{
	g_string_append_printf(
		out, "<td class=\"%s bt\" bgcolor=\"%s\" style=\"border-radius:6px;mso-padding-alt:11px 18px\">",
		primary ? "prim" : "sec", primary ? "#5636b8" : "#ffffff");
	mail_put(out, "<a class=\"btn\" href=\"", url, "\"");
	g_string_append_printf(
		out,
		" style=\"display:inline-block;padding:11px 18px;border:1px solid %s;border-radius:6px;font:600 "
		"14px/20px " FONT ";color:%s;text-decoration:none;white-space:nowrap\">%s</a></td>",
		primary ? "#5636b8" : "#82828d", primary ? "#ffffff" : "#16161b", label);
}

static void actions(const struct message *message, GString *out)
{
	g_string_append(out, "<tr><td class=\"px\" style=\"padding:14px 24px 18px\">");
	if (message->open_url || message->ack_url)
		g_string_append(out,
				"<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr>");
	if (message->ack_url) {
		button(out, message->ack_url, message->ack_label, true);
		g_string_append(out, "<td width=\"8\">&nbsp;</td>");
	}
	if (message->open_url)
		button(out, message->open_url, message->open_label, message->notification->type == NOTIFICATION_TEST);
	if (message->open_url || message->ack_url)
		g_string_append(out, "</tr></table>");
	if (message->runbook_url) {
		mail_put(out,
		    "<div class=\"t1\" style=\"font:400 13px/20px " FONT ";" INK
		    ";padding-top:10px;\"><a class=\"ac\" href=\"",
		    message->runbook_url, "\" style=\"color:#5636b8\">Runbook");
		if (*message->runbook_title)
			mail_put(out, ": ", message->runbook_title, "");
		g_string_append(out, "</a></div>");
	}
	g_string_append(out, "</td></tr>\n");
}

static void small_cell(GString *out, const char *label)
{
	label_cell(out, "12px/18px", label);
	g_string_append(out, "<td class=\"t2\" valign=\"top\" style=\"font:400 12px/18px " FONT
			     ";color:#484852;padding:3px 0\">");
}

static void small_print(const struct message *message, GString *out)
{
	g_string_append(out,
			"<tr><td class=\"px ln\" style=\"padding:12px 24px 14px;border-top:1px solid #e1e1e6\">" TABLE);
	small_cell(out, "Why you get this");
	rich_html(message->why, &message->time, out);
	g_string_append(out, "</td></tr>");
	small_cell(out, "Next message");
	rich_html(message->next, &message->time, out);
	g_string_append(out, "</td></tr>");
	if (*message->labels) {
		small_cell(out, message->labels_title);
		mail_put(out, "<span style=\"font-family:" MONO ";font-size:12px;word-break:break-word\">", message->labels,
		    "</span></td></tr>");
	}
	small_cell(out, "UTC");
	mail_put(out, "", message->utc, "</td></tr></table></td></tr>\n</table>\n");
}

static void footer(const struct message *message, GString *out)
{
	char zone[MESSAGE_TIME_SIZE];
	g_string_append(out,
			"<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" "
			"style=\"max-width:600px\"><tr><td class=\"px t3\" style=\"padding:12px 25px 20px;font:400 "
			"12px/18px " FONT ";color:#5c5c67\">");
	mail_put(out, "Tocsin, incident ", message->notification->incident, "");
	g_string_append_printf(out, ", message %u. Times are %s.", message->notification->message,
			       message_time_zone(&message->time, message->notification->at, zone));
	if (message->manage_url)
		mail_put(out, " <a class=\"t3\" href=\"", message->manage_url,
		    "\" style=\"color:#5c5c67\">Why and how to stop these</a>");
	g_string_append(
		out, "</td></tr></table><!--[if mso]></td></tr></table><![endif]--></td></tr></table></body></html>\n");
}

void mail_html(struct message *message, GString *out)
{
	head(message, out);
	band(message, out);
	number(message, out);
	mail_scale(message, out);
	facts(message, out);
	actions(message, out);
	mail_rows(message, out);
	mail_traces(message, out);
	small_print(message, out);
	footer(message, out);
}

void mail_html_pre(const char *text, GString *out)
{
	mail_put(out,
	    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
	    "content=\"width=device-width,initial-scale=1\"></head><body><pre style=\"font:14px/20px " MONO
	    ";white-space:pre-wrap\">",
	    text, "</pre></body></html>\n");
}
