# SPDX-License-Identifier: Apache-2.0
"""A small stand-in for python-threatexchange: what its interface asks of a signal type
and of an index, in our words, for where the package itself cannot be had."""
