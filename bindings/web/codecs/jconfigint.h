/* SPDX-License-Identifier: Apache-2.0 */
/* See jconfig.h. */
#define BUILD "sitr"
#undef inline
#define INLINE __inline__ __attribute__((always_inline))
#define THREAD_LOCAL /* there are no threads */
#define PACKAGE_NAME "libjpeg-turbo"
#define VERSION "2.1.5"
#define SIZEOF_SIZE_T 4 /* found by a program that is run it would be 7, that being
                         * the status it dies with under node 18 */
#define HAVE_BUILTIN_CTZL
#define FALLTHROUGH __attribute__((fallthrough));
