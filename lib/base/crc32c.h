/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITR_CRC32C_H
#define SITR_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/** CRC-32C (Castagnoli), RFC 3720 appendix B.4: 0xe3069283 for "123456789". */
uint32_t sitr_crc32c(const void *data, size_t size);

#endif
