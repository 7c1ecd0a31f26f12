// The editor's pictures: a button 图片 with a dialog of our own (upload, library, alternative text,
// width, alignment), and files that are pasted or dropped. CKEditor's own dialogs and uploads stay
// off: they need inline scripts and know nothing of our CSRF token.
(() => {
  if (!window.CKEDITOR) return;

  const WIDTHS = [["", "原大"], ["width-75", "四分之三"], ["width-50", "一半"], ["width-25", "四分之一"]];

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (value === true) made.setAttribute(key, "");
      else if (value !== false) made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  function addresses() {
    return document.querySelector("[data-picture-upload]").dataset;
  }

  // Resolves with the picture; rejects with the reason in words.
  function upload(file, progress = () => {}) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", addresses().pictureUpload);
      request.setRequestHeader("X-CSRFToken", window.desk.token());
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) progress(event.loaded / event.total);
      });
      request.addEventListener("load", () => {
        const answer = request.response || {};
        if (request.status === 200) resolve(answer);
        else reject(answer.error || `没有上传成功（${request.status}）。`);
      });
      request.addEventListener("error", () => reject("没有连上网站，请稍后再试。"));
      const data = new FormData();
      data.append("file", file);
      request.send(data);
    });
  }

  function markup({ url, width, height }, { alt = "", size = "", isCentred = false } = {}) {
    const image = element("img", { src: url, alt, width, height, ...(size && { class: size }) });
    return element("p", isCentred ? { class: "align-center" } : {}, image).outerHTML;
  }

  function dialog(editor, old) {
    let chosen = null;
    const paragraph = old && old.getAscendant("p");
    const error = element("p", { class: "picture-error", role: "alert", hidden: true });
    const shown = element("img", { class: "picture-chosen", alt: "", hidden: true });
    const progress = element("progress", { max: 1, hidden: true });
    const file = element("input", { type: "file", accept: "image/jpeg,image/png,image/webp,image/gif" });
    const alt = element("input", { type: "text", maxlength: 200 });
    const size = element("select", {}, ...WIDTHS.map(([value, words]) => element("option", { value }, words)));
    const centred = element("input", { type: "checkbox" });
    const grid = element("div", { class: "picture-grid" });
    const search = element("input", { type: "search", placeholder: "按文件名或说明找" });
    const more = element("button", { type: "button", class: "button", hidden: true }, "更多");
    const insert = element("button", { type: "submit", class: "button default" }, old ? "更新" : "插入");

    function say(words) {
      error.textContent = words;
      error.hidden = !words;
    }
    function choose(picture) {
      chosen = picture;
      shown.src = picture.small || picture.url;
      shown.hidden = false;
      if (!alt.value) alt.value = picture.alt || "";
      for (const button of grid.children) button.setAttribute("aria-pressed", String(button.dataset.id === String(picture.id)));
    }
    async function take(one) {
      if (!one) return;
      say("");
      progress.hidden = false;
      progress.value = 0;
      insert.disabled = true;
      try {
        choose(await upload(one, (part) => { progress.value = part; }));
      } catch (reason) {
        say(String(reason));
      } finally {
        progress.hidden = true;
        insert.disabled = false;
      }
    }
    let asked = 0;
    async function list(before) {
      const now = ++asked;
      const query = new URLSearchParams({ q: search.value, ...(before && { before }) });
      let answer;
      try {
        answer = await (await fetch(`${addresses().pictureChoose}?${query}`)).json();
      } catch {
        answer = { error: "图片库没有打开：没有连上网站，请稍后再试。" };
      }
      if (now !== asked) return;
      if (answer.error) { say(answer.error); return; }
      if (!before) grid.replaceChildren();
      for (const picture of answer.pictures) {
        grid.append(element("button", {
          type: "button", "data-id": picture.id, "aria-pressed": "false", "aria-label": picture.alt || picture.name,
          title: picture.name, onclick: () => choose(picture),
        }, element("img", { src: picture.small, alt: "", loading: "lazy" })));
      }
      more.hidden = answer.before === null;
      more.onclick = () => list(answer.before);
    }

    const drop = element("div", {
      class: "picture-drop",
      ondragover: (event) => { event.preventDefault(); drop.classList.add("is-over"); },
      ondragleave: () => drop.classList.remove("is-over"),
      ondrop: (event) => { event.preventDefault(); drop.classList.remove("is-over"); take(event.dataTransfer.files[0]); },
    }, element("label", {}, "上传一张（也可以拖到这里）", file), progress);
    file.addEventListener("change", () => take(file.files[0]));
    search.addEventListener("input", () => list());

    const box = element("dialog", { class: "picture-dialog", "aria-label": "图片" });
    const buttons = element("div", { class: "picture-buttons" });
    if (old) {
      buttons.append(element("button", { type: "button", class: "button", onclick: () => apply(takeAway) }, "去掉图片"));
    }
    buttons.append(element("button", { type: "button", class: "button", onclick: () => box.close() }, "取消"), insert);
    // A snapshot holds the selection, which the editor has only while it has the focus.
    function apply(change) {
      box.close();
      editor.focus();
      editor.fire("saveSnapshot");
      change();
      editor.fire("saveSnapshot");
      editor.fire("change");
    }
    function takeAway() {
      const place = editor.createRange();
      place.moveToPosition(old, window.CKEDITOR.POSITION_BEFORE_START);
      old.remove();
      place.select();
    }
    function isCentred() { return centred.checked; }
    const form = element("form", {
      method: "dialog",
      onsubmit: (event) => {
        event.preventDefault();
        event.stopPropagation();
        if (!chosen) { say("请先上传或选一张图片。"); return; }
        if (!alt.value.trim()) { say("请写一句图片说明：给看不见图片的读者和搜索引擎看的。"); alt.focus(); return; }
        if (!old) {
          const html = markup(chosen, { alt: alt.value.trim(), size: size.value, isCentred: isCentred() });
          box.close();
          editor.focus();
          editor.insertHtml(html);
          editor.fire("saveSnapshot");
          return;
        }
        apply(() => {
          old.setAttributes({ src: chosen.url, "data-cke-saved-src": chosen.url, alt: alt.value.trim(), width: chosen.width, height: chosen.height });
          for (const [name] of WIDTHS) if (name) old.removeClass(name);
          if (size.value) old.addClass(size.value);
          if (paragraph) paragraph[isCentred() ? "addClass" : "removeClass"]("align-center");
        });
      },
    },
    element("h2", {}, "图片"), drop,
    element("label", {}, "或者从图片库里选", search), grid, more, shown,
    element("label", {}, "图片说明", alt),
    element("div", { class: "picture-row" },
      element("label", {}, "宽度", size),
      element("label", {}, "居中", centred)),
    error, buttons);
    box.append(form);
    box.addEventListener("close", () => { box.remove(); editor.focus(); });
    document.body.append(box);

    if (old) {
      choose({ url: old.data("cke-saved-src") || old.getAttribute("src"), width: old.getAttribute("width"), height: old.getAttribute("height") });
      alt.value = old.getAttribute("alt") || "";
      size.value = (WIDTHS.find(([name]) => name && old.hasClass(name)) || [""])[0];
      centred.checked = Boolean(paragraph && paragraph.hasClass("align-center"));
    }
    box.showModal();
    list();
  }

  // Files from the clipboard or from a folder: each is uploaded and put where the cursor is.
  async function takeFiles(editor, files) {
    for (const file of files) {
      const note = new window.CKEDITOR.plugins.notification(editor, { message: "图片上传中…", type: "progress", progress: 0 });
      note.show();
      try {
        const picture = await upload(file, (part) => note.update({ progress: part }));
        editor.insertHtml(markup(picture));
        editor.fire("saveSnapshot");
        note.update({ message: "图片已插入。双击图片可以写说明、改宽度。", type: "success", important: false });
      } catch (reason) {
        note.update({ message: String(reason), type: "warning" });
      }
    }
  }

  window.CKEDITOR.plugins.add("luwenpicture", {
    requires: "notification",
    init(editor) {
      editor.addCommand("luwenpicture", {
        exec: () => {
          const selected = editor.getSelection().getSelectedElement();
          dialog(editor, selected && selected.is("img") ? selected : null);
        },
      });
      editor.ui.addButton("LuwenPicture", { label: "图片", command: "luwenpicture", toolbar: "insert" });
      editor.on("doubleclick", (event) => {
        const target = event.data.element;
        if (!target.is("img")) return;
        event.stop();
        dialog(editor, target);
      }, null, null, 1);
      editor.on("paste", (event) => {
        const transfer = event.data.dataTransfer;
        const files = Array.from({ length: transfer.getFilesCount() }, (_, index) => transfer.getFile(index))
          .filter((file) => file && file.type.startsWith("image/"));
        // Word puts a picture of the words beside the words: then the words are meant.
        if (!files.length || /<(p|table|h\d|li)\b/i.test(transfer.getData("text/html") || "")) return;
        event.cancel();
        takeFiles(editor, files);
      }, null, null, 2);
    },
  });
})();
