#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes tests/fuzz/seeds: small inputs of every kind, from nothing but Pillow
and struct.

    make_seeds.py SITR [FOLDER]

SITR is the command, whose words the command-line seeds borrow. What is in the
folder already is kept, but for files of the same names.
"""
import base64
import hashlib
import io
import json
import os
import struct
import subprocess
import sys
import zlib

from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))


def gradient(w, h, bands=3):
    one = Image.new("L", (w, h))
    one.putdata([(x * 37 + y * 11 + x * y) & 255 for y in range(h) for x in range(w)])
    if bands == 1:
        return one
    parts = [one, one.rotate(90).resize((w, h)), one.rotate(180), one.rotate(45)]
    return Image.merge({3: "RGB", 4: "RGBA"}[bands], parts[:bands])


def encode(image, fmt, **options):
    out = io.BytesIO()
    image.save(out, fmt, **options)
    return out.getvalue()


def exif(orientation, big=False):
    e = ">" if big else "<"
    return ((b"MM\0*" if big else b"II*\0") + struct.pack(e + "IHHHIHHI", 8, 1, 0x112, 3, 1,
                                                           orientation, 0, 0))


def progressives():
    rgb = gradient(24, 20)
    b = encode(rgb, "JPEG", quality=40, progressive=True)
    yield "progressive", b
    yield "progressive-cut", b[:len(b) * 2 // 3]
    yield "progressive-444", encode(rgb, "JPEG", quality=40, subsampling=0, progressive=True)
    yield "progressive-gray", encode(gradient(24, 20, 1), "JPEG", quality=40, progressive=True)
    yield "progressive-cmyk", encode(rgb.convert("CMYK"), "JPEG", quality=40, progressive=True)
    # a scan of no data, more often than max_scans
    last = b.rindex(b"\xff\xda")
    yield "progressive-many", b[:-2] + b[last:last + 10] * 110 + b[-2:]


def jpegs():
    rgb, gray = gradient(24, 20), gradient(24, 20, 1)
    yield "gray", encode(gray, "JPEG", quality=40)
    yield "colour", encode(rgb, "JPEG", quality=40)
    yield "420", encode(rgb, "JPEG", quality=40, subsampling=2)
    yield "cmyk", encode(rgb.convert("CMYK"), "JPEG", quality=40)
    yield from progressives()
    b = encode(gray, "JPEG", quality=40)
    yield "turned", b[:2] + b"\xff\xe1" + struct.pack(">H", 8 + 26) + b"Exif\0\0" + exif(6) + b[2:]
    yield "cut", b[:len(b) * 2 // 3]
    yield "restarts", b[:2] + b"\xff\xdd\0\x04\0\x01" + b[2:]


def plain_codes(blocks, sof=0xc0, restart=0, width=32, height=16, quant=16):
    """Gray, its codes such that a byte of the data is one: a DC difference of 3
    bits is 00011 and these, an AC symbol of 8 bits itself."""
    data = b""
    for i, block in enumerate(blocks):
        if restart and i and i % restart == 0:
            data += bytes([0xff, 0xd0 + (i // restart - 1) % 8])
        data += bytes(block)
    def segment(marker, body):
        return bytes([0xff, marker]) + struct.pack(">H", 2 + len(body)) + body
    end = b"\0\0\0" if sof == 0xc2 else b"\0\x3f\0"
    return (b"\xff\xd8" + segment(0xdb, b"\0" + bytes([quant]) * 64)
            + segment(sof, struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0")
            + segment(0xc4, b"\0" + bytes(4) + b"\x10" + bytes(11) + bytes(range(16)))
            + segment(0xc4, b"\x10" + bytes(7) + b"\xff" + bytes(8) + bytes(range(255)))
            + (segment(0xdd, struct.pack(">H", restart)) if restart else b"")
            + segment(0xda, b"\1\1\0" + end) + data + b"\xff\xd9")


def luma_rows():
    rgb, gray = gradient(40, 33), gradient(40, 33, 1)
    yield "gray", encode(gray, "JPEG", quality=30)
    for i, name in enumerate(["444", "422", "420"]):
        yield name, encode(rgb, "JPEG", quality=30, subsampling=i)
    yield "optimised", encode(rgb, "JPEG", quality=60, optimize=True)
    yield "progressive", encode(rgb, "JPEG", quality=30, progressive=True)
    yield "progressive-gray", encode(gray, "JPEG", quality=30, progressive=True)
    one, end = 0x1c, [0]
    yield "plain", plain_codes([[one + i % 4] + end for i in range(8)])
    yield "plain-restarts", plain_codes([[one + i % 4] + end for i in range(8)], restart=1)
    # a coefficient of eight bits, all ones; 63 of them; zeros to the last
    yield "plain-stuffed", plain_codes([[one, 8, 0xff, 0] + end] * 8, restart=3)
    # no more than samples can be of: what libjpeg makes of more hangs on the CPU
    yield "plain-long", plain_codes([[one] + [8, 0x55] * 63, [one, 0xf0, 0xf0, 0xf0, 0xe8, 1]] * 4, quant=1)
    yield "plain-progressive", plain_codes([[one + i % 4] for i in range(8)], sof=0xc2)
    refined = b"\xff\xda\0\x08\1\1\0\0\0"
    b = plain_codes([[one + i % 4] for i in range(8)], sof=0xc2, restart=4)
    yield "plain-refined", (b[:-2].replace(b"\1\1\0\0\0\0", b"\1\1\0\0\0\2") + refined + b"\x21\x5f\xff\xd0\xaf"
                            + refined + b"\x10\x3f\xff\xd0\x5f\xff\xd9")


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def pngs():
    rgb = gradient(12, 10)
    for name, im in [("rgb", rgb), ("gray", gradient(12, 10, 1)), ("rgba", gradient(12, 10, 4)),
                     ("palette", rgb.quantize(6)), ("one-bit", rgb.convert("1")),
                     ("gray-alpha", gradient(12, 10, 4).convert("LA"))]:
        yield name, encode(im, "PNG", optimize=True)
    b = encode(rgb.quantize(6), "PNG", transparency=1)
    yield "trns", b
    yield "exif", b[:33] + chunk(b"eXIf", exif(3, True)) + b[33:]
    head = b"\x89PNG\r\n\x1a\n"
    rows = b"".join(b"\0" + bytes((x * y) & 255 for x in range(16)) for y in range(8))
    yield "sixteen", (head + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 16, 0, 0, 0, 0))
                      + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    adam7 = zlib.compress(b"".join(b"\0" + b"\x55" * n for n in [1, 1, 2, 2, 4, 4, 4, 4, 4] * 3))
    yield "interlaced", (head + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 1))
                         + chunk(b"IDAT", adam7) + chunk(b"IEND", b""))
    yield "cut", encode(rgb, "PNG")[:80]


def webps():
    rgb, rgba = gradient(24, 20), gradient(16, 12, 4)
    yield "lossy", encode(rgb, "WEBP", quality=20)
    yield "alpha", encode(rgba, "WEBP", quality=20)
    yield "lossless", encode(rgb.resize((8, 8)), "WEBP", lossless=True)
    yield "lossless-alpha", encode(rgba.resize((6, 6)), "WEBP", lossless=True)
    yield "exif", encode(rgb, "WEBP", quality=20, exif=b"Exif\0\0" + exif(8))
    yield "animated", encode(rgb.resize((16, 16)), "WEBP", quality=10, save_all=True,
                             append_images=[rgb.rotate(90).resize((16, 16))])
    yield "cut", encode(rgb, "WEBP", quality=60)[:100]


def textures():
    """Pictures that have regions, on either side of what is enlarged."""
    for name, w, h, fmt in [("blobs", 64, 48, "PNG"), ("blobs-odd", 45, 61, "WEBP"),
                            ("blobs-thin", 500, 14, "JPEG")]:
        im, state = Image.new("L", (w, h), 128), 1
        small = Image.new("L", (w // 5 + 1, h // 5 + 1))
        values = []
        for _ in range(small.width * small.height):
            state = (state * 1664525 + 1013904223) & 0xffffffff
            values.append(state >> 24)
        small.putdata(values)
        im = small.resize((w, h), Image.BICUBIC)
        if fmt == "WEBP":
            im = im.convert("RGB")
        data = encode(im, fmt, quality=50) if fmt != "PNG" else encode(im, fmt)
        # the target signs to search with where the size is odd
        yield name, data + b"\0" * (len(data) % 2)
        yield name + "-query", data + b"\0" * (1 - len(data) % 2)


def exifs():
    for n in (0, 1, 6, 8, 9):
        yield "little-%d" % n, exif(n)
        yield "big-%d" % n, exif(n, True)
    yield "marked", b"Exif\0\0" + exif(5)
    two = struct.pack("<IH", 8, 2) + struct.pack("<HHII", 0x10f, 2, 4, 0) + struct.pack(
        "<HHIHH", 0x112, 3, 1, 7, 0) + b"\0" * 4
    yield "second", b"II*\0" + two
    yield "far", b"II*\0\xff\xff\xff\xff"


def texts():
    for i, t in enumerate(["pdq:" + "f0" * 32, "pdq:mirror-90:" + "12" * 32, "ahash:0123456789abcdef",
                           "dhash:0", "PDQ:" + "A" * 64, "phash:ffffffffffffffff", ":", ""]):
        yield "%d" % i, t.encode()


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 & -(crc & 1))
    return ~crc & 0xffffffff


def signature(hashes, fmt=1, w=640, h=480, quality=90, flags=0):
    body = b"".join(struct.pack("<BBBB", a, t, quality, 0) + bytes((a * 17 + t + i) & 255
                    for i in range(32 if a == 1 else 8)) for a, t in hashes)
    size = 28 + len(body) + 4
    head = b"SITRS\1" + struct.pack("<HIIIIBBBB", size, w, h, 1, flags, fmt, quality, len(hashes), 0)
    return head + body + struct.pack("<I", crc32c(head + body))


def with_regions(n, hashes=((1, 0),), w=640, h=480, seed=0, alike=False):
    """Version 2, with n regions of which word k ^ 1 is not what a picture has."""
    one = signature(list(hashes), 2, w, h, flags=4 if n < 60 else 0)[:-4]
    state, body = seed * 7919 + 1, b""
    for i in range(n):
        raw = []
        for _ in range(38):
            state = (state * 1664525 + 1013904223) & 0xffffffff
            raw.append(state >> 24)
        if alike and i:
            raw[6:] = body[6:38]
        body += struct.pack("<HHBB", (raw[0] | raw[1] << 8) % 32769,
                            (raw[2] | raw[3] << 8) % 32769, 60 + raw[4] % 64, raw[5])
        body += bytes(raw[6:])
    head = b"SITRS\2" + struct.pack("<H", len(one) + 2 + len(body) + 4) + one[8:]
    all_but = head + struct.pack("<H", n) + body
    return all_but + struct.pack("<I", crc32c(all_but))


def signatures():
    yield "regions-none", with_regions(0)
    yield "regions-few", with_regions(5, w=100, h=900)
    yield "regions-59", with_regions(59, [(1, t) for t in range(8)])
    yield "regions-60", with_regions(60)
    yield "regions-alike", with_regions(62, alike=True)
    yield "one", signature([(1, 0)])
    yield "turns", signature([(1, t) for t in range(8)])
    yield "all", signature([(1, 0), (2, 0), (3, 0), (4, 0)], flags=1)
    yield "hash", signature([(4, 0)], 0, 0, 0)


def replies():
    def reply(status, level=0, log=b"", s=b"", algos=0, flags=0):
        return bytes([algos, flags]) + struct.pack("<QiIII", 7, status, level, len(log),
                                                   len(s)) + log + s
    yield "failed", reply(-9, 1, b"png: the data ends early")
    yield "no-picture", reply(-6)
    yield "signed", reply(0, 0, b"", signature([(1, 0)]))
    yield "warned", reply(0, 2, b"jpeg: cut", signature([(1, 0)], flags=1))
    yield "query", reply(0, 0, b"", signature([(1, t) for t in range(8)]), 0, 2)
    yield "all", reply(0, 0, b"", signature([(1, 0), (2, 0), (3, 0), (4, 0)]), 28)


def matches():
    yield "few", bytes([5, 5, 0, 0]) + bytes(range(200))
    yield "many", bytes([70, 9, 1, 0]) + bytes((i * i) & 255 for i in range(2000))
    yield "near", bytes([69, 60, 2, 31]) + b"\x00\x64" * 150
    # the first 256, a block of the scan, are far; those behind it near
    yield "blocks", bytes([255, 200, 1, 0, 1, 2, 3, 4]) + b"".join(
        bytes([n, 100] + [7 * i + k & 255 for i in range(n)])
        for k, n in enumerate([90] * 256 + list(range(44)))) + b"\x03\x64\x07\x09\x0b"
    # near in the last turn alone
    yield "turned", bytes([40, 40, 129, 0, 1, 2, 3, 4]) + b"".join(
        bytes([k % 20, 60 + k % 41] + list(range(k % 20))) for k in range(47)) + b"\x5f\x64" + bytes(
        range(100, 195)) + bytes(6) + b"\x5f" + bytes(range(100, 195))
    yield "other-algorithm", bytes([60, 60, 1, 0, 1, 2, 3, 4]) + b"".join(
        bytes([216, 100]) + bytes(24) if k % 7 == 3 else b"\x00\x64" for k in range(71))


    # with regions on both sides: where they were, with bits flipped, enlarged
    for i, how in enumerate([bytes(8), bytes([0, 0, 0, 0, 0, 0, 1, 200]),
                             bytes([0, 9, 7, 0, 0, 0, 2, 150]), bytes([30, 0, 0, 11, 0, 0, 0, 9]),
                             bytes([0, 0, 0, 0, 0, 2, 0, 90])]):
        mine = b"\x50\x03" + how + (bytes(k % 7 for k in range(80)) if how[6] & 2 else b"")
        yield "regions-%d" % i, (bytes([6, 60, 225 if i % 2 else 96, 0, 1, 2, 3, 4])
                                 + b"\x00\x64" * 7 + b"\x5f\x64" + bytes(range(95)) + mine * 7
                                 + bytes(7 * (i % 2)) + b"\x50\x03" + bytes(8))


def lists():
    yield "lines", b"\0a.jpg\nb/c d.png\n\n\xd8\xb5.webp\nlast"
    yield "zeros", b"\1a.jpg\0b\nc\0\0d"
    yield "mixed", b"\0a\0b\n"
    yield "long", b"\0" + b"x" * 5000 + b"\n-\n./-"


def sources():
    yield "csv", (b"path,url,captured,by\na.jpg,https://example.org/1,2026-11-26T13:40:05Z,crawler\n"
                  b"\"b, c.jpg\",\"https://example.org/?q=\"\"x\"\"\",2026-11-26,\n")
    yield "csv-synonyms", (b"\xef\xbb\xbfCaptured_At;x,FILE,source\r\n"
                           b"2026-11-26 13:40,\"new\nline.jpg\",u\r\n\r\n,,\r\nx,y,z\r\n")
    yield "csv-open", b"path,url\n\"a,b\nc,d\n"
    yield "csv-zero", b"path,url\na\0b,c\nd,e\n"
    yield "json", (b'{"path": "a.jpg", "url": "https://example.org/1", "captured": "2026-11-26T13:40:05.5+01:00"}\n'
                   b'\n{"file": "\\u0635.jpg", "collector": "archiver", "more": [1, {"x": null}]}\n[]\n{"path": 1}\n{\n')
    yield "json-deep", b'{"path": "a", "by": ' + b"[" * 3000 + b"]" * 3000 + b"}\n"
    yield "json-long", b'{"path": "' + b"x" * 70000 + b'", "by": "y"}\n{"path": "b", "by": "z"}'


# what `openssl ts` answered, without certificates
STAMP = base64.b64decode(
    "MIIBxDADAgEAMIIBuwYJKoZIhvcNAQcCoIIBrDCCAagCAQMxDzANBglghkgBZQMEAgEFADBiBgsqhkiG9w0BCRAB"
    "BKBTBFEwTwIBAQYDKgMEMDEwDQYJYIZIAWUDBAIBBQAEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AgECGA8yMDI2MTEyNjE4MTczOFoxggEsMIIBKAIBATAkMAwxCjAIBgNVBAMMAXQCFDOXXv3LYSPeQ/vozFldzHnf"
    "OulIMA0GCWCGSAFlAwQCAQUAoIGYMBoGCSqGSIb3DQEJAzENBgsqhkiG9w0BCRABBDAcBgkqhkiG9w0BCQUxDxcN"
    "MjYxMTI2MTgxNzM4WjArBgsqhkiG9w0BCRACDDEcMBowGDAWBBRMXum3QFkCJlSEXndZPBc9Pmh4CTAvBgkqhkiG"
    "9w0BCQQxIgQgGeCQ+U6QRBUnyJ0vwP7n+/rOGOmQPiklKe2j6Evr3okwCgYIKoZIzj0EAwIERzBFAiEAlTW6YZSf"
    "DgqXxypij0hXSy9OXMVCrGhNCd73LrhW/rMCICfV56BwE5Omk0qwdmjmBOBVHfqCzgOi7UL2oHx4xBlg")


def reports():
    zero = b"0" * 64
    tags = b"".join(zero + b"  " + n + b"\n" for n in (b"bagit.txt", b"bag-info.txt", b"manifest-sha256.txt"))
    yield "tags", b"\0" + tags
    yield "files", b"\0" + b"".join(zero + b"  data/" + n + b"\n" for n in (b"report.html", b"report.json"))
    yield "out", b"\0" + zero + b"  data/../x\n" + zero + b" */etc/passwd\n"
    acts, value = [], bytes(32)
    for act in [{"at": 1795716093, "who": "n", "what": "new", "n": 0, "note": None, "version": "0.1.0"},
                {"at": 1795716094, "who": "n", "what": "report", "n": None, "note": "\u0635", "version": "0.1.0"}]:
        texts = [None if v is None else str(v).encode() for v in act.values()]
        value = hashlib.sha256(value + b"".join(b"-," if t is None else b"%d:%s," % (len(t), t)
                                                for t in texts)).digest()
        acts.append(dict(act, chain=value.hex()))
    report = {"format": "sitr-report", "report": value.hex()[:16], "acts": acts, "findings": [
        {"found": "/a", "found_sha256": "0" * 64}, {"found": "b", "found_b64": "/w==", "found_sha256": "1"}, 7]}
    yield "json", b"\1" + json.dumps(report).encode()
    yield "json-cut", b"\1" + json.dumps(dict(report, acts=acts[1:])).encode()
    yield "stamp", b"\2" + STAMP
    yield "stamp-refused", b"\2" + bytes.fromhex("30053003020102")


def exchanged():
    """Lists of the field; the first byte is the format, 0 for whichever it is."""
    h = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
    m, s = "a00000000000000000000000000000aa", "a00000000000000000000000000000000000000a"
    texts = {
        "tx": "pdq %s\r\n%s\nvideo_md5 %s\nx y\n" % (h, h.upper(), m),
        "tx-csv": '\ufeffsignal_type,signal_str,collab,category,tags\npdq,%s,"a, ""b""",POSITIVE_CLASS,t \u0648\n' % h,
        "hasher": "%s,85,a,b.jpg\n%s,x.png\n%s100,e.jpg\nhash=%s,norm=1,delta=2,quality=77,filename=x,y\n"
                  % (h, h, (h + ",") * 8, h),
        "table": "path,status,quality,pdq\n\"a\nb\",ok,100,%s\nc,corrupt,,\n" % h,
        "objects": '{"path":"a\\nb","status":"ok","quality":100,"pdq":"%s"}\n{"path":"c","status":"corrupt"}\n[]\n' % h,
        "stopncii": '{"count":1,"hashRecords":[{"hashValue":"%s","signalType":"ImagePDQ","hashStatus":"Active","lastModtimestamp":17,"CSPFeedbacks":[{"tags":["a","b"]}],"x":0.1},{"hashValue":"%s","signalType":"VideoMD5","hashStatus":"Deleted"}]}' % (h, m),
        "misp": '{"response":[{"Event":{"info":"e","Attribute":[{"type":"filename|sha1","uuid":"u","value":"a|b|%s"},{"type":"text","comment":"pdq","value":"%s"}],"Object":[{"name":"file","Attribute":[{"type":"md5","value":"%s"},{"type":"md5"},{"type":"text","object_relation":"phash","value":"0123456789abcdef"}]}]}}]}' % (s, h, m),
        "vics13": '{"odata.metadata":"ProjectVic","value":[{"MediaID":1,"Category":1,"MD5":"%s","SHA1":"%s","Exifs":[{"PropertyName":"x"}]}]}' % (m, s),
        "vics20": '{"@odata.context":"ProjectVic","value":[{"CaseID":"c","TotalMediaFiles":9,"Media":[{"MediaID":1,"MD5":"%s"}],"CaseNumber":"late"},{"Media":[{"SHA1":"%s"}]}]}' % (m, s),
        "vpdq": "0,100,%s,0.000\n1,99,%s\n" % (h, h),
        "vpdq-python": "0,%s,100,0.0\n" % h,
        "vpdq-json": '["%s,100,0.0","%s,9"]' % (h, h),
        "vpdq-object": '{"0":{"quality":"99","hash":"%s","timestamp":0.033}}' % h,
        "imagehash": "0123456789abcdef\nFFEEDDCCBBAA9988\n",
        "md5": m + "\n",
        "ncmec": '<?xml version="1.0"?><queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><images count="1"><image><member id="4">M &amp; <![CDATA[<]]></member><id>i</id><fingerprints><md5>%s</md5><pdna>x</pdna><pdq>%s</pdq></fingerprints><feedback a="&quot;"><md5/></feedback></image><deletedImage><id>j</id></deletedImage></images><videos><video><id>v</id><fingerprints><sha1>%s</sha1></fingerprints></video></videos></queryResult>' % (m, h, s),
        "entities": '<!DOCTYPE queryResult [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><queryResult><images><image><id>&c;</id></image></images></queryResult>',
        "deep": '{"hashRecords":[' + '[' * 3000,
    }
    for name, text in texts.items():
        yield name, b"\0" + text.encode()
    yield "sha256", bytes([16]) + h.encode()


