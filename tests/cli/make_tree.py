#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a folder with all that a phone's memory or a blackmailer's archive may
hold: names that are no text, links, a pipe, files that are no picture or a bad
one. Standard library only.

    make_tree.py JPEG FOLDER
"""
import os
import shutil
import socket
import struct
import sys
import zlib


def png(width, height, grey):
    def chunk(kind, data):
        body = kind + data
        return (struct.pack(">I", len(data)) + body +
                struct.pack(">I", zlib.crc32(body)))
    rows = (b"\0" + bytes([grey]) * width) * height
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


PICTURES = [
    b"plain name.jpg",
    "صورة ١.jpg".encode(),
    "photo d'été.jpg".encode(),
    b"two\nlines.jpg",
    b"tab\there.jpg",
    b"bell\x07.jpg",
    b"escape\x1b[31m.jpg",
    b"back\\slash.jpg",
    b"quote\"comma,.jpg",
    b"not-utf8-\xe9\xff.jpg",
    b"surrogate-\xed\xa0\x80.jpg",
    "turned\u202egpj.exe.jpg".encode(),
    "isolate\u2066x\u2069.jpg".encode(),
    b"-dash.jpg",
    b"=formula.jpg",
    b"+plus.jpg",
    b"@at.jpg",
    b"a" * 251 + b".jpg",
]


def main():
    jpeg = open(sys.argv[1], "rb").read()
    root = os.fsencode(sys.argv[2])

    def write(name, data):
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(data)

    for name in PICTURES:
        write(name, jpeg)
    write(b"deep/" + b"/".join([b"d"] * 40) + b"/deep.jpg", jpeg)
    write(b"cut-off.jpg", jpeg[:len(jpeg) * 2 // 3])
    write(b"header-only.jpg", jpeg[:200])
    write(b"empty.jpg", b"")
    write(b"text.txt", b"just words\n")
    write(b"one-pixel.png", png(1, 1, 80))
    write(b"flat.png", png(400, 300, 120))
    write(b"locked/secret.jpg", jpeg)
    write(b"locked-file.jpg", jpeg)
    os.mkdir(os.path.join(root, b"empty"))
    os.mkfifo(os.path.join(root, b"fifo.jpg"))
    os.symlink(b"plain name.jpg", os.path.join(root, b"link.jpg"))
    os.symlink(b".", os.path.join(root, b"loop"))
    os.symlink(b"..", os.path.join(root, b"deep", b"up"))
    os.symlink(b"nowhere", os.path.join(root, b"dangling.jpg"))
    s = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(root)
    s.bind(b"socket.jpg")
    os.chdir(here)
    os.chmod(os.path.join(root, b"locked"), 0)
    os.chmod(os.path.join(root, b"locked-file.jpg"), 0)
    shutil.copy(sys.argv[1], os.path.join(root, b"~last.jpg"))


main()
