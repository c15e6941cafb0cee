# SPDX-License-Identifier: Apache-2.0
class PhotoContent:
    """Content that is a picture."""

    @classmethod
    def get_name(cls):
        return "photo"
