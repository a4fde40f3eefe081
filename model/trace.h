/* trace: a stack trace in short, for lists and streams. Pure; any thread. */
#ifndef MODEL_TRACE_H
#define MODEL_TRACE_H

enum { TRACE_BRIEF_MAX = 512 };

/* What was thrown and its last cause ("Caused by: …"), a line each, TRACE_BRIEF_MAX bytes together. g_free. */
char *trace_brief(const char *trace);

#endif
