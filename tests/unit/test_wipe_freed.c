/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The free and realloc of a worker: nothing is left in what is given back, and
 * nothing is lost of what is kept. The program is linked with them, as
 * sitr-worker is.
 */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Of the allocator itself, which links free blocks with each other: at the
 * front of a block, and the size of the last one at its end. */
#define LINKS 48

static const size_t sizes[] = {200, 1000, 5000, 70001, 1 << 20, (9 << 20) + 5};

/* Looks where a block was; the compiler is not to know. */
static size_t n_set(uintptr_t at, size_t size)
{
    const volatile uint8_t *const p = (const volatile uint8_t *)at;
    size_t n = 0;

    for (size_t i = LINKS; i < size - LINKS; i++) n += p[i] != 0;
    return n;
}

static uint8_t *filled(size_t size)
{
    uint8_t *const p = malloc(size);

    assert_non_null(p);
    memset(p, 0x5a, size);
    return p;
}

static void freed_blocks_are_empty(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        uint8_t *const p = filled(sizes[i]);
        const uintptr_t at = (uintptr_t)p;

        assert_int_not_equal(n_set(at, sizes[i]), 0);
        free(p);
        assert_int_equal(n_set(at, sizes[i]), 0);
    }
    free(NULL);
}

/* Out of the compiler's sight, which knows what becomes of a block. */
static void *(*volatile resize)(void *, size_t) = realloc;

static void blocks_that_move_leave_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++)
        for (size_t to = sizes[i] / 8; to < 10 * sizes[i]; to *= 3) {
            uint8_t *const p = filled(sizes[i]);
            const uintptr_t at = (uintptr_t)p;
            uint8_t *const moved = resize(p, to);

            assert_non_null(moved);
            assert_true(malloc_usable_size(moved) >= to);
            for (size_t k = 0; k < to && k < sizes[i]; k++)
                assert_int_equal(moved[k], 0x5a);
            if ((uintptr_t)moved != at)
                assert_int_equal(n_set(at, sizes[i]), 0);
            else
                assert_true(to >= sizes[i] / 2);
            free(moved);
        }
}

static void ends_of_the_range(void **state)
{
    uint8_t *p = resize(NULL, 100);

    (void)state;
    assert_non_null(p);
    memset(p, 0x5a, 100);
    /* what cannot grow stays as it is */
    assert_null(resize(p, SIZE_MAX / 2));
    assert_int_equal(p[99], 0x5a);
    assert_null(resize(p, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(freed_blocks_are_empty),
        cmocka_unit_test(blocks_that_move_leave_nothing),
        cmocka_unit_test(ends_of_the_range),
    };

    /* blocks stay where they can be looked at, and as they are */
    mallopt(M_PERTURB, 0);
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
