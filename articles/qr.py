"""QR codes as inline SVG."""

from functools import lru_cache

import segno


@lru_cache(maxsize=512)  # masks are tried out one by one: 5 ms a code
def qr_svg(address: str) -> str:
    """An SVG element that encodes ``address``; dark modules only, so that CSS gives the paper."""
    return segno.make(address, error="m", micro=False).svg_inline(
        scale=4, border=0, omitsize=True, svgclass="qr", lineclass=None
    )
