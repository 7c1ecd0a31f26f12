// Pasted HTML, made plain before the editor takes it, so that a writer sees at once what will be
// saved. The server cleans again (articles/tidying.py) and has the last word.
(() => {
  if (!window.CKEDITOR) return;

  const ALIGNED = { center: "align-center", right: "align-right", end: "align-right" };

  // What never belongs in an article, with all that stands in it.
  const GONE = "script,style,xml,title,template,noscript,iframe,frame,frameset,object,embed,applet,portal,svg,math,"
    + "input,button,textarea,select,link,meta,base,video,audio,source,track,picture,noembed,noframes,xmp,plaintext,listing";
  const ADDRESSES = ["href", "src"];

  // A document of its own: nothing in it loads or runs.
  function parse(html) {
    return new DOMParser().parseFromString(html.replace(/<base\b/gi, "<x-base"), "text/html");
  }

  // Before CKEditor looks at it (it puts what is pasted into elements of this page): nothing that
  // runs or asks for something elsewhere. Styles stay: Word's lists are read from them.
  function disarm(html) {
    const page = parse(html);
    for (const gone of page.querySelectorAll(GONE)) gone.remove();
    for (const element of page.body.querySelectorAll("*")) {
      for (const { name, value } of [...element.attributes]) {
        const isText = ["class", "title", "alt", "width", "height", "colspan", "rowspan", "start", "scope", "align", "lang"].includes(name);
        const isStyle = name === "style" && !/url|expression|@|\\/i.test(value);
        const isAddress = ADDRESSES.includes(name) && /^(https?:|mailto:|tel:|\/(?![\/\\]))/i.test(value.trim());
        if (!isText && !isStyle && !isAddress) element.removeAttribute(name);
      }
    }
    let lost = 0;
    for (const image of page.querySelectorAll("img")) {
      if (/^\/(?![\/\\])/.test(image.getAttribute("src") || "")) continue;
      image.remove();
      lost += 1;
    }
    return { html: page.body.innerHTML, lost };
  }

  function tidy(html) {
    const page = parse(html);
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
    return page.body.innerHTML;
  }

  window.CKEDITOR.on("instanceReady", ({ editor }) => {
    editor.on("paste", (event) => {
      if (!event.data.dataValue) return;
      const { html, lost } = disarm(event.data.dataValue);
      event.data.dataValue = html;
      if (lost) editor.showNotification(`有 ${lost} 张图片没有粘贴进来，请用“图片”按钮上传。`, "info", 8000);
    }, null, null, 1);
    // Behind CKEditor's own reading of Word's lists (it comes at 3), ahead of its filter.
    editor.on("paste", (event) => {
      if (event.data.dataValue) event.data.dataValue = tidy(event.data.dataValue);
    }, null, null, 4);
  });

  // CKEditor's own buttons are links to javascript:void(0); their listeners do the work.
  document.addEventListener("click", (event) => {
    if (event.target.closest("a[href^='javascript:void']")) event.preventDefault();
  }, true);
})();
