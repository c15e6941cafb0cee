/* SPDX-License-Identifier: Apache-2.0 */
/* What Python objects hold, for C: encoded pictures, pixels, hashes, ids. Nothing
 * is copied that the library takes as it lies. */
#include "binding.h"

/* struct's letter of the items, without what says the order of bytes of a single
 * one; 0 where an item is more than one number. */
static char letter(const Py_buffer *view)
{
    const char *format = view->format ? view->format : "B";

    if (*format && strchr("@=<", *format)) format++;
    return *format && !format[1] ? *format : 0;
}

bool buffer_is_bytes(const Py_buffer *view)
{
    const char l = letter(view);

    return view->itemsize == 1 && (l == 'B' || l == 'b' || l == 'c');
}

static void close_view(Py_buffer *view)
{
    /* also on a view that was never opened, which is all zeroes */
    PyBuffer_Release(view);
}

/* A copy without gaps, once it is known to be no more than `most` bytes: of a view
 * whose rows lie on each other there may be more than there is memory. */
static int flatten(module_state *state, const Py_buffer *view, uint64_t most,
                   void **out)
{
    if ((uint64_t)view->len > most) {
        errors_forget();
        errors_raise(state, SITR_ELIMIT, NULL);
        return -1;
    }
    *out = PyMem_Malloc((size_t)view->len);
    if (!*out) {
        PyErr_NoMemory();
        return -1;
    }
    if (!PyBuffer_ToContiguous(*out, view, view->len, 'C')) return 0;
    PyMem_Free(*out);
    *out = NULL;
    return -1;
}

static int bad_pixels(void)
{
    PyErr_SetString(
        PyExc_ValueError,
        "pixels are of shape (height, width), (height, width, 3) or "
        "(height, width, 4)");
    return -1;
}

static int pixels_of(module_state *state, context *ctx, source *out)
{
    const Py_buffer *v = &out->view;
    const Py_ssize_t *shape = v->shape;
    const Py_ssize_t channels = v->ndim == 3 ? shape[2] : 1;
    sitr_limits limits = {.struct_size = sizeof limits};
    uint64_t pixels;

    if (v->ndim > 3 || (channels != 1 && channels != 3 && channels != 4))
        return bad_pixels();
    if (!shape[0] || !shape[1]) {
        PyErr_SetString(PyExc_ValueError, "a picture without pixels");
        return -1;
    }
    sitr_ctx_limits(ctx->ctx, &limits);
    /* both sides are below 2^32 where this holds, and their product 2^64 */
    if ((uint64_t)shape[0] > limits.max_side ||
        (uint64_t)shape[1] > limits.max_side) {
        errors_forget();
        errors_raise(state, SITR_ELIMIT, NULL);
        return -1;
    }
    pixels = (uint64_t)shape[0] * (uint64_t)shape[1];
    out->is_pixels = true;
    out->pixels = (sitr_pixels){.data = v->buf,
                                .stride = (size_t)v->strides[0],
                                .width = (uint32_t)shape[1],
                                .height = (uint32_t)shape[0],
                                .layout = (sitr_layout)channels};
    /* rows from the top, at any distance, of pixels without gaps; of one row or
     * column numpy may give any stride */
    if ((shape[1] == 1 || v->strides[1] == channels) &&
        (channels == 1 || v->strides[2] == 1)) {
        if (shape[0] == 1) out->pixels.stride = (size_t)(shape[1] * channels);
        if (v->strides[0] >= shape[1] * channels || shape[0] == 1) return 0;
    }
    if (pixels > limits.max_pixels) {
        errors_forget();
        errors_raise(state, SITR_ELIMIT, NULL);
        return -1;
    }
    if (flatten(state, v, UINT64_MAX, &out->copy)) return -1;
    out->pixels.data = out->copy;
    out->pixels.stride = (size_t)(shape[1] * channels);
    return 0;
}

static int bytes_of(module_state *state, context *ctx, source *out)
{
    sitr_limits limits = {.struct_size = sizeof limits};

    out->data = out->view.buf;
    out->size = (size_t)out->view.len;
    if (PyBuffer_IsContiguous(&out->view, 'C')) return 0;
    sitr_ctx_limits(ctx->ctx, &limits);
    if (flatten(state, &out->view, limits.max_bytes, &out->copy)) return -1;
    out->data = out->copy;
    return 0;
}

