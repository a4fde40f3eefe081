/* housekeeper: once a second, on a thread of its own: connections past their deadline, tokens that changed, sessions
 * and streams that are over. */
#ifndef API_HOUSEKEEPER_H
#define API_HOUSEKEEPER_H

struct api;
struct housekeeper;

struct housekeeper *housekeeper_start(struct api *api);
void housekeeper_stop(struct housekeeper *keeper);

#endif
