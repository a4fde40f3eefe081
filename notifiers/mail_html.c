/* The HTML part: one table of 600 px, inline styles, nothing to fetch. Sizes and colours are those of the page; the
 * one <style> only adds phones and dark mode, so that a client which drops it still shows the whole. */
#include "notifiers/mail.h"
#include <math.h>
#include <string.h>

#define FONT                                                                                                           \
	"-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu Sans Condensed',sans-serif"
#define MONO "ui-monospace,Consolas,Menlo,'DejaVu Sans Mono',monospace"
#define TABLE "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">"
#define INK "color:#16161b"

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
	"background:#4a4c57!important}.zw{background:#7a531c!important}.zc{background:#7d2a31!important}"
	".mk{background:#ededf2!important}}\n"
	"[data-ogsc] .t1{color:#ededf2!important}[data-ogsc] .t2{color:#b9bac5!important}[data-ogsc] .t3{"
	"color:#9fa0ac!important}[data-ogsc] .cr{color:#ffa3a3!important}[data-ogsc] .wa{"
	"color:#f7b955!important}[data-ogsc] .ok{color:#6fd09a!important}[data-ogsc] .ac{"
	"color:#b9a9ff!important}\n";

/* Class for dark mode, colour of the shape, colour of words. */
struct ink {
	const char *name, *shape, *word;
};

static const struct ink *ink_of(enum tone tone)
{
	static const struct ink inks[] = {
		[TONE_INFO] = {"in", "#3a77b3", "#1f5488"},     [TONE_WARNING] = {"wa", "#c26a00", "#814600"},
		[TONE_CRITICAL] = {"cr", "#c40d2a", "#9e0019"}, [TONE_RESOLVED] = {"ok", "#1f8a52", "#14633a"},
		[TONE_TEST] = {"ac", "#5636b8", "#5636b8"},     [TONE_CLOSED] = {"t2", "#484852", "#484852"},
	};
	return &inks[tone];
}

static void put(GString *out, const char *before, const char *text, const char *after)
{
	g_string_append(out, before);
	html_escape(text, out);
	g_string_append(out, after);
}

