#include "notifiers/mail_rows.h"
#include "notifiers/mail_markup.h"
#include "notifiers/message_trace.h"

static void row(const struct message *message, const struct message_row *row, bool first, GString *out)
{
	const char *line = first ? "" : ";border-top:1px solid #e1e1e6";
	const struct ink *ink = mail_ink(row->tone);
	g_string_append_printf(out,
			       "<tr><td class=\"row1 ln t1\" style=\"font:400 13px/20px " FONT ";" INK
			       ";padding:7px 0%s\">"
			       "<span class=\"%s\" style=\"color:%s;font-size:13px\">%s</span>",
			       line, ink->name, ink->shape, row->shape);
	if (message->row_words)
		g_string_append_printf(out, " <span class=\"%s\" style=\"color:%s\">%s</span>&nbsp;", ink->name,
				       ink->word, row->word);
	mail_put(out, "&nbsp; <b style=\"font-weight:600;unicode-bidi:isolate\">", row->object, "</b>");
	if (*row->detail)
		mail_put(out, " <span class=\"t3\" style=\"color:#5c5c67\">", row->detail, "</span>");
	g_string_append_printf(out,
			       "</td><td class=\"row2 ln t1\" align=\"right\" style=\"font:600 13px/20px " FONT ";" INK
			       ";padding:7px 0;white-space:nowrap%s\">",
			       line);
	mail_put(out, "", row->outcome, "");
	if (row->ended_at) {
		char clock[MESSAGE_TIME_SIZE];
		g_string_append_printf(out,
				       "<span class=\"t3\" style=\"font-weight:400;color:#5c5c67\">, ended %s</span>",
				       message_time_minute(&message->time, row->ended_at, clock));
	}
	g_string_append(out, "</td></tr>");
}

void mail_rows(const struct message *message, GString *out)
{
	if (!message->row_count || message->custom_body)
		return;
	mail_section(out, 14, message->rows_heading);
	g_string_append(out, TABLE);
	for (unsigned i = 0; i < message->row_count && i < message->rows_shown; i++)
		row(message, &message->rows[i], i == 0, out);
	g_string_append(out, "</table>");
	if (message->rest)
		mail_put(out, "<div class=\"t2\" style=\"font:400 13px/20px " FONT ";color:#484852;padding:7px 0 0;\">",
		    message->rest, "</div>");
	g_string_append(out, "</td></tr>\n");
}

static void trace_line(GString *out, bool first, const char *before, const char *bold, const char *text)
{
	if (!first)
		g_string_append(out, "<br>");
	if (*before)
		mail_put(out, "<span class=\"t3\" style=\"color:#5c5c67\">", before, "</span> ");
	if (*bold)
		mail_put(out, "<b>", bold, *text ? ":</b> " : "</b>");
	html_escape(text, out);
}

void mail_traces(const struct message *message, GString *out)
{
	if (!message->trace_count || message->custom_body)
		return;
	mail_section(out, 16, message->group ? "First line of the traces" : "First line of the trace");
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
	const char *rest = message_trace_rest(message);
	if (rest)
		g_string_append_printf(out,
				       "<div class=\"t3\" style=\"font:400 12px/16px " FONT
				       ";color:#5c5c67;padding-top:6px;\">%s</div>",
				       rest);
	g_string_append(out, "</td></tr>\n");
}
