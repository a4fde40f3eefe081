/* schema: the tables, as forward-only steps numbered by user_version; each step is one transaction. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "store/database.h"

enum { SCHEMA_APPLICATION_ID = 0x546f6373 }; /* "Tocs" */

/* Brings the database to the newest version. Refuses one that is newer, or that is somebody else's. */
bool schema_migrate(struct database *database, struct error *err);
int schema_version(void);
/* An older version of ours, that schema_migrate would change. */
bool schema_is_older(struct database *database);

#endif