static void head(const struct message *message, GString *out)
{
	put(out,
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
	put(out,
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
		const struct ink *ink = ink_of(count->tone);
		g_string_append_printf(out,
				       "%s<span class=\"%s\" style=\"color:%s;font-size:16px\">%s</span> "
				       "<b class=\"%s\" style=\"font-weight:600;color:%s\">%s</b>",
				       i ? "&nbsp;&nbsp; " : "", ink->name, ink->shape, count->shape, ink->name,
				       ink->word, count->text);
	}
	const char *words = band_words(message);
	if (*words)
		put(out, " &nbsp;<span class=\"t2\" style=\"color:#484852\">", words, "</span>");
	char clock[MESSAGE_TIME_SIZE], zone[MESSAGE_TIME_SIZE];
	g_string_append_printf(out,
			       "</td><td class=\"t3\" align=\"right\" style=\"font:400 12px/20px " FONT
			       ";color:#5c5c67;white-space:nowrap\">%s %s</td></tr></table></td></tr>\n",
			       message_time_minute(&message->time, message->notification->at, clock),
			       message_time_zone(&message->time, message->notification->at, zone));
	g_string_append_printf(
		out,
		"<tr><td class=\"px\" style=\"padding:%dpx 24px 0\"><h1 class=\"t1\" style=\"margin:0;font:600 "
		"20px/28px " FONT ";" INK "\">",
		tinted(message) ? 14 : 2);
	put(out, "", message->custom_summary ? message->custom_summary : message->headline, "</h1></td></tr>\n");
}

static void number(const struct message *message, GString *out)
{
	if (!*message->number)
		return;
	bool neutral = message->notification->type == NOTIFICATION_NO_DATA || message->tone == TONE_CLOSED;
	const struct ink *ink = ink_of(neutral ? TONE_CLOSED : message->tone);
	g_string_append_printf(
		out,
		"<tr><td class=\"px t1\" style=\"padding:6px 24px 0\"><span class=\"%s\" style=\"font:600 "
		"28px/34px " FONT ";color:%s\">",
		ink->name, ink->word);
	put(out, "", message->number, "</span>");
	if (*message->limit)
		put(out, " <span class=\"t1\" style=\"font:600 16px/34px " FONT ";" INK "\">", message->limit,
		    "</span>");
	if (!rich_empty(message->limit_note)) {
		g_string_append(out, " &nbsp;<span class=\"t3\" style=\"font:400 13px/34px " FONT ";color:#5c5c67\">");
		rich_html(message->limit_note, &message->time, out);
		g_string_append(out, "</span>");
	}
	g_string_append(out, "</td></tr>\n");
}

/* ---- the level scale: calm | between clear and limit | over the limit, and a mark where the value stands ---- */

struct zone {
	double width;
	const char *name, *colour;
};

static void scale_row(GString *out, const struct zone *zones, unsigned count, double mark, int height, bool filled)
{
	double from = 0;
	g_string_append(out, "<tr>");
	for (unsigned i = 0; i < count; i++) {
		double to = from + zones[i].width;
		double parts[2] = {zones[i].width, 0};
		bool has_mark = mark >= from && (mark < to || i + 1 == count);
		if (has_mark) {
			parts[0] = mark - from;
			parts[1] = to - mark;
		}
		for (unsigned p = 0; p < (has_mark ? 2 : 1); p++) {
			char width[G_ASCII_DTOSTR_BUF_SIZE];
			g_ascii_formatd(width, sizeof width, "%.1f", MAX(parts[p] * 99, 0.1));
			if (p == 1 && !filled && height == 3)
				g_string_append(out, "<td class=\"mk\" rowspan=\"2\" bgcolor=\"#16161b\" width=\"4\" "
						     "style=\"width:4px;"
						     "max-width:4px;line-height:3px;font-size:0\">&nbsp;</td>");
			g_string_append(out, "<td");
			if (filled)
				g_string_append_printf(out, " class=\"%s\" bgcolor=\"%s\"", zones[i].name,
						       zones[i].colour);
			else
				g_string_append_printf(out, " width=\"%s%%\"", width);
			g_string_append_printf(out, " style=\"height:%dpx;line-height:%dpx;font-size:0\">&nbsp;</td>",
					       height, height);
		}
		from = to;
	}
	g_string_append(out, "</tr>");
}

static void scale_label(GString *out, double share, const char *text)
{
	char width[G_ASCII_DTOSTR_BUF_SIZE];
	g_ascii_formatd(width, sizeof width, "%.1f", share * 100);
	g_string_append_printf(out,
			       "<td class=\"t3\" width=\"%s%%\" style=\"font:400 12px/16px " FONT
			       ";color:#5c5c67;padding-top:2px;white-space:nowrap\">",
			       width);
	put(out, "", text, "</td>");
}

static void scale(struct message *message, GString *out)
{
	if (!message->scale)
		return;
	const char *severity = message->severity_word;
	bool critical = !strcmp(severity, "critical");
	double top = MAX(message->value * 1.1, message->raise * 2);
	double clear = isfinite(message->clear) && message->clear > 0 ? message->clear : message->raise;
	if (message->lower_is_worse)
		top = MAX(top, clear * 1.5);
	double low = MIN(clear, message->raise) / top, high = MAX(clear, message->raise) / top;
	struct zone bad = {message->lower_is_worse ? low : 1 - high, critical ? "zc" : "zw",
			   critical ? "#e9a3ac" : "#f0c98f"};
	struct zone calm = {message->lower_is_worse ? 1 - high : low, "zn", "#e1e1e6"};
	struct zone between = {high - low, "zh", "#c6c6cf"};
	struct zone zones[3] = {message->lower_is_worse ? bad : calm, between, message->lower_is_worse ? calm : bad};
	if (between.width <= 0) {
		zones[1] = zones[2];
		zones[2].width = 0;
	}
	unsigned count = between.width > 0 ? 3 : 2;
	double mark = CLAMP(message->value / top, 0, 1);
	g_string_append(out, "<tr><td class=\"px\" style=\"padding:4px 24px 0\">" TABLE);
	scale_row(out, zones, count, mark, 3, false);
	scale_row(out, zones, count, mark, 8, true);
	g_string_append(out, "</table>" TABLE "<tr>");
	const char *clear_text = message_printf(message, "clear %s %s", message->lower_is_worse ? "over" : "under",
						message_number(message, message->unit, clear));
	const char *limit_text =
		message_printf(message, "%s %s %s", severity, message->lower_is_worse ? "under" : "over",
			       message_number(message, message->unit, message->raise));
	if (message->lower_is_worse) {
		scale_label(out, high, limit_text);
		scale_label(out, 1 - high, clear_text);
	} else {
		scale_label(out, high, clear < message->raise ? clear_text : "0");
		scale_label(out, 1 - high, limit_text);
	}
	g_string_append(out, "</tr></table></td></tr>\n");
}

/* ---- tables of facts and small print ---- */

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
	put(out,
	    "<td class=\"t1\" style=\"font:400 13px/20px " FONT ";" INK ";padding:3px 0\"><span aria-hidden=\"true\" "
	    "style=\"font-family:" MONO ";letter-spacing:1px\">",
	    spark, "</span> &nbsp;<span class=\"t3\" style=\"color:#5c5c67\">");
	put(out, "", blank ? blank + 1 : "", "</span></td></tr>");
	g_free(spark);
}

