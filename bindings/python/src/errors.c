/* SPDX-License-Identifier: Apache-2.0 */
/* A status becomes an exception, with the line of the log that explains it. */
#include "binding.h"

#include <errno.h>
#include <stdio.h>

/* The library logs before it fails, in the thread that called it. */
static _Thread_local char kept[256];

void errors_forget(void) { kept[0] = 0; }

void errors_keep(const char *message)
{
    snprintf(kept, sizeof kept, "%s", message);
}

static int errno_of(sitr_status status)
{
    if (status == SITR_ENOENT) return ENOENT;
    return status == SITR_EACCES ? EACCES : EIO;
}

void errors_raise(module_state *state, sitr_status status, PyObject *path)
{
    PyObject *number = PyLong_FromLong((long)status);
    PyObject *type = number ? PyObject_GetItem(state->errors, number) : NULL;
    PyObject *text, *args;

    Py_XDECREF(number);
    if (!type) return;
    /* where the status says it all, the log has the same in other words;
     * %s takes what was cut within a character with a replacement for it */
    const bool plain =
        !kept[0] || status == SITR_ENOENT || status == SITR_EACCES;

    text = PyUnicode_FromFormat("%s%s%s", sitr_status_text(status),
                                plain ? "" : ": ", plain ? "" : kept);
    if (!text) goto done;
    /* so that they are what open() would have raised */
    if (status == SITR_ENOENT || status == SITR_EACCES || status == SITR_EIO)
        args = path ? Py_BuildValue("iOO", errno_of(status), text, path)
                    : Py_BuildValue("iO", errno_of(status), text);
    else
        args = Py_BuildValue("(O)", text);
    Py_DECREF(text);
    if (args) PyErr_SetObject(type, args);
    Py_XDECREF(args);
done:
    Py_DECREF((PyObject *)type);
}
