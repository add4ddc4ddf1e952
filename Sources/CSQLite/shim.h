/* SQLite, in which the runs of a project are recorded. */
#include <sqlite3.h>
