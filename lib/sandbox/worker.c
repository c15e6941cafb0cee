/* SPDX-License-Identifier: Apache-2.0 */
/* sitr-worker: the program of a worker. libsitr-sandbox starts it. */
#include "sandbox/serve.h"

int main(void) { return sandbox_serve(sitr_sign); }
