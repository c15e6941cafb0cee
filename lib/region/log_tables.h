/* SPDX-License-Identifier: Apache-2.0 */
/* Made by make_tables.py: do not edit. */

/* log2((16 + i) / 16) * 2^10 for the 16 steps of a doubling, ends included */
static const uint16_t log_of[17] = {
    0,   90,  174, 254, 330, 402, 470, 536,  599,
    659, 717, 773, 827, 879, 929, 977, 1024,
};