/* Pillow's pictures have no buffer: they are asked for their bytes. */
static int image_of(module_state *state, context *ctx, PyObject *image,
                    source *out)
{
    sitr_limits limits = {.struct_size = sizeof limits};
    unsigned int width, height, channels;
    uint64_t pixels;
    PyObject *got;
    int ok;

    sitr_ctx_limits(ctx->ctx, &limits);
    got = PyObject_CallFunction(state->from_image, "OIK", image,
                                (unsigned)limits.max_side,
                                (unsigned long long)limits.max_pixels);
    if (!got) return -1;
    ok = PyArg_ParseTuple(got, "y*III", &out->view, &width, &height, &channels);
    out->kept = got;
    if (!ok) return -1;
    pixels = (uint64_t)width * height;
    if (pixels > PY_SSIZE_T_MAX / SITR_RGBA8 ||
        pixels * channels != (uint64_t)out->view.len) {
        PyErr_SetString(PyExc_ValueError,
                        "the image gives more or less pixels than it has");
        return -1;
    }
    out->is_pixels = true;
    out->pixels = (sitr_pixels){.data = out->view.buf,
                                .stride = (size_t)width * channels,
                                .width = width,
                                .height = height,
                                .layout = (sitr_layout)channels};
    return 0;
}

static int open_any(module_state *state, context *ctx, PyObject *from,
                    source *out)
{
    if (PyUnicode_Check(from) || PyObject_HasAttrString(from, "__fspath__")) {
        out->name = from;
        return PyUnicode_FSConverter(from, &out->path) ? 0 : -1;
    }
    if (!PyObject_CheckBuffer(from)) {
        if (PyObject_HasAttrString(from, "tobytes") &&
            PyObject_HasAttrString(from, "mode"))
            return image_of(state, ctx, from, out);
        PyErr_Format(PyExc_TypeError,
                     "a picture is a path, bytes, an array or an image of "
                     "Pillow, not %R",
                     Py_TYPE(from));
        return -1;
    }
    if (PyObject_GetBuffer(from, &out->view, PyBUF_RECORDS_RO)) return -1;
    if (!buffer_is_bytes(&out->view)) {
        PyErr_SetString(PyExc_TypeError,
                        "a picture is of bytes, or of pixels of type uint8");
        return -1;
    }
    if (out->view.ndim == 0) return bad_pixels();
    return out->view.ndim == 1 ? bytes_of(state, ctx, out)
                               : pixels_of(state, ctx, out);
}

int source_open(module_state *state, context *ctx, PyObject *from, source *out)
{
    *out = (source){0};
    if (!open_any(state, ctx, from, out)) return 0;
    source_close(out);
    return -1;
}

void source_close(source *src)
{
    PyMem_Free(src->copy);
    close_view(&src->view);
    Py_XDECREF(src->path);
    Py_XDECREF(src->kept);
    *src = (source){0};
}

static int rows_of_buffer(module_state *state, PyObject *from, rows *out)
{
    const Py_buffer *v = &out->view;

    if (PyObject_GetBuffer(from, &out->view, PyBUF_RECORDS_RO)) return -1;
    if (!buffer_is_bytes(v)) {
        PyErr_SetString(PyExc_TypeError, "hashes are bytes, of type uint8");
        return -1;
    }
    if (v->ndim == 2 && v->shape[1] == PDQ_BYTES) {
        out->n = v->shape[0];
        out->data = v->buf;
        out->stride = v->strides[0];
        if (v->strides[1] == 1) return 0;
    } else if (v->ndim == 1 && v->shape[0] % PDQ_BYTES == 0) {
        out->n = v->shape[0] / PDQ_BYTES;
        out->data = v->buf;
        out->stride = PDQ_BYTES;
        if (v->strides[0] == 1) return 0;
    } else {
        PyErr_SetString(PyExc_ValueError,
                        "PDQ hashes are n times 32 bytes, or of shape (n, 32)");
        return -1;
    }
    if (!v->len) return 0;
    if (flatten(state, v, UINT64_MAX, &out->copy)) return -1;
    out->data = out->copy;
    out->stride = PDQ_BYTES;
    return 0;
}

static int pdq_bytes(module_state *state, PyObject *from, unsigned char *out)
{
    sitr_hash value;

    if (hash_from(state, from, SITR_PDQ, &value)) return -1;
    if (value.algo != SITR_PDQ) {
        PyErr_SetString(PyExc_ValueError, "a PDQ hash is needed");
        return -1;
    }
    for (int i = 0; i < PDQ_BYTES; i++)
        out[i] = (unsigned char)(value.word[3 - i / 8] >> (56 - i % 8 * 8));
    return 0;
}