def names():
    for i, t in enumerate([b"plain.jpg", "été صورة.png".encode(), b"\xff\xfe\n\t\x1b[31m\\\"",
                           "\u202egpj.exe".encode(), b"\xed\xa0\x80\xf0\x9f\x98\x80", b"=1+1,\"x\"\n"]):
        yield "%d" % i, t


def arguments(sitr):
    out = subprocess.run([sitr, "help", "--options"], stdout=subprocess.PIPE, check=True).stdout
    verbs = ["match", "compare", "hash", "version", "help"]
    for line in sorted(set(out.decode().split("\n"))):
        if not line:
            continue
        verb, option = line.split()
        if verb == "hash" or option in ("--at-least", "--completion", "--options"):
            name = (verb + option).replace("/", "-")
            yield name, bytes([verbs.index(verb)]) + b"\0".join(
                [option.encode() + (b"=12K" if option.startswith("--max") else b""), b"path"])
    for shard in "1/1", "2/3", "65536/65536", "4/3", "0/3", "1/", "/3", "1/65537", "99999999999/1":
        yield "shard-" + shard.replace("/", "-"), b"\2--shard=" + shard.encode() + b"\0path"
    yield "values", b"\2" + b"\0".join([b"--algo=pdq,phash", b"-j", b"3", b"--color=never", b"--",
                                        b"-x"])


