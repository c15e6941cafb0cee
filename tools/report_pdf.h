/* SPDX-License-Identifier: Apache-2.0 */
/* The page as PDF, by a program that can print pages, where there is one. */
#ifndef TOOLS_REPORT_PDF_H
#define TOOLS_REPORT_PDF_H

#include <stdbool.h>

/** Whether there is such a program; false after a message. */
bool report_pdf_can(void);

/** Prints the page `html` into the new file `pdf`; `scratch` is a folder that may
 * be made for it meanwhile. False after a message. */
bool report_pdf_make(const char *html, const char *pdf, const char *scratch);

#endif