static int rows_of_sequence(module_state *state, PyObject *from, rows *out)
{
    const Py_ssize_t n = PySequence_Size(from);
    unsigned char *copy;

    if (n < 0) return -1;
    if (n > PY_SSIZE_T_MAX / PDQ_BYTES) return PyErr_NoMemory(), -1;
    copy = out->copy = PyMem_Malloc(n ? (size_t)n * PDQ_BYTES : 1);
    if (!copy) return PyErr_NoMemory(), -1;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PySequence_GetItem(from, i);
        const int failed =
            !item || pdq_bytes(state, item, copy + i * PDQ_BYTES);

        Py_XDECREF(item);
        if (failed) return -1;
    }
    out->data = copy;
    out->n = n;
    out->stride = PDQ_BYTES;
    return 0;
}

static int rows_of_any(module_state *state, PyObject *from, rows *out)
{
    if (PyUnicode_Check(from) || Py_IS_TYPE(from, state->hash)) {
        out->copy = PyMem_Malloc(PDQ_BYTES);
        if (!out->copy) return PyErr_NoMemory(), -1;
        out->data = out->copy;
        out->n = 1;
        out->stride = PDQ_BYTES;
        return pdq_bytes(state, from, out->copy);
    }
    if (PyObject_CheckBuffer(from)) return rows_of_buffer(state, from, out);
    if (PySequence_Check(from)) return rows_of_sequence(state, from, out);
    PyErr_Format(PyExc_TypeError,
                 "hashes are a buffer, or a sequence of sitr.Hash, not %R",
                 Py_TYPE(from));
    return -1;
}

int rows_open(module_state *state, PyObject *from, rows *out)
{
    *out = (rows){0};
    if (!rows_of_any(state, from, out)) return 0;
    rows_close(out);
    return -1;
}

void rows_close(rows *r)
{
    PyMem_Free(r->copy);
    close_view(&r->view);
    *r = (rows){0};
}

static int ids_of_iterable(PyObject *from, ids *out)
{
    PyObject *list = PySequence_List(from);
    Py_ssize_t n;

    if (!list) return -1;
    n = PyList_Size(list);
    out->copy = PyMem_Malloc(n ? (size_t)n * sizeof *out->copy : 1);
    if (!out->copy) {
        Py_DECREF(list);
        return PyErr_NoMemory(), -1;
    }
    for (Py_ssize_t i = 0; i < n && !PyErr_Occurred(); i++) {
        /* numpy's integers too */
        PyObject *item = PyNumber_Index(PyList_GetItem(list, i));

        if (item) out->copy[i] = PyLong_AsUnsignedLongLong(item);
        Py_XDECREF(item);
    }
    Py_DECREF(list);
    if (PyErr_Occurred()) return -1;
    out->data = out->copy;
    out->n = (size_t)n;
    return 0;
}

static int ids_of_buffer(PyObject *from, ids *out)
{
    const Py_buffer *v = &out->view;
    char l;

    if (PyObject_GetBuffer(from, &out->view, PyBUF_RECORDS_RO)) return -1;
    l = letter(v);
    if (v->ndim != 1 || v->itemsize != 8 || !l || !strchr("QLNqln", l)) {
        PyErr_SetString(PyExc_TypeError, "ids are integers of 64 bits in one "
                                         "dimension");
        return -1;
    }
    out->n = (size_t)v->shape[0];
    out->data = v->buf;
    if (v->len &&
        (v->strides[0] != 8 || (uintptr_t)v->buf % sizeof *out->data)) {
        out->copy = PyMem_Malloc((size_t)v->len);
        if (!out->copy) return PyErr_NoMemory(), -1;
        if (PyBuffer_ToContiguous(out->copy, v, v->len, 'C')) return -1;
        out->data = out->copy;
    }
    if (strchr("qln", l))
        for (size_t i = 0; i < out->n; i++)
            if (out->data[i] > INT64_MAX) {
                PyErr_SetString(PyExc_OverflowError, "an id is negative");
                return -1;
            }
    return 0;
}

int ids_open(PyObject *from, ids *out)
{
    *out = (ids){0};
    if (!from || from == Py_None) return 0;
    if (!(PyObject_CheckBuffer(from) ? ids_of_buffer(from, out)
                                     : ids_of_iterable(from, out)))
        return 0;
    ids_close(out);
    return -1;
}

void ids_close(ids *i)
{
    PyMem_Free(i->copy);
    close_view(&i->view);
    *i = (ids){0};
}
