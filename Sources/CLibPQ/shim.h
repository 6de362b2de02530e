#include <libpq-fe.h>
// Glibc as Swift sees it lacks it.
#include <sys/eventfd.h>
