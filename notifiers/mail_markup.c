#include "notifiers/mail_markup.h"

const struct ink *mail_ink(enum tone tone)
{
	static const struct ink inks[] = {
		[TONE_INFO] = {"in", "#3a77b3", "#1f5488"},     [TONE_WARNING] = {"wa", "#c26a00", "#814600"},
		[TONE_CRITICAL] = {"cr", "#c40d2a", "#9e0019"}, [TONE_RESOLVED] = {"ok", "#1f8a52", "#14633a"},
		[TONE_TEST] = {"ac", "#5636b8", "#5636b8"},     [TONE_CLOSED] = {"t2", "#484852", "#484852"},
	};
	return &inks[tone];
}

void mail_put(GString *out, const char *before, const char *text, const char *after)
{
	g_string_append(out, before);
	html_escape(text, out);
	g_string_append(out, after);
}

void mail_section(GString *out, int bottom, const char *title)
{
	g_string_append_printf(out,
			       "<tr><td class=\"px ln\" style=\"padding:12px 24px %dpx;border-top:1px solid #e1e1e6\">"
			       "<div class=\"t1\" style=\"font:600 14px/20px " FONT ";" INK ";padding-bottom:3px;\">",
			       bottom);
	mail_put(out, "", title, "</div>");
}
