"use strict";
// Before anything is painted: what this reader chose last time. Without a choice the system's
// colours hold; without scripts, too.
(() => {
  const root = document.documentElement;
  root.dataset.scripts = "";
  const stored = (key) => {
    try { return localStorage.getItem(key) || ""; } catch { return ""; } // storage may be forbidden
  };
  root.dataset.textSize = stored("text-size");
  window.theme = {
    isDark: () => stored("theme") === "dark"
      || (stored("theme") === "" && matchMedia("(prefers-color-scheme: dark)").matches),
    apply() {
      const chosen = stored("theme");
      if (chosen === "") return;
      for (const link of document.querySelectorAll("link[data-dark]"))
        link.media = chosen === "dark" ? "all" : "not all";
      document.querySelector("meta[name=color-scheme]").content = chosen;
    },
  };
  window.theme.apply();
})();