def patch(at, value, four=False, anywhere=False):
    return struct.pack("<I", at)[:3] + bytes([four | anywhere << 1]) + struct.pack("<I", value)


def indexes():
    """Changes to the index that the target has, and heads of others; the first
    byte says whether the checksums are made to fit, and whether there are tables
    of hashes, the second how far is searched."""
    yield "as-made", b"\0\x1f"
    yield "first-byte", b"\0\x1f" + patch(0, 0)
    for name, at, value in [("pictures", 8, 7), ("regions", 12, 71), ("size", 16, 100),
                            ("many-regions", 12, 0x7fffffff), ("hashes", 116, 41),
                            ("many-hashes", 116, 0x7ffffff0), ("with-tables", 120, 1)]:
        yield name, b"\0\x1f" + patch(at, value, True)
    yield "flags", b"\1\x1f" + patch(128 + 20, 0xffffffff, True)
    yield "ids", b"\1\x1f" + b"".join(patch(128 + 40 * i, 5, True) for i in range(6))
    yield "first-region", b"\1\x1f" + patch(128 + 40 + 16, 11, True)
    yield "no-width", b"\1\x1f" + patch(128 + 8, 0, True)
    yield "codes", b"\1\x1f" + b"".join(patch(384 + i, 0, True) for i in range(0, 192, 4))
    yield "points", b"\1\x1f" + b"".join(patch(1856 + 6 * i, 0xffffffff, True) for i in range(70))
    yield "descriptors", b"\1\x1f" + b"".join(patch(2304 + 32 * i, i, True) for i in range(72))
    # heads and entries of the tables
    for value in (0, 1, 72, 0x7fffffff, 0xffffffff):
        yield "tables-%x" % value, b"\1\x1f" + b"".join(
            patch(4608 + at, value, True, True) for at in range(0, 4608, 4))
    for how in (0, 1):
        yield "blocks-%d" % how, bytes([how, 31]) + b"".join(
            patch(at, 3, True, True) for at in range(384 + 6 * 32, 1856, 60))
        yield "qualities-%d" % how, bytes([how, 31]) + b"".join(
            patch(9216 + 320 + i, 101, False, True) for i in range(40))
    # of hashes: heads, tags and numbers, near those that are asked for
    yield "hashes-as-made", b"\2\x1f"
    yield "hashes-far", b"\2\x70"
    for value in (0, 5, 16390, 0x7fffffff, 0xffffffff):
        for name, at, step in [("heads", 687872, 2000), ("tags", 4882240, 300),
                               ("numbers", 5406720, 600)]:
            yield "hash-%s-%x" % (name, value), b"\3\x1f" + b"".join(
                patch(at + 4 * (step * i), value, True, True) for i in range(400))
    yield "empty", b"SITRI" + bytes([2]) + bytes(122)


