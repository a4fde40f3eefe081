/* memory: how this process uses the C library's heap. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

/* Once, before threads. Big buffers, such as the body of a poll, go back to the system when they are freed: left to itself
 * the library would keep the largest it ever saw. */
void memory_setup(void);

#endif
