"use strict";
// The reader's own buttons: colours, size of the text, sharing. The page needs none of them.
(() => {
  const keep = (key, value) => {
    try { localStorage.setItem(key, value); } catch { /* for this page only, then */ }
  };

  for (const button of document.querySelectorAll("[data-theme-switch]")) {
    const show = () => button.setAttribute("aria-pressed", String(window.theme.isDark()));
    button.addEventListener("click", () => {
      keep("theme", window.theme.isDark() ? "light" : "dark");
      window.theme.apply();
      show();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
    show();
  }

  const sizes = [...document.querySelectorAll("button[data-text-size]")];
  const press = () => {
    const chosen = document.documentElement.dataset.textSize;
    for (const one of sizes) one.setAttribute("aria-pressed", String(one.dataset.textSize === chosen));
  };
  for (const button of sizes)
    button.addEventListener("click", () => {
      document.documentElement.dataset.textSize = button.dataset.textSize;
      keep("text-size", button.dataset.textSize);
      press();
    });
  press();

  const address = () => document.querySelector("link[rel=canonical]").href;
  for (const button of document.querySelectorAll("[data-share]")) {
    const words = button.textContent;
    button.addEventListener("click", async () => {
      const title = document.querySelector("h1").textContent;
      try {
        if (navigator.share) {
          await navigator.share({ title, url: address() });
          return;
        }
        await navigator.clipboard.writeText(`${title} ${address()}`);
        button.textContent = "链接已复制";
      } catch (error) {
        if (error.name === "AbortError") return; // the reader thought better of it
        button.textContent = "请复制文末的链接";
      }
      setTimeout(() => { button.textContent = words; }, 3000);
    });
  }
})();
