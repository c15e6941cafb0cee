/* SPDX-License-Identifier: Apache-2.0 */
/* sitr.Context: limits, log and threads. It never changes once made. */
#include "binding.h"

/* The levels of Python's logging, so that a logger's `log` is a log of ours. */
static int python_level(sitr_log_level level)
{
    if (level == SITR_LOG_ERROR) return 40;
    return level == SITR_LOG_WARNING ? 30 : 10;
}

static sitr_log_level sitr_level(int level)
{
    if (level >= 40) return SITR_LOG_ERROR;
    return level >= 30 ? SITR_LOG_WARNING : SITR_LOG_DEBUG;
}

/* From any thread, with the GIL or without. */
static void write_log(void *cookie, sitr_log_level level, const char *message)
{
    context *self = cookie;
    PyGILState_STATE gil;
    PyObject *type, *value, *traceback, *answer;

    if (level == SITR_LOG_ERROR) errors_keep(message);
    if (!self->log) return;
    gil = PyGILState_Ensure();
    PyErr_Fetch(&type, &value, &traceback);
    answer =
        PyObject_CallFunction(self->log, "is", python_level(level), message);
    /* there is nobody to raise it to: as in a destructor */
    if (!answer) PyErr_WriteUnraisable(self->log);
    Py_XDECREF(answer);
    PyErr_Restore(type, value, traceback);
    PyGILState_Release(gil);
}

/* A limit: None is the default, and 0 is not unlimited. */
static int limit(PyObject *given, uint64_t most, uint64_t *out)
{
    if (!given || given == Py_None) return 0;
    *out = PyLong_AsUnsignedLongLong(given);
    if (*out == UINT64_MAX && PyErr_Occurred()) return -1;
    if (*out >= 1 && *out <= most) return 0;
    PyErr_SetString(PyExc_ValueError, "a limit is 1 or more, and of the 32-bit "
                                      "ones less than 2**32");
    return -1;
}

static PyObject *context_new(PyTypeObject *type, PyObject *args, PyObject *kw)
{
    static char *names[] = {"max_bytes",    "max_pixels", "max_pixels_whole",
                            "max_memory",   "max_side",   "max_scans",
                            "max_warnings", "log",        "log_level",
                            "threads",      NULL};
    PyObject *given[7] = {0}, *log = NULL;
    uint64_t value[7] = {0};
    int log_level = 30, threads = 1;
    module_state *state = PyType_GetModuleState(type);
    context *self;
    sitr_status status;

    if (!state || !PyArg_ParseTupleAndKeywords(
                      args, kw, "|$OOOOOOOOii:Context", names, &given[0],
                      &given[1], &given[2], &given[3], &given[4], &given[5],
                      &given[6], &log, &log_level, &threads))
        return NULL;
    for (int i = 0; i < 7; i++)
        if (limit(given[i], i < 4 ? UINT64_MAX : UINT32_MAX, &value[i]))
            return NULL;
    if (log == Py_None) log = NULL;
    if (log && !PyCallable_Check(log)) {
        PyErr_SetString(PyExc_TypeError,
                        "log is called with a level and a message");
        return NULL;
    }
    if (threads < 1) {
        PyErr_SetString(PyExc_ValueError, "threads is 1 or more");
        return NULL;
    }
    self = (context *)PyType_GenericAlloc(type, 0);
    if (!self) return NULL;
    self->n_threads = (uint32_t)threads;
    Py_XINCREF(log);
    self->log = log;

    const sitr_limits limits = {.struct_size = sizeof limits,
                                .max_bytes = value[0],
                                .max_pixels = value[1],
                                .max_pixels_whole = value[2],
                                .max_memory = value[3],
                                .max_side = (uint32_t)value[4],
                                .max_scans = (uint32_t)value[5],
                                .max_warnings = (uint32_t)value[6]};
    const sitr_logger logger = {.write = write_log,
                                .cookie = self,
                                .level = log ? sitr_level(log_level)
                                             : SITR_LOG_ERROR};
    const sitr_hooks hooks = {.struct_size = sizeof hooks,
                              .parallel = parallel_run,
                              .cookie = &self->n_threads};
    const sitr_ctx_opts opts = {.struct_size = sizeof opts,
                                .logger = &logger,
                                .limits = &limits,
                                .hooks = threads > 1 ? &hooks : NULL};

    errors_forget();
    status = sitr_ctx_new(&opts, &self->ctx);
    if (status) {
        errors_raise(state, status, NULL);
        Py_DECREF((PyObject *)self);
        return NULL;
    }
    return (PyObject *)self;
}

