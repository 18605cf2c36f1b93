"""Writes the files that ExifOrientationTest and ImageDecoderTest read.

    python orientation_reference.py ../resources/io/kitbag/augment/image

Made with Pillow 13.0.0. orientations.bin: for the values 1-8 of EXIF's Orientation the int32 length
of a JPEG and its bytes, then int32 width and height and the RGB bytes of
ImageOps.exif_transpose(...). pattern.webp: the 9x7 pattern of ReferenceImages, lossless.
"""
import io
import struct
import sys

from PIL import Image, ImageOps

W, H = 9, 7
data = bytes(
    (x * 37 + y * 91 + c * 53 + x * y * (c + 3) // 4) & 255
    for y in range(H) for x in range(W) for c in range(3))
pattern = Image.frombytes("RGB", (W, H), data)
pattern.save(sys.argv[1] + "/pattern.webp", lossless=True, exact=True)
with open(sys.argv[1] + "/orientations.bin", "wb") as out:
    for value in range(1, 9):
        exif = Image.Exif()
        exif[0x010F] = "a maker's name"
        exif[0x0112] = value
        jpeg = io.BytesIO()
        pattern.save(jpeg, "jpeg", quality=95, subsampling=0, exif=exif)
        upright = ImageOps.exif_transpose(Image.open(io.BytesIO(jpeg.getvalue())))
        out.write(struct.pack(">i", len(jpeg.getvalue())) + jpeg.getvalue())
        out.write(struct.pack(">ii", *upright.size) + upright.tobytes())
