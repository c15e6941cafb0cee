# SPDX-License-Identifier: Apache-2.0
"""What can be signed: paths, bytes, arrays and images, in every layout."""
import array
import ctypes
import mmap
import os
import pathlib
import pickle
import resource
import tempfile
import unittest

from common import DATA, DOOR, FORWARDED, SANITIZED

import sitr

try:
    import numpy
    from PIL import Image
except ImportError:
    numpy = None

ENCODED = DOOR.read_bytes()
WANTED = bytes(sitr.sign(DOOR, regions=True, algos=["phash", "dhash", "ahash"]))


def sign(source):
    return bytes(sitr.sign(source, regions=True, algos=("phash", sitr.Algo.DHASH, "ahash")))


class Encoded(unittest.TestCase):
    def test_paths(self):
        class Its:
            def __fspath__(self):
                return os.fsencode(DOOR)

        for path in (str(DOOR), DOOR, Its(), os.path.relpath(DOOR)):
            self.assertEqual(sign(path), WANTED)

    def test_bytes(self):
        with open(DOOR, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as m:
            for data in (ENCODED, bytearray(ENCODED), memoryview(ENCODED), m,
                         array.array("B", ENCODED), array.array("b", bytes(ENCODED)),
                         ctypes.create_string_buffer(ENCODED, len(ENCODED))):
                self.assertEqual(sign(data), WANTED)
        spread = bytearray(2 * len(ENCODED))
        spread[::2] = ENCODED
        self.assertEqual(sign(memoryview(spread)[::2]), WANTED)
        self.assertEqual(sign(memoryview(ENCODED[::-1])[::-1]), WANTED)

    def test_buffers_are_given_back(self):
        data = bytearray(ENCODED)
        sitr.sign(data)
        with self.assertRaises(sitr.Error):
            sitr.sign(memoryview(data)[:5])
        data.clear()  # BufferError, were it still held
        view = memoryview(bytearray(ENCODED))
        view.release()
        with self.assertRaises(ValueError):
            sitr.sign(view)

    def test_awkward_names(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in (b"\xff\xfe.jpg", "صورة\n'\".jpg".encode(), b"-r", b"%s%n"):
                path = os.path.join(os.fsencode(folder), name)
                pathlib.Path(os.fsdecode(path)).write_bytes(ENCODED)
                self.assertEqual(sign(os.fsdecode(path)), WANTED)
            with self.assertRaises(FileNotFoundError) as caught:
                sitr.sign(os.fsdecode(os.path.join(os.fsencode(folder), b"\xff")))
            str(caught.exception)

    def test_not_pictures(self):
        for bad in (None, 5, 1.5, [1, 2], {}, object(), sitr, DOOR.open, array.array("I", [1])):
            with self.assertRaises(TypeError):
                sitr.sign(bad)
        for bad in ("a\0b", pathlib.Path("a\0b")):
            with self.assertRaises(ValueError):
                sitr.sign(bad)
        for bad in ("", "/", str(DATA), "/dev/zero"):
            with self.assertRaises(OSError):
                sitr.sign(bad)
        for bad in (b"", b"\0", b"GIF89a" + bytes(100)):
            with self.assertRaises(sitr.DataError):
                sitr.sign(bad)

    def test_options(self):
        self.assertEqual(len(sitr.sign(DOOR).hashes()), 1)
        self.assertEqual(len(sitr.sign(DOOR, query=True).hashes()), 8)
        self.assertEqual(len(sitr.sign(DOOR, algos="phash").hashes()), 2)
        self.assertEqual(len(sitr.sign(DOOR, algos=sitr.Algo).hashes()), 4)
        self.assertEqual(len(sitr.sign(DOOR, algos=[]).hashes()), 1)
        for bad in ("sha1", 0, 9, -1, ["pdq", None], [1.5], 3.0, [0]):
            with self.assertRaises((ValueError, TypeError), msg=bad):
                sitr.sign(DOOR, algos=bad)
        for bad in ({"context": 5}, {"regoins": True}):
            with self.assertRaises(TypeError):
                sitr.sign(DOOR, **bad)
        with self.assertRaises(TypeError):
            sitr.sign(DOOR, True)
        with self.assertRaises(LookupError):
            sitr.sign(DOOR).hash("phash")
        with self.assertRaises(LookupError):
            sitr.sign(DOOR).hash(turn="mirror")

    def test_bytes_of_a_signature(self):
        one = sitr.sign(DOOR, regions=True, query=True, algos="phash")
        data = bytes(one)
        for again in (sitr.Signature.from_bytes(data), sitr.Signature.from_bytes(bytearray(data)),
                      pickle.loads(pickle.dumps(one))):
            self.assertEqual(bytes(again), data)
            self.assertEqual(again.keypoints, one.keypoints)
        for i in range(0, len(data), 97):
            with self.assertRaises(sitr.DataError):
                sitr.Signature.from_bytes(data[:i])
            with self.assertRaises(sitr.DataError):
                sitr.Signature.from_bytes(data[:i] + bytes([data[i] ^ 1]) + data[i + 1 :])
        with self.assertRaises(TypeError):
            sitr.Signature()
        with self.assertRaises(TypeError):
            sitr.Signature.from_bytes("x")

    def test_of_a_hash(self):
        h = sitr.sign(DOOR).hash()
        for given in (h, h.hex(), bytes(h)):
            self.assertEqual(sitr.Signature.from_hash(given).hash(), h)
        self.assertTrue(sitr.Signature.from_hash(b"\0" * 32).too_plain)

    def test_no_hash_in_what_is_printed(self):
        one = sitr.sign(DOOR, regions=True)
        self.assertNotIn(one.hash().hex()[:8], repr(one) + str(one))

    def test_probe(self):
        self.assertEqual(sitr.probe(ENCODED), (512, 768, sitr.Format.JPEG, 1, 1))
        self.assertEqual(sitr.probe(FORWARDED.read_bytes()).format, sitr.Format.WEBP)
        for bad in (b"", b"GIF89a"):
            with self.assertRaises(sitr.DataError):
                sitr.probe(bad)
        with self.assertRaises(TypeError):
            sitr.probe(str(DOOR))


@unittest.skipUnless(numpy, "no numpy or no Pillow")
class Pixels(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with Image.open(DOOR) as image:
            # of half the sides, for there are many of them
            cls.rgb = numpy.asarray(image.convert("RGB").resize((256, 384)))
        cls.gray = numpy.ascontiguousarray(cls.rgb[:, :, 1])
        white = numpy.full(cls.gray.shape, 255, "u1")
        cls.rgba = numpy.dstack([cls.rgb, white])

    def test_an_encoded_picture_in_an_array(self):
        self.assertEqual(sign(numpy.fromfile(DOOR, "u1")), WANTED)

    def layouts(self, pixels):
        """The same pixels, laid out in other ways."""
        height, width = pixels.shape[:2]
        rest = pixels.shape[2:]
        framed = numpy.zeros((height + 2, width + 2, *rest), "u1")
        framed[1:-1, 1:-1] = pixels
        spread = numpy.zeros((height, 2 * width, *rest), "u1")
        spread[:, ::2] = pixels
        every = numpy.zeros((2 * height, width, *rest), "u1")
        every[::2] = pixels
        yield pixels
        yield framed[1:-1, 1:-1]
        yield spread[:, ::2]
        yield every[::2]
        yield numpy.asfortranarray(pixels)
        yield numpy.ascontiguousarray(pixels[::-1])[::-1]
        yield numpy.ascontiguousarray(pixels[:, ::-1])[:, ::-1]
        yield numpy.ascontiguousarray(numpy.swapaxes(pixels, 0, 1)).swapaxes(0, 1)
        yield memoryview(pixels)
        if rest:
            yield numpy.ascontiguousarray(pixels[:, :, ::-1])[:, :, ::-1]
            yield numpy.ascontiguousarray(numpy.moveaxis(pixels, 2, 0)).transpose(1, 2, 0)

    def test_layouts(self):
        for name in ("gray", "rgb", "rgba"):
            pixels = getattr(self, name)
            wanted = sign(pixels)
            for i, same in enumerate(self.layouts(pixels)):
                self.assertEqual(sign(same), wanted, (name, i))
        self.assertEqual(sign(self.gray[:, :, None]), sign(self.gray))
        # the same picture, decoded to full size and not to what its plane needs
        self.assertLess(sitr.distance(sitr.sign(self.rgb).hash(), sitr.sign(DOOR).hash()), 20)

    @unittest.skipIf(SANITIZED, "memory is not what it is elsewhere")
    def test_nothing_is_copied_that_need_not_be(self):
        framed = numpy.ones((4000, 4100, 3), "u1")
        small = sitr.Context(max_memory=1 << 20)  # of the library, not of copies

        def most():
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

        before = most()
        self.assertTrue(sitr.sign(framed[:, :4000], context=small).too_plain)
        self.assertLess(most() - before, 8 << 20)
        # and one that must be is seen to be
        sitr.sign(framed[::-1], context=small)
        self.assertGreater(most() - before, 40 << 20)

    def test_images(self):
        image = Image.fromarray(self.rgb)
        self.assertEqual(sign(image), sign(self.rgb))
        self.assertEqual(sign(Image.fromarray(self.gray)), sign(self.gray))
        self.assertEqual(sign(Image.fromarray(self.rgba)), sign(self.rgba))
        for mode, as_mode in (("1", "L"), ("P", "RGB"), ("LA", "RGBA"), ("CMYK", "RGB"),
                              ("YCbCr", "RGB"), ("HSV", "RGB"), ("RGBX", "RGB"),
                              ("RGBa", "RGBA"), ("PA", "RGBA")):
            source = Image.fromarray(self.rgba) if mode in ("RGBa", "PA") else image
            if mode == "PA":
                converted = image.convert("P").convert("PA")
            else:
                converted = source.convert(mode)
            wanted = sign(numpy.asarray(converted.convert(as_mode)))
            self.assertEqual(sign(converted), wanted, mode)
        clear = image.convert("P")
        clear.info["transparency"] = 0
        self.assertEqual(sign(clear), sign(numpy.asarray(clear.convert("RGBA"))))
        for mode in ("I", "F", "I;16"):
            with self.assertRaises(TypeError):
                sitr.sign(Image.new(mode, (50, 50)))
        with self.assertRaises(ValueError):
            sitr.sign(Image.new("RGB", (0, 5)))
        with Image.open(DOOR) as opened:  # not decoded yet
            sitr.sign(opened)
            with self.assertRaises(sitr.LimitError):
                sitr.sign(opened, context=sitr.Context(max_side=100))

    def test_images_that_lie(self):
        class Lies:
            mode = "RGB"
            info = {}

            def __init__(self, size, data):
                self.size = size
                self.data = data

            def tobytes(self):
                return self.data

        for size, data in (((5, 5), b""), ((5, 5), b"1" * 74), ((5, 5), b"1" * 76),
                           ((0, 5), b""), ((-1, 5), b""), ((2**32 + 5, 5), b"1" * 75),
                           ((65536, 65536), b""), ("ab", b"")):
            with self.assertRaises(ValueError):
                sitr.sign(Lies(size, data))
        unlimited = sitr.Context(max_pixels=2**64 - 1, max_side=2**32 - 1)
        with self.assertRaises(ValueError):
            sitr.sign(Lies((2**31, 2**31), b""), context=unlimited)
        for size, data in ((None, b""), ((5, 5), "text"), ((5, 5), None)):
            with self.assertRaises(TypeError):
                sitr.sign(Lies(size, data))

    def test_refused(self):
        for bad in (self.rgb.astype("u2"), self.rgb.astype("f4"), self.gray > 5, self.rgb + 0j,
                    self.gray.view("i2"), numpy.array(["a"]), numpy.array([None])):
            with self.assertRaises((TypeError, ValueError)):
                sitr.sign(bad)
        for bad in (self.rgb[:, :, :2], numpy.zeros((5, 5, 5), "u1"), numpy.zeros((), "u1"),
                    numpy.zeros((2, 2, 3, 1), "u1"), self.rgb[:0], self.rgb[:, :0],
                    numpy.zeros((5, 5, 0), "u1")):
            with self.assertRaises(ValueError):
                sitr.sign(bad)

    def test_shapes_that_there_is_no_memory_for(self):
        as_strided = numpy.lib.stride_tricks.as_strided
        for shape, strides in (((60000, 60000), (0, 0)), ((2**33, 5), (0, 1)),
                               ((5, 2**33), (1, 0)), ((65535, 65535, 4), (0, 0, 1)),
                               ((2**31, 2**31), (0, 0))):
            with self.assertRaises(sitr.LimitError):
                sitr.sign(as_strided(self.gray, shape, strides))
        with self.assertRaises(sitr.LimitError):
            sitr.sign(as_strided(self.gray, (2**40,), (0,)))

    def test_small_ones(self):
        for shape in ((1, 1), (1, 1, 3), (1, 500), (500, 1, 4), (2, 3, 3)):
            for pixels in (numpy.zeros(shape, "u1"), numpy.zeros(shape, "u1")[::-1]):
                self.assertTrue(sitr.sign(pixels, regions=True).too_plain)

    def test_hash_pixels(self):
        for algo in sitr.Algo:
            self.assertEqual(sitr.hash_pixels(self.rgb, algo), sitr.sign(self.rgb, algos=algo).hash(algo))
        turned = sitr.hash_pixels(self.rgb, "phash", "rotate-90")
        self.assertEqual(turned, sitr.hash_pixels(numpy.rot90(self.rgb, -1), "phash"))
        self.assertEqual(turned.turn, sitr.Turn.ROTATE_90)
        with self.assertRaises(TypeError):
            sitr.hash_pixels(ENCODED)
        with self.assertRaises(TypeError):
            sitr.hash_pixels(DOOR)


if __name__ == "__main__":
    unittest.main()