def section(letter, fields, body):
    """A head with its checksum, and what is behind it: tools/FORMAT.md."""
    body += bytes(-(96 + len(body)) % 64)
    version, rest, tail = fields
    head = b"SITR" + letter + bytes([version]) + rest + struct.pack("<Q", 96 + len(body)) + tail
    head += bytes(64 - len(head))
    return b"\0" + head + hashlib.sha256(head + body).digest() + body


def fits(good, changes):
    """The same with single bytes changed, and a checksum that is made to fit."""
    for at, value in changes:
        yield "fit-%d-%d" % (at, value), b"\1" + good[1:1 + at] + bytes([value]) + good[2 + at:]


def index_names():
    """The names in a segment."""
    def entry(number, path, status=0, what=3, length=None):
        e = struct.pack("<QQQ32sIIBBHI", number, 2049, 1000 + number, bytes(32), 0, 100, status,
                        what, 0, len(path) if length is None else length) + path
        return e + bytes(-len(e) % 8)

    def names(entries, n=None, after=9, flags=0, version=1):
        return section(b"N", (version, struct.pack("<HII", flags, len(entries) if n is None else n, 0),
                              struct.pack("<Q", after)), b"".join(entries))

    one, two = entry(0, b"a.jpg"), entry(3, "صور/é.png".encode(), 1, 1)
    broken = entry(5, b"broken", 4, 2)
    good = names([one, two, broken])
    yield "empty", names([], after=0)
    yield "three", good
    for number in (0, 3, 4, 5):  # in the first byte, above the two bits
        yield "removed-%d" % number, bytes([number << 2 | 2]) + good[1:]
    yield "no-regions", names([one], flags=1)
    yield "out-of-order", names([two, one])
    yield "twice", names([one, one])
    yield "too-many", names([one], n=2 ** 32 - 1)
    yield "ids-too-high", names([one], after=2 ** 53 + 1)
    yield "id-not-given", names([two], after=3)
    yield "no-path", names([entry(0, b"")])
    yield "zero-in-path", names([entry(0, b"a\0b")])
    yield "long-path", names([entry(0, b"a", length=2 ** 32 - 1)])
    yield "status", names([entry(0, b"a", 99)])
    yield "not-image", names([entry(0, b"a", 2, 2)])
    yield "nothing-there", names([entry(0, b"a", 4, 0)])
    yield "newer", names([one], version=2)
    yield "cut", good[:-8]
    yield "damaged", good[:120] + b"!" + good[121:]
    yield from fits(good, ((16, 0), (16, 0xff), (23, 1), (24, 7), (39, 0xff), (8, 2), (160, 1), (97, 4)))