static void facts(const struct message *message, GString *out)
{
	if (message->custom_body) {
		put(out,
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
	put(out, "<a class=\"btn\" href=\"", url, "\"");
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
		put(out,
		    "<div class=\"t1\" style=\"font:400 13px/20px " FONT ";" INK
		    ";padding-top:10px;\"><a class=\"ac\" href=\"",
		    message->runbook_url, "\" style=\"color:#5636b8\">Runbook");
		if (*message->runbook_title)
			put(out, ": ", message->runbook_title, "");
		g_string_append(out, "</a></div>");
	}
	g_string_append(out, "</td></tr>\n");
}

static void section(GString *out, int bottom, const char *title)
{
	g_string_append_printf(out,
			       "<tr><td class=\"px ln\" style=\"padding:12px 24px %dpx;border-top:1px solid #e1e1e6\">"
			       "<div class=\"t1\" style=\"font:600 14px/20px " FONT ";" INK ";padding-bottom:3px;\">",
			       bottom);
	put(out, "", title, "</div>");
}

static void row(const struct message *message, const struct message_row *row, bool first, GString *out)
{
	const char *line = first ? "" : ";border-top:1px solid #e1e1e6";
	const struct ink *ink = ink_of(row->tone);
	g_string_append_printf(out,
			       "<tr><td class=\"row1 ln t1\" style=\"font:400 13px/20px " FONT ";" INK
			       ";padding:7px 0%s\">"
			       "<span class=\"%s\" style=\"color:%s;font-size:13px\">%s</span>",
			       line, ink->name, ink->shape, row->shape);
	if (message->row_words)
		g_string_append_printf(out, " <span class=\"%s\" style=\"color:%s\">%s</span>&nbsp;", ink->name,
				       ink->word, row->word);
	put(out, "&nbsp; <b style=\"font-weight:600\">", row->object, "</b>");
	if (*row->detail)
		put(out, " <span class=\"t3\" style=\"color:#5c5c67\">", row->detail, "</span>");
	g_string_append_printf(out,
			       "</td><td class=\"row2 ln t1\" align=\"right\" style=\"font:600 13px/20px " FONT ";" INK
			       ";padding:7px 0;white-space:nowrap%s\">",
			       line);
	put(out, "", row->outcome, "");
	if (row->ended_at) {
		char clock[MESSAGE_TIME_SIZE];
		g_string_append_printf(out,
				       "<span class=\"t3\" style=\"font-weight:400;color:#5c5c67\">, ended %s</span>",
				       message_time_minute(&message->time, row->ended_at, clock));
	}
	g_string_append(out, "</td></tr>");
}

static void rows(const struct message *message, GString *out)
{
	if (!message->row_count || message->custom_body)
		return;
	section(out, 14, message->rows_heading);
	g_string_append(out, TABLE);
	for (unsigned i = 0; i < message->row_count && i < message->rows_shown; i++)
		row(message, &message->rows[i], i == 0, out);
	g_string_append(out, "</table>");
	if (message->rest)
		put(out, "<div class=\"t2\" style=\"font:400 13px/20px " FONT ";color:#484852;padding:7px 0 0;\">",
		    message->rest, "</div>");
	g_string_append(out, "</td></tr>\n");
}

static void trace_line(GString *out, bool first, const char *before, const char *bold, const char *text)
{
	if (!first)
		g_string_append(out, "<br>");
	if (*before)
		put(out, "<span class=\"t3\" style=\"color:#5c5c67\">", before, "</span> ");
	if (*bold)
		put(out, "<b>", bold, *text ? ":</b> " : "</b>");
	html_escape(text, out);
}

static void traces(const struct message *message, GString *out)
{
	if (!message->trace_count || message->custom_body)
		return;
	section(out, 16, message->group ? "First line of the traces" : "First line of the trace");
	g_string_append(
		out,
		"<div class=\"code t1\" style=\"margin-top:5px;padding:10px 12px;background:#f4f4f6;border-radius:4px;"
		"font:400 12px/18px " MONO ";" INK ";word-break:break-word\">");
	for (unsigned i = 0; i < message->trace_count; i++)
		trace_line(out, i == 0, message->traces[i].count, message->traces[i].head, message->traces[i].text);
	if (message->trace_frame)
		trace_line(out, false, "at", "", message->trace_frame);
	if (message->trace_cause)
		trace_line(out, false, "Root cause", "", message->trace_cause);
	g_string_append(out, "</div>");
	unsigned more = message->trace_more ? message->trace_more : message->trace_left_out;
	if (more)
		g_string_append_printf(out,
				       "<div class=\"t3\" style=\"font:400 12px/16px " FONT
				       ";color:#5c5c67;padding-top:6px;\">%u more %s on the page</div>",
				       more, message->trace_more ? "lines" : "traces");
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
		put(out, "<span style=\"font-family:" MONO ";font-size:12px;word-break:break-word\">", message->labels,
		    "</span></td></tr>");
	}
	small_cell(out, "UTC");
	put(out, "", message->utc, "</td></tr></table></td></tr>\n</table>\n");
}

