/* SPDX-License-Identifier: Apache-2.0 */
/* The one line on a terminal that shows how far a run has come, and makes room
 * for whatever else is printed. Main thread only. */
#ifndef TOOLS_LINE_H
#define TOOLS_LINE_H

/** Says that the cursor now stands behind such a line. */
void line_shown(void);

/** Wipes the line, if there is one. */
void line_clear(void);

#endif
