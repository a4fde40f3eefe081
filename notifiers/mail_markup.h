/* mail_markup: what the parts of the HTML mail share: fonts, the inks of a tone, escaping, the frame of a section. */
#ifndef NOTIFIERS_MAIL_MARKUP_H
#define NOTIFIERS_MAIL_MARKUP_H

#include "notifiers/message.h"

#define FONT                                                                                                           \
	"-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu Sans Condensed',sans-serif"
#define MONO "ui-monospace,Consolas,Menlo,'DejaVu Sans Mono',monospace"
#define TABLE "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">"
#define INK "color:#16161b"

/* Class for dark mode, colour of the shape, colour of words. */
struct ink {
	const char *name, *shape, *word;
};

const struct ink *mail_ink(enum tone tone);
/* before and after as they are, text escaped. */
void mail_put(GString *out, const char *before, const char *text, const char *after);
/* Opens a section under a line; the caller closes its cell and row. */
void mail_section(GString *out, int bottom, const char *title);

#endif