static void footer(const struct message *message, GString *out)
{
	char zone[MESSAGE_TIME_SIZE];
	g_string_append(out,
			"<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" "
			"style=\"max-width:600px\"><tr><td class=\"px t3\" style=\"padding:12px 25px 20px;font:400 "
			"12px/18px " FONT ";color:#5c5c67\">");
	put(out, "Tocsin, incident ", message->notification->incident, "");
	g_string_append_printf(out, ", message %u. Times are %s.", message->notification->message,
			       message_time_zone(&message->time, message->notification->at, zone));
	if (message->manage_url)
		put(out, " <a class=\"t3\" href=\"", message->manage_url,
		    "\" style=\"color:#5c5c67\">Why and how to stop these</a>");
	g_string_append(
		out, "</td></tr></table><!--[if mso]></td></tr></table><![endif]--></td></tr></table></body></html>\n");
}

void mail_html(struct message *message, GString *out)
{
	head(message, out);
	band(message, out);
	number(message, out);
	scale(message, out);
	facts(message, out);
	actions(message, out);
	rows(message, out);
	traces(message, out);
	small_print(message, out);
	footer(message, out);
}

void mail_html_pre(const char *text, GString *out)
{
	put(out,
	    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
	    "content=\"width=device-width,initial-scale=1\"></head><body><pre style=\"font:14px/20px " MONO
	    ";white-space:pre-wrap\">",
	    text, "</pre></body></html>\n");
}
