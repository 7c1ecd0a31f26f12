// Pasted HTML, made plain before the editor takes it, so that a writer sees at once what will be
// saved. The server cleans again (articles/tidying.py) and has the last word.
(() => {
  if (!window.CKEDITOR) return;

  const ALIGNED = { center: "align-center", right: "align-right", end: "align-right" };

  function tidy(html) {
    // A document of its own: nothing in it loads or runs.
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const gone of page.querySelectorAll("script,style,xml,title,template,noscript,iframe,object,embed,svg,math,form > input,textarea,select,link,meta,base")) gone.remove();
    let lost = 0;
    for (const image of page.querySelectorAll("img")) {
      const source = image.getAttribute("src") || "";
      const isOurs = source.startsWith("/") && !source.startsWith("//");
      if (!isOurs) { image.remove(); lost += 1; }
    }
    for (const element of [...page.body.querySelectorAll("*")]) {
      const { style } = element;
      const aligned = ALIGNED[style.textAlign || element.getAttribute("align")];
      const isBold = /^(bold|bolder|[6-9]00)$/.test(style.fontWeight);
      const isItalic = style.fontStyle === "italic";
      const isSpan = ["SPAN", "FONT"].includes(element.tagName);
      for (const { name } of [...element.attributes]) {
        if (!["href", "title", "src", "alt", "width", "height", "colspan", "rowspan", "start", "scope"].includes(name)) element.removeAttribute(name);
      }
      if (aligned && /^(P|H[1-6]|TD|TH|DIV|SECTION)$/.test(element.tagName)) element.className = aligned;
      if (isSpan) {
        let inner = [...element.childNodes];
        for (const tag of [isItalic && "em", isBold && "strong"].filter(Boolean)) {
          if (!element.textContent.trim()) break;
          const wrapper = page.createElement(tag);
          wrapper.append(...inner);
          inner = [wrapper];
        }
        element.replaceWith(...inner);
      }
    }
    // Boxes around words become paragraphs, boxes around boxes go.
    for (const box of [...page.body.querySelectorAll("div,section,article,center,header,footer,main,aside")].reverse()) {
      const holdsBlocks = box.querySelector("p,h1,h2,h3,h4,h5,h6,ul,ol,table,blockquote,hr,pre");
      if (holdsBlocks) {
        box.replaceWith(...box.childNodes);
        continue;
      }
      const paragraph = page.createElement("p");
      paragraph.className = box.className;
      paragraph.append(...box.childNodes);
      box.replaceWith(paragraph);
    }
    for (const empty of page.body.querySelectorAll("p,h1,h2,h3,h4,h5,h6")) {
      if (!empty.textContent.replace(/[\s\u00a0\u200b]/g, "") && !empty.querySelector("img,table,hr")) empty.remove();
    }
    return { html: page.body.innerHTML, lost };
  }

  window.CKEDITOR.on("instanceCreated", ({ editor }) => {
    // Behind CKEditor's own reading of Word's lists (it comes at 3), ahead of its filter.
    editor.on("paste", (event) => {
      if (event.data.type === "text" || !event.data.dataValue) return;
      const { html, lost } = tidy(event.data.dataValue);
      event.data.dataValue = html;
      if (lost) editor.showNotification(`有 ${lost} 张图片没有粘贴进来，请用“图片”按钮上传。`, "info", 8000);
    }, null, null, 4);
  });
})();
