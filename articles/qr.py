"""QR codes as SVG."""

import io

import segno

# Masks are tried out one by one for the best to read, 5 ms a code; of so few characters any is.
_MASK = 2


def qr_svg(address: str) -> bytes:
    """A picture that encodes ``address``: dark on white, with the quiet margin that readers need."""
    code = segno.make(address, error="m", micro=False, mask=_MASK)
    out = io.BytesIO()
    code.save(out, kind="svg", scale=4, border=3, light="#fff", xmldecl=False, omitsize=True)
    return out.getvalue()
