"""Makes a screenshot small: 256 colours are plenty for a page, and a fifth of the size.

Called by `screenshots.py`. The browser reads the picture and counts its colours; the rest is a PNG
with a palette, which the standard library can write.
"""

import base64
import struct
import zlib
from typing import Final

from playwright.async_api import BrowserContext

# A palette is grown colour by colour: next comes the one that is missed the most, by how many
# pixels have it and by how far it is from those chosen already. So rare hues survive.
REDUCE: Final = """async (source) => {
  const image = await createImageBitmap(await (await fetch(source)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  const draw = canvas.getContext("2d");
  draw.drawImage(image, 0, 0);
  const { data } = draw.getImageData(0, 0, image.width, image.height);
  const pixels = new Uint32Array(data.buffer);
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);

  const colours = [...counts].map(([pixel, count]) => {
    const rgb = [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
    return { pixel, count, rgb, far: 1e6, at: 0 };
  });
  const palette = [];
  while (palette.length < Math.min(256, colours.length)) {
    const next = colours.reduce((a, b) => (b.count * b.far > a.count * a.far ? b : a));
    for (const one of colours) {
      const far = one.rgb.reduce((sum, part, i) => sum + (part - next.rgb[i]) ** 2, 0);
      if (far < one.far) Object.assign(one, { far, at: palette.length });
    }
    palette.push(next.rgb);
  }

  const index = new Map(colours.map(({ pixel, at }) => [pixel, at]));
  const bytes = Uint8Array.from(pixels, (pixel) => index.get(pixel));
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) {
    text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  }
  const { width, height } = image;
  return { width, height, palette: palette.flat(), pixels: btoa(text) };
}"""


async def smaller(context: BrowserContext, picture: bytes) -> bytes:
    """The same picture with at most 256 colours."""
    page = await context.new_page()
    try:
        source = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
        found = await page.evaluate(REDUCE, source)
    finally:
        await page.close()
    return _png(
        found["width"],
        found["height"],
        bytes(found["palette"]),
        base64.b64decode(found["pixels"]),
    )


def _png(width: int, height: int, palette: bytes, pixels: bytes) -> bytes:
    rows = b"".join(b"\0" + pixels[start : start + width] for start in range(0, len(pixels), width))
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", head),
        (b"PLTE", palette),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
