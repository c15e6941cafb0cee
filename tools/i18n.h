/* SPDX-License-Identifier: Apache-2.0 */
/* Messages for people, in their language. What machines read is not marked. */
#ifndef TOOLS_I18N_H
#define TOOLS_I18N_H

#include <libintl.h>

#define _(text)  gettext(text)
#define N_(text) text /* marked here, translated where it is printed */

#endif
