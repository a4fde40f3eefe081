/* demo: an embedded Kafka Connect cluster to try Tocsin on: simulated, served over loopback HTTP, polled by the real
 * code of the kind `connect`. */
#ifndef SOURCES_DEMO_H
#define SOURCES_DEMO_H

/* examples/demo.conf: sources, rules with small windows and a receiver, for a first toast within half a minute. */
extern const char demo_config_text[];

#endif
