"""An article on a telephone: bytes on the wire, the largest paint, what moves while it comes.

``python -m tests.benchmarks.phone http://127.0.0.1:8000/hf/1012.html [times]`` against a site that
is being served. The profile is that of a cheap telephone on a slow network (Lighthouse's mobile
one): 1.6 Mbit/s down, 750 kbit/s up, 150 ms a round trip, a processor four times slower.
"""

import sys
from dataclasses import dataclass

PHONE = {"width": 390, "height": 844}
NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
SLOWER = 4
WATCH = """
window.seen = {paint: 0, element: "", moved: 0};
new PerformanceObserver(list => {
  for (const one of list.getEntries()) {
    window.seen.paint = one.startTime;
    window.seen.element = one.element ? one.element.tagName : "";
  }
}).observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver(list => {
  for (const one of list.getEntries()) window.seen.moved += one.value;
}).observe({type: "layout-shift", buffered: true});
"""


@dataclass
class Visit:
    sent: int  # bytes on the wire, headers included, pictures left out
    pictures: int
    paint: float  # ms until the largest paint
    element: str
    moved: float  # cumulative layout shift

    def __str__(self) -> str:
        return (
            f"{self.sent / 1_000:.1f} KB and {self.pictures / 1_000:.1f} KB of pictures, largest "
            f"paint {self.paint:.0f} ms ({self.element}), layout shift {self.moved}"
        )


def visit(browser, url: str) -> Visit:
    """A first visit, with an empty cache."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=3, is_mobile=True)
    page = context.new_page()
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.emulateNetworkConditions", NETWORK)
    client.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}
    client.on(
        "Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]})
    )
    client.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )
    page.add_init_script(WATCH)
    page.goto(url, wait_until="networkidle")
    page.wait_for_timeout(500)
    seen = page.evaluate("window.seen")
    pictures = sum(size for one, size in sizes.items() if kinds.get(one) == "Image")
    context.close()
    sent = round(sum(sizes.values()) - pictures)
    return Visit(sent, round(pictures), seen["paint"], seen["element"], seen["moved"])


def main(url: str, times: int) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        visits = sorted((visit(browser, url) for _ in range(times)), key=lambda one: one.paint)
        browser.close()
    print(f"median of {times}: {visits[times // 2]}")
    print(f"slowest: {visits[-1]}")


if __name__ == "__main__":
    main(sys.argv[1], int(next(iter(sys.argv[2:]), 5)))
