// The editors' form: keeps what is typed (on the server every half minute, in this browser at
// once), proposes tags and the summary, shows the search result, asks before what can't be undone.
// Without this script the form still saves.
(() => {
  const PERIOD = 30_000;

  for (const button of document.querySelectorAll("[data-confirm]")) {
    button.addEventListener("click", (event) => {
      if (!window.confirm(button.dataset.confirm)) event.preventDefault();
    });
  }

  const desk = document.querySelector("[data-desk]");
  if (!desk) return;
  const form = desk.closest("form");
  const key = `luwen:${location.pathname}`;
  const field = (name) => form.elements[name];
  const { post, token } = window.desk;
  const editor = () => window.CKEDITOR && window.CKEDITOR.instances.id_body;
  let isDirty = false;
  let isSending = false;
  let isLeaving = false;

  // What stands in the form, as [name, value] pairs; files and tokens left out.
  function values() {
    if (editor() && editor().status === "ready") editor().updateElement();
    return [...new FormData(form)].filter(
      ([name, value]) => typeof value === "string" && !["csrfmiddlewaretoken", "_overwrite"].includes(name),
    );
  }

  const saved = document.querySelector("[data-saved]");
  const others = document.querySelector("[data-others]");

  // In this browser: survives a killed tab, a dead session, a cut line.
  function keepHere(extra) {
    try {
      const copy = { at: Date.now(), version: field("read_version").value, values: values(), ...extra };
      localStorage.setItem(key, JSON.stringify(copy));
    } catch { /* full, or forbidden: the server's copy remains */ }
  }

  let waiting = 0;
  function changed() {
    isDirty = true;
    clearTimeout(waiting);
    waiting = setTimeout(keepHere, 800);
    preview();
  }

  async function tell() {
    if (isSending) return;
    isSending = true;
    const wasDirty = isDirty;
    isDirty = false;
    try {
      const response = await post(desk.dataset.autosave, wasDirty ? [...values(), ["typed", "1"]] : []);
      if (!response.ok) throw new Error(response.type === "opaqueredirect" ? "login" : String(response.status));
      const answer = await response.json();
      if (wasDirty) saved.textContent = `${answer.at} 已自动保存（还没有存为草稿）`;
      others.textContent = answer.others.join("；");
      others.hidden = answer.others.length === 0;
      if (answer.version !== null && String(answer.version) !== field("read_version").value) {
        others.textContent = [others.textContent, "您打开之后已有人保存过，保存时会请您比较两份"].filter(Boolean).join("；");
        others.hidden = false;
      }
    } catch (error) {
      isDirty = isDirty || wasDirty;
      keepHere();
      saved.textContent = error.message === "login" || error.message === "403"
        ? "登录已过期。您写的都留在这个浏览器里：请在新标签页登录，再回来保存。"
        : "自动保存没有成功，您写的留在这个浏览器里，会再试。";
    } finally {
      isSending = false;
    }
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  if (window.CKEDITOR) {
    window.CKEDITOR.on("instanceReady", ({ editor: ready }) => {
      ready.resetDirty();
      ready.on("change", () => { if (ready.checkDirty() || isDirty) changed(); });
    });
  }
  setInterval(tell, PERIOD);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && isDirty && !isLeaving) { keepHere(); tell(); }
  });
  form.addEventListener("submit", () => { isLeaving = true; token(); keepHere({ isSent: true }); });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty && !isLeaving) { keepHere(); event.preventDefault(); }
  });
  window.addEventListener("pageshow", () => { isLeaving = false; });

  // Ctrl+S saves the draft, also inside the editor.
  function saveKey(event) {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      field("_save").click();
    }
  }
  document.addEventListener("keydown", saveKey);

  // What an earlier page could not save.
  const box = document.querySelector("[data-local-copy]");
  const isRefused = Boolean(document.querySelector(".errornote"));
  function copyHere() {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  }
  function forget() {
    try { localStorage.removeItem(key); } catch { /* forbidden */ }
    box.hidden = true;
  }
  function hasSaid() {
    return Boolean(document.querySelector(".messagelist .success, .messagelist .info"));
  }
  function offer() {
    const copy = copyHere();
    if (!copy || isRefused) return;
    if (copy.isSent && hasSaid()) return forget();
    const now = new Map(values());
    const differs = copy.values.some(([name, value]) => name !== "read_version" && !sameValue(name, now.get(name) ?? "", value))
      || [...now.keys()].some((name) => name !== "read_version" && !copy.values.some(([other]) => other === name));
    if (!differs) return forget();
    document.querySelector("[data-local-time]").textContent =
      new Date(copy.at).toLocaleString("zh-CN", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });
    box.hidden = false;
  }
  function sameValue(name, one, other) {
    const fold = name === "body" ? (text) => text.replace(/\s+/g, "") : (text) => text;
    return fold(one) === fold(other);
  }
  function restore() {
    const copy = copyHere();
    if (!copy) return;
    const stored = new Map(copy.values);
    for (const element of form.elements) {
      if (!element.name || ["csrfmiddlewaretoken", "read_version"].includes(element.name)) continue;
      if (["hidden", "file", "submit", "button"].includes(element.type)) continue;
      if (element.type === "checkbox") element.checked = stored.has(element.name);
      else if (stored.has(element.name)) element.value = stored.get(element.name);
    }
    field("read_version").value = copy.version; // a save in between is noticed, not overwritten
    if (editor()) editor().setData(stored.get("body") ?? "");
    box.hidden = true;
    isDirty = true;
    preview();
  }
  box.querySelector("[data-local-restore]").addEventListener("click", restore);
  box.querySelector("[data-local-drop]").addEventListener("click", forget);
  if (window.CKEDITOR) window.CKEDITOR.on("instanceReady", () => setTimeout(offer, 0));
  else offer();

  // What the server kept and is not wanted.
  const autosaved = document.querySelector("[data-autosaved]");
  if (autosaved) {
    autosaved.querySelector("[data-drop-autosaved]").addEventListener("click", async () => {
      await post(desk.dataset.autosave, [["drop", "1"]]);
      autosaved.hidden = true;
    });
  }

  // Tags: the browser's own list under the field, filled while typing.
  const tags = field("tags");
  const list = document.createElement("datalist");
  list.id = "tag-suggestions";
  tags.after(list);
  tags.setAttribute("list", list.id);
  let asked = "";
  tags.addEventListener("input", async () => {
    const parts = tags.value.split(/([,，、；;])/);
    const last = parts.pop().trim();
    if (!last || last === asked) return;
    asked = last;
    const response = await fetch(`${desk.dataset.tags}?q=${encodeURIComponent(last)}`);
    if (!response.ok || last !== asked) return;
    const before = parts.join("");
    list.replaceChildren(...(await response.json()).tags.map((name) => {
      const option = document.createElement("option");
      option.value = before + name;
      return option;
    }));
  });

  // The summary: the article's first words, as lists show them where none is written.
  const summary = field("summary");
  const propose = document.createElement("button");
  propose.type = "button";
  propose.className = "button";
  propose.textContent = "用正文开头";
  summary.after(propose);
  propose.addEventListener("click", async () => {
    const body = new Map(values()).get("body") ?? "";
    const response = await post(desk.dataset.summary, [["body", body]]);
    if (!response.ok) return;
    summary.value = (await response.json()).summary;
    changed();
  });

  // As a search engine shows it.
  const shown = document.querySelector("[data-search-preview]");
  function cut(text, most) {
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
  }
  function preview() {
    const plain = editor() && editor().status === "ready" ? editor().editable().getText() : "";
    const words = field("seo_description").value || summary.value || plain.replace(/\s+/g, " ").trim();
    shown.hidden = false;
    shown.querySelector("[data-preview-title]").textContent = cut(field("seo_title").value || field("title").value || "（没有标题）", 32);
    shown.querySelector("[data-preview-address]").textContent = location.host + desk.dataset.address;
    shown.querySelector("[data-preview-words]").textContent = cut(words, 80);
  }
  preview();
  if (window.CKEDITOR) window.CKEDITOR.on("instanceReady", preview);
})();