static int context_traverse(context *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE((PyObject *)self));
    Py_VISIT(self->log);
    return 0;
}

static int context_clear(context *self)
{
    Py_CLEAR(self->log);
    return 0;
}

static void context_dealloc(context *self)
{
    PyTypeObject *type = Py_TYPE((PyObject *)self);

    PyObject_GC_UnTrack(self);
    context_clear(self);
    sitr_ctx_free(self->ctx);
    PyObject_GC_Del(self);
    Py_DECREF((PyObject *)type);
}

static PyObject *get_limits(context *self, void *unused)
{
    sitr_limits l = {.struct_size = sizeof l};

    (void)unused;
    sitr_ctx_limits(self->ctx, &l);
    return Py_BuildValue(
        "{sKsKsKsKsIsIsI}", "max_bytes", (unsigned long long)l.max_bytes,
        "max_pixels", (unsigned long long)l.max_pixels, "max_pixels_whole",
        (unsigned long long)l.max_pixels_whole, "max_memory",
        (unsigned long long)l.max_memory, "max_side", (unsigned)l.max_side,
        "max_scans", (unsigned)l.max_scans, "max_warnings",
        (unsigned)l.max_warnings);
}

static PyObject *get_cpu(context *self, void *unused)
{
    (void)unused;
    return PyUnicode_FromString(sitr_ctx_cpu(self->ctx));
}

static PyObject *get_threads(context *self, void *unused)
{
    (void)unused;
    return PyLong_FromUnsignedLong(self->n_threads);
}

context *context_of(module_state *state, PyObject *given)
{
    if (!given || given == Py_None) return (context *)state->plain;
    if (Py_IS_TYPE(given, state->context)) return (context *)given;
    PyErr_SetString(PyExc_TypeError, "context is a sitr.Context or None");
    return NULL;
}

static PyGetSetDef getset[] = {
    {"limits", (getter)get_limits, NULL,
     "The limits in force, by name, the defaults filled in.", NULL},
    {"cpu", (getter)get_cpu, NULL,
     "The best kernels in use: portable, avx2, avx512 or neon.", NULL},
    {"threads", (getter)get_threads, NULL,
     "The most threads that building an index runs on.", NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static char doc[] =
    "Context(*, max_bytes=None, max_pixels=None, max_pixels_whole=None, "
    "max_memory=None,\n        max_side=None, max_scans=None, "
    "max_warnings=None, log=None, log_level=30,\n        threads=1)\n--\n\n"
    "What one picture may cost, where messages go, and on how many threads an "
    "index is built.\n\n"
    "log is called with a level of the module logging and a line, from the "
    "thread that\nmade the call: logging.getLogger('sitr').log is one. A "
    "context never changes, and may\nbe shared by threads.";

static PyType_Slot slots[] = {{Py_tp_doc, doc},
                              {Py_tp_new, context_new},
                              {Py_tp_dealloc, context_dealloc},
                              {Py_tp_traverse, context_traverse},
                              {Py_tp_clear, context_clear},
                              {Py_tp_getset, getset},
                              {0, NULL}};

PyType_Spec context_spec = {.name = "sitr.Context",
                            .basicsize = sizeof(context),
                            .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC |
                                     Py_TPFLAGS_IMMUTABLETYPE,
                            .slots = slots};