def manifests():
    """The manifest of an index."""
    def segment(number, base, after, n=2, removed=(), size=4096, n_removed=None):
        return (struct.pack("<QQQQII8x32s", number, size, base, after, n,
                            len(removed) if n_removed is None else n_removed, bytes(range(32))),
                struct.pack("<%dQ" % len(removed), *removed))

    def manifest(segments, n=None, generation=3, after=100, number=9, version=1, more=b""):
        body = b"".join(s[0] for s in segments) + b"".join(s[1] for s in segments) + more
        return section(b"M", (version, struct.pack("<HII", 0, len(segments) if n is None else n, 0),
                              struct.pack("<QQQ", generation, after, number)), body)

    one, two = segment(0, 0, 5), segment(4, 7, 90, 50, (0, 3, 89))
    good = manifest([one, two])
    yield "empty", manifest([], after=0, number=0)
    yield "two", good
    yield "many", manifest([segment(i, 2 * i, 2) for i in range(40)], number=40)
    yield "too-many", manifest([segment(i, i, 1, 1) for i in range(1025)], after=2000, number=2000)
    yield "count", manifest([one], n=2 ** 32 - 1)
    yield "never-written", manifest([one], generation=0)
    yield "overlap", manifest([segment(0, 0, 5), segment(1, 4, 5)])
    yield "out-of-order", manifest([two, one])
    yield "number-twice", manifest([one, segment(0, 7, 5)])
    yield "number-not-given", manifest([segment(9, 0, 5)])
    yield "id-not-given", manifest([segment(0, 0, 101)])
    yield "ids-too-high", manifest([one], after=2 ** 53 + 1)
    yield "ids-overflow", manifest([segment(0, 2 ** 64 - 2, 5)])
    yield "numbers-too-high", manifest([one], number=2 ** 53 + 1)
    yield "size-too-high", manifest([segment(0, 0, 5, size=2 ** 64 - 1)])
    yield "nothing-in-it", manifest([segment(0, 0, 5, 0)])
    yield "more-than-ids", manifest([segment(0, 0, 5, 6)])
    yield "removed-all", manifest([segment(0, 0, 2, 2, (0, 1))])
    yield "removed-more", manifest([segment(0, 0, 5, 2, (0, 1, 2))])
    yield "removed-falling", manifest([segment(0, 0, 5, 2, (3, 1))])
    yield "removed-twice", manifest([segment(0, 0, 5, 2, (1, 1))])
    yield "removed-not-there", manifest([segment(0, 0, 5, 2, (5,))])
    yield "removed-cut", manifest([segment(0, 0, 2 ** 40, 2 ** 32 - 1, (0,), n_removed=2 ** 32 - 1)],
                                  after=2 ** 41)
    yield "more-behind", manifest([one], more=b"x")
    yield "newer", manifest([one], version=2)
    yield "names", b"\0SITRN" + good[6:]
    yield "cut", good[:-64]
    yield "longer", good + bytes(64)
    yield "damaged", good[:120] + b"!" + good[121:]
    yield from fits(good, ((6, 1), (8, 1), (12, 1), (16, 0), (16, 0xff), (23, 1), (31, 0xff), (50, 1),
                           (63, 1), (96, 4), (111, 1), (127, 0xff), (132, 1), (136, 1), (259, 1)))


