"""Writes the tar files that WebDatasetTest reads, with Python's tarfile in both of its common formats.

    python webdataset_reference.py ../resources/io/kitbag/augment/data

Made with Python 3.11.7 and Pillow 13.0.0. The images are PNGs of one colour, (10 * number, 20, 30), of
number + 1 by 2 pixels.
"""
import io
import sys
import tarfile

from PIL import Image


def member(tar, name, data):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    info.mtime = 1.5  # a fraction makes pax write an extended header
    tar.addfile(info, io.BytesIO(data))


def png(number):
    out = io.BytesIO()
    Image.new("RGB", (number + 1, 2), (10 * number, 20, 30)).save(out, "png")
    return out.getvalue()


def write(path, form):
    long_name = "deep/" * 30 + "a-sample-whose-name-needs-an-extension-of-the-format"
    with tarfile.open(path, "w", format=form) as tar:
        folder = tarfile.TarInfo("deep")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        member(tar, "README", b"no sample: it has no dot")
        member(tar, "000.png", png(0))
        member(tar, "000.cls", b"2\n")
        member(tar, "001.json", b'{"caption": "x", "label": 0}')
        member(tar, "001.PNG", png(1))
        member(tar, "only.txt", b"no image")
        member(tar, long_name + ".cls", b"1")
        member(tar, long_name + ".seg.png", png(9))
        member(tar, long_name + ".png", png(2))


write(sys.argv[1] + "/gnu.tar", tarfile.GNU_FORMAT)
write(sys.argv[1] + "/pax.tar", tarfile.PAX_FORMAT)
