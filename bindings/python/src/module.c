/* SPDX-License-Identifier: Apache-2.0 */
/* The extension module sitr._sitr: what is in it, and its state. */
#include "binding.h"

static PyObject *version(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    return PyUnicode_FromString(sitr_version());
}

#define KEYWORDS(f) \
 (PyCFunction)(void (*)(void))(f), METH_VARARGS | METH_KEYWORDS

static PyMethodDef methods[] = {
    {"sign", KEYWORDS(signature_sign),
     "sign($module, /, source, *, regions=False, query=False, algos=None,\n"
     "     as_stored=False, context=None)\n--\n\n"
     "The signature of a picture: of a path, of encoded bytes, of pixels as an "
     "array of type\nuint8, or of an image of Pillow.\n\n"
     "regions keeps keypoints too: crops, screenshots and montages are found "
     "by "
     "them. query\nmakes a signature to search with, not to keep: of all eight "
     "turns, and with more\nkeypoints. algos has further hashes, 'phash', "
     "'dhash' and 'ahash'; PDQ is always there.\nas_stored ignores the Exif "
     "orientation."},
    {"match_pair", KEYWORDS(match_pair),
     "match_pair($module, /, protected, found, *, at_least='review', "
     "max_distance=None)\n--\n\nTwo signatures compared: the best place of the "
     "one in the other."},
    {"match_scan", KEYWORDS(match_scan),
     "match_scan($module, /, protected, found, *, at_least='review', "
     "max_distance=None,\n           limit=None)\n--\n\nfound against each of "
     "an iterable, by a look at them all: the matches, best first,\nwith the "
     "place in the iterable as id."},
    {"distance", (PyCFunction)(void (*)(void))hash_distance, METH_FASTCALL,
     "distance($module, a, b, /)\n--\n\nThe number of bits in which two hashes "
     "differ, given as sitr.Hash, text or bytes."},
    {"distances", KEYWORDS(hash_distances),
     "distances($module, /, query, hashes, out=None)\n--\n\nThe distance of a "
     "PDQ hash to each of many, as Index.search takes them: a memoryview of\n"
     "numbers of 16 bits, or out, filled."},
    {"hash_pixels", KEYWORDS(signature_hash_pixels),
     "hash_pixels($module, /, pixels, algo=Algo.PDQ, turn=Turn.UPRIGHT, *, "
     "context=None)\n--\n\nThe hash of pixels as they would be turned, without "
     "turning them."},
    {"probe", KEYWORDS(signature_probe),
     "probe($module, /, data, *, context=None)\n--\n\nWhat the header of "
     "encoded "
     "bytes says; decodes no pixel, checks no limit."},
    {"version", version, METH_NOARGS,
     "version($module, /)\n--\n\nThe version of libsitr that is running."},
    {NULL, NULL, 0, NULL}};

/* The members of an enumeration by number, which are 0, 1, 2 and so on but for
 * that of algorithms, which has no 0: it gets None there. */
static PyObject *members(PyObject *from, const char *name)
{
    PyObject *type = PyObject_GetAttrString(from, name);
    PyObject *list = type ? PySequence_List(type) : NULL, *out = NULL;

    if (list && !strcmp(name, "Algo") && PyList_Insert(list, 0, Py_None))
        Py_CLEAR(list);
    if (list) out = PyList_AsTuple(list);
    Py_XDECREF(list);
    Py_XDECREF(type);
    return out;
}

static int from_python(module_state *state)
{
    PyObject *values = PyImport_ImportModule("sitr._values");
    PyObject *errors = PyImport_ImportModule("sitr._errors");
    PyObject *pictures = PyImport_ImportModule("sitr._pictures");

    if (values && errors && pictures) {
        state->algos = members(values, "Algo");
        state->turns = members(values, "Turn");
        state->verdicts = members(values, "Verdict");
        state->kinds = members(values, "Kind");
        state->formats = members(values, "Format");
        state->hit = PyObject_GetAttrString(values, "Hit");
        state->image_info = PyObject_GetAttrString(values, "ImageInfo");
        state->errors = PyObject_GetAttrString(errors, "BY_STATUS");
        state->limit = PyObject_GetAttrString(errors, "LimitError");
        state->from_image = PyObject_GetAttrString(pictures, "from_image");
    }
    Py_XDECREF(values);
    Py_XDECREF(errors);
    Py_XDECREF(pictures);
    return PyErr_Occurred() ? -1 : 0;
}

static int add_type(PyObject *module, PyType_Spec *spec, PyTypeObject **out)
{
    *out = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);
    return *out ? PyModule_AddType(module, *out) : -1;
}

static int module_exec(PyObject *module)
{
    module_state *state = PyModule_GetState(module);

    if (sitr_version_number() / 10000 != SITR_VERSION_MAJOR) {
        PyErr_Format(PyExc_ImportError, "made for another libsitr than %s",
                     sitr_version());
        return -1;
    }
    if (from_python(state) ||
        add_type(module, &context_spec, &state->context) ||
        add_type(module, &signature_spec, &state->signature) ||
        add_type(module, &hash_spec, &state->hash) ||
        add_type(module, &match_spec, &state->match) ||
        add_type(module, &hits_spec, &state->hits) ||
        add_type(module, &index_spec, &state->index) ||
        add_type(module, &builder_spec, &state->builder))
        return -1;
    state->plain = PyObject_CallNoArgs((PyObject *)state->context);
    return state->plain ? 0 : -1;
}

#define EACH_OF(state, do) \
 do ((state)->context);    \
 do ((state)->signature);  \
 do ((state)->hash);       \
 do ((state)->match);      \
 do ((state)->hits);       \
 do ((state)->index);      \
 do ((state)->builder);    \
 do ((state)->algos);      \
 do ((state)->turns);      \
 do ((state)->verdicts);   \
 do ((state)->kinds);      \
 do ((state)->formats);    \
 do ((state)->errors);     \
 do ((state)->limit);      \
 do ((state)->hit);        \
 do ((state)->image_info); \
 do ((state)->from_image); \
 do ((state)->plain)

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    module_state *state = PyModule_GetState(module);

    EACH_OF(state, Py_VISIT);
    return 0;
}

static int module_clear(PyObject *module)
{
    module_state *state = PyModule_GetState(module);

    EACH_OF(state, Py_CLEAR);
    return 0;
}

static void module_free(void *module) { module_clear(module); }

static PyModuleDef_Slot slots[] = {{Py_mod_exec, module_exec}, {0, NULL}};

static struct PyModuleDef definition = {.m_base = PyModuleDef_HEAD_INIT,
                                        .m_name = "sitr._sitr",
                                        .m_size = sizeof(module_state),
                                        .m_methods = methods,
                                        .m_slots = slots,
                                        .m_traverse = module_traverse,
                                        .m_clear = module_clear,
                                        .m_free = module_free};

PyMODINIT_FUNC PyInit__sitr(void);

PyMODINIT_FUNC PyInit__sitr(void) { return PyModuleDef_Init(&definition); }
