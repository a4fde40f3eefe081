#include "notifiers/mail_scale.h"
#include "notifiers/mail_markup.h"

enum { ZONES_MAX = LEVELS_MAX + 2 };

struct paint {
	const char *name, *colour; /* class for dark mode */
};

static const struct paint calm = {"zn", "#e1e1e6"}, between = {"zh", "#c6c6cf"};
static const struct paint bad[] = {[SEVERITY_NONE] = {"zi", "#b3cfe8"},
				   [SEVERITY_INFO] = {"zi", "#b3cfe8"},
				   [SEVERITY_WARNING] = {"zw", "#f0c98f"},
				   [SEVERITY_CRITICAL] = {"zc", "#e9a3ac"}};

/* From the end of the zone before (0) to its own; a zone without a label stands over that of the one before. */
struct zone {
	double to;
	const struct paint *paint;
	const char *label;
};

struct scale {
	struct zone zones[ZONES_MAX];
	unsigned count;
};

static void add_zone(struct scale *scale, double to, const struct paint *paint, const char *label)
{
	double from = scale->count ? scale->zones[scale->count - 1].to : 0;
	if (to > from)
		scale->zones[scale->count++] = (struct zone){to, paint, label};
}

static const char *limit_label(struct message *message, const char *before, double limit, const char *after)
{
	return message_printf(message, "%s%s%s", before, message_number(message, message->unit, limit), after);
}

/* 0 | 1 % warning | 5 % critical; of a single level also where it is clear again. */
static void rising(struct message *message, const struct alert_level *levels, unsigned count, struct scale *out)
{
	double top = MAX(message->value * 1.1, levels[count - 1].raise * 2), clear = levels[0].clear;
	if (count == 1 && clear > 0 && clear < levels[0].raise) {
		add_zone(out, clear, &calm, limit_label(message, "clear under ", clear, ""));
		add_zone(out, levels[0].raise, &between, NULL);
	} else {
		add_zone(out, levels[0].raise, &calm, "0");
	}
	for (unsigned i = 0; i < count; i++) {
		const char *word = message_printf(message, " %s", severity_name(levels[i].severity));
		add_zone(out, i + 1 < count ? levels[i + 1].raise : top, &bad[levels[i].severity],
			 limit_label(message, "", levels[i].raise, word));
	}
}

/* critical under 20 % | warning under 40 % | clear over 60 % */
static void falling(struct message *message, const struct alert_level *levels, unsigned count, struct scale *out)
{
	double raise = levels[0].raise, clear = levels[0].clear > raise ? levels[0].clear : raise;
	for (unsigned i = count; i-- > 0;) {
		const char *word = message_printf(message, "%s under ", severity_name(levels[i].severity));
		add_zone(out, levels[i].raise, &bad[levels[i].severity],
			 limit_label(message, word, levels[i].raise, ""));
	}
	add_zone(out, clear, &between, NULL);
	add_zone(out, MAX(MAX(message->value * 1.1, raise * 2), clear * 1.5), &calm,
		 limit_label(message, "clear over ", clear, ""));
}

static void put_percent(GString *out, const char *before, double share, const char *after)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];
	g_ascii_formatd(number, sizeof number, "%.1f", share * 100);
	g_string_append_printf(out, "%s%s%s", before, number, after);
}

/* The zone with the mark in it is two cells. */
static unsigned marked_zone(const struct scale *scale, double mark)
{
	unsigned i = 0;
	while (i + 1 < scale->count && mark >= scale->zones[i].to)
		i++;
	return i;
}

/* Gives the columns their widths; the mark begins here and reaches down over the bar. */
static void top_row(const struct scale *scale, double mark, GString *out)
{
	double top = scale->zones[scale->count - 1].to, from = 0;
	unsigned marked = marked_zone(scale, mark);
	static const char end[] = "%\" style=\"height:3px;line-height:3px;font-size:0\">&nbsp;</td>";
	g_string_append(out, "<tr>");
	for (unsigned i = 0; i < scale->count; i++) {
		double to = scale->zones[i].to, split = i == marked ? mark : to;
		put_percent(out, "<td width=\"", MAX((split - from) / top * 0.99, 0.001), end);
		if (i == marked) {
			g_string_append(out, "<td class=\"mk\" rowspan=\"3\" bgcolor=\"#16161b\" width=\"4\" "
					     "style=\"width:4px;max-width:4px;line-height:3px;font-size:0\">&nbsp;</td>");
			put_percent(out, "<td width=\"", MAX((to - split) / top * 0.99, 0.001), end);
		}
		from = to;
	}
	g_string_append(out, "</tr>");
}

static void bar_row(const struct scale *scale, double mark, GString *out)
{
	unsigned marked = marked_zone(scale, mark);
	g_string_append(out, "<tr>");
	for (unsigned i = 0; i < scale->count; i++)
		for (unsigned cells = i == marked ? 2 : 1; cells > 0; cells--)
			g_string_append_printf(
				out,
				"<td class=\"%s\" bgcolor=\"%s\" "
				"style=\"height:8px;line-height:8px;font-size:0\">&nbsp;</td>",
				scale->zones[i].paint->name, scale->zones[i].paint->colour);
	g_string_append(out, "</tr><tr>");
	for (unsigned i = 0; i <= scale->count; i++)
		g_string_append(out, "<td style=\"height:3px;line-height:3px;font-size:0\">&nbsp;</td>");
	g_string_append(out, "</tr>");
}

static void labels_row(const struct scale *scale, GString *out)
{
	double top = scale->zones[scale->count - 1].to, from = 0;
	g_string_append(out, "<tr>");
	for (unsigned i = 0; i < scale->count; i++) {
		const char *label = scale->zones[i].label;
		if (i + 1 < scale->count && !scale->zones[i + 1].label)
			i++;
		put_percent(out, "<td class=\"t3\" width=\"", (scale->zones[i].to - from) / top,
			    "%\" style=\"font:400 12px/16px " FONT
			    ";color:#5c5c67;padding-top:2px;white-space:nowrap\">");
		mail_put(out, "", label ? label : "", "</td>");
		from = scale->zones[i].to;
	}
	g_string_append(out, "</tr>");
}

void mail_scale(struct message *message, GString *out)
{
	struct scale scale = {.count = 0};
	if (!message->level_count)
		return;
	if (message->lower_is_worse)
		falling(message, message->levels, message->level_count, &scale);
	else
		rising(message, message->levels, message->level_count, &scale);
	double mark = MIN(message->value, scale.zones[scale.count - 1].to);
	g_string_append(out, "<tr><td class=\"px\" style=\"padding:4px 24px 0\">" TABLE);
	top_row(&scale, mark, out);
	bar_row(&scale, mark, out);
	g_string_append(out, "</table>" TABLE);
	labels_row(&scale, out);
	g_string_append(out, "</table></td></tr>\n");
}