def sealed():
    """Facts and content that the target seals, heads that it seals them behind, public keys, and
    heads alone."""
    def facts(created=1800000000, expires=1800001000, purpose=b"p", by=b"", label=b"", sizes=None):
        sizes = sizes or (len(purpose), len(by), len(label))
        block = struct.pack("<qqHHHH", created, expires, *sizes, 0) + purpose + by + label
        return block + bytes(1536 - len(block))

    def head(kind=2, n=1, version=1, odd=0, lock=b""):
        return b"SITRS" + bytes([version, kind, n]) + bytes(7) + bytes([odd]) + lock

    def lock(memory=1 << 18, passes=3, zero=0):
        return bytes(range(16)) + struct.pack("<IIQ", memory, passes, zero)

    good = facts(purpose="recherche, بحث".encode(), by=b"a centre", label=b"heron-17")
    yield "empty", b"\0"
    yield "facts", b"\1" + good
    yield "facts-content", b"\1" + good + bytes(range(256)) * 20
    yield "facts-longest", b"\1" + facts(0, 253402300799, b"p" * 1000, b"b" * 200, b"l" * 200) + b"c"
    yield "facts-cut", b"\1" + good[:40]
    yield "facts-early", b"\1" + facts(1800086401, 1800086402)
    yield "facts-expired", b"\1" + facts(1, 1800000000)
    yield "facts-before-1970", b"\1" + facts(-1)
    yield "facts-10000", b"\1" + facts(1, 253402300800)
    yield "facts-backwards", b"\1" + facts(1800000000, 1800000000)
    yield "facts-no-purpose", b"\1" + facts(purpose=b"", by=b"b")
    yield "facts-not-utf8", b"\1" + facts(purpose=b"\xed\xa0\x80")
    yield "facts-zero", b"\1" + facts(purpose=b"a\0b")
    yield "facts-too-long", b"\1" + facts(sizes=(1001, 0, 0))
    yield "facts-by-too-long", b"\1" + facts(sizes=(1, 201, 0))
    yield "facts-label-too-long", b"\1" + facts(sizes=(1, 0, 65535))
    yield "facts-more", b"\1" + good[:-1] + b"x"
    yield "head", b"\2" + head() + good + b"content"
    yield "head-passphrase", b"\2" + head(1, 0, lock=lock()) + good + b"content"
    yield "head-passphrase-most", b"\2" + head(1, 0, lock=lock(1 << 20, 4)) + good
    yield "head-memory", b"\2" + head(1, 0, lock=lock((1 << 20) + 1, 1)) + good
    yield "head-passes", b"\2" + head(1, 0, lock=lock(8, 17)) + good
    yield "head-work", b"\2" + head(1, 0, lock=lock(1 << 20, 5)) + good
    yield "head-no-memory", b"\2" + head(1, 0, lock=lock(7)) + good
    yield "head-no-passes", b"\2" + head(1, 0, lock=lock(8, 0)) + good
    yield "head-zero", b"\2" + head(1, 0, lock=lock(zero=1)) + good
    yield "head-both", b"\2" + head(1, 1, lock=lock()) + good
    yield "head-nobody", b"\2" + head(2, 0) + good
    yield "head-17", b"\2" + head(2, 17) + good
    yield "head-kind", b"\2" + head(3, 1) + good
    yield "head-newer", b"\2" + head(version=2) + good
    yield "head-version-0", b"\2" + head(version=0) + good
    yield "head-size", b"\2" + head(odd=1) + good
    for name, size in (("alone", 1900), ("more", 1899), ("less", 1901)):
        whole = head(2, 2)[:8] + struct.pack("<Q", size)
        yield name, b"\0" + whole + bytes(1900 - len(whole))
    key = b"\1" * 32
    line = b"sitr-public-key:" + base64.b64encode(
        key + hashlib.blake2b(b"sitr-public-key:" + key, digest_size=16).digest()[:4])
    yield "key", b"\3" + line
    yield "key-crlf", b"\3" + line + b"\r\n"
    yield "key-slip", b"\3" + line[:30] + b"B" + line[31:]
    yield "key-padded", b"\3" + line[:-1] + b"="


def main():
    sitr = sys.argv[1]
    root = sys.argv[2] if len(sys.argv) > 2 else os.path.join(HERE, "seeds")
    groups = {"jpeg": jpegs(), "png": pngs(), "webp": webps(), "exif": exifs(), "hash_text": texts(),
              "signature": signatures(), "reply": replies(), "match": matches(), "index": indexes(),
              "names": index_names(), "manifest": manifests(), "sealed": sealed(),
              "scans": progressives(), "jpeg_luma": luma_rows(), "list": lists(), "sources": sources(),
              "lists": exchanged(), "verify": reports(), "text": names(), "output": names(),
              "args": arguments(sitr)}
    groups = {name: list(g) for name, g in groups.items()}
    groups["sign"] = [("%s-%s" % (k, n), b) for k in ("jpeg", "png", "webp")
                      for n, b in groups[k][:3]]
    groups["sign"] += list(textures())
    for name, seeds in groups.items():
        folder = os.path.join(root, name)
        os.makedirs(folder, exist_ok=True)
        for seed, data in seeds:
            with open(os.path.join(folder, seed), "wb") as f:
                f.write(data)


main()
