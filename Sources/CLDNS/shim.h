// ldns as a whole: its headers do not stand alone. The product uses the wire format and the hash
// functions only; sockets, resolver and signatures are its own.
#include <stdbool.h>
#include <ldns/ldns.h>
