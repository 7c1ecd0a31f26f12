// The panel beside the body: what it cites, checked when the form opens (so after each save) and on
// request; mends, each shown before it is made; clauses put in at the cursor. Without this script
// the article's citations are on the page 引用.
(() => {
  const panel = document.querySelector("[data-citations]");
  if (!panel || !window.CKEDITOR) return;
  const list = panel.querySelector("[data-citations-list]");
  const status = panel.querySelector("[data-citations-status]");
  const editor = () => window.CKEDITOR.instances.id_body;

  const row = document.querySelector(".field-body");
  row.append(panel);
  row.classList.add("with-citations");
  panel.hidden = false;

  let checked = null; // the body that the list is about
  let round = 0; // only the newest check is shown

  async function ask(address, pairs) {
    const response = await window.desk.post(address, pairs);
    if (response.type === "opaqueredirect" || response.status === 403) {
      throw new Error("登录已过期。您写的都还在；请在新标签页登录，再点“重新检查”。");
    }
    if (!response.ok) throw new Error("没有查成，请稍后再试。");
    return response;
  }

  function say(words, isError = false) {
    status.textContent = words;
    status.classList.toggle("is-serious", isError);
  }

  function tellAge() {
    if (checked !== null && !status.textContent && editor().getData() !== checked) say("正文有改动，可以重新检查。");
  }

  async function check() {
    const body = editor().getData();
    const mine = (round += 1);
    say("正在检查…");
    try {
      const response = await ask(panel.dataset.checkUrl, [["body", body]]);
      const rows = await response.text();
      if (mine !== round) return;
      list.innerHTML = rows;
      checked = body;
      say("");
    } catch (error) {
      say(error instanceof TypeError ? "没有连上网站，请稍后再试。" : error.message, true);
    }
  }

  // The words in the editor, found by the sentence around them; spaces and tags don't count.
  const isSource = () => editor().mode !== "wysiwyg";
  const SOURCE = "请先退出“源码”。";

  function select(range) {
    editor().focus();
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  function find({ before, exact, after }) {
    if (isSource()) return false;
    const fold = (text) => text.replace(/[\s…]+/g, "");
    const nodes = [];
    let text = "";
    const walker = document.createTreeWalker(editor().editable().$, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (let index = 0; index < node.data.length; index += 1) {
        const folded = fold(node.data[index]);
        if (folded) { nodes.push([node, index]); text += folded; }
      }
    }
    const words = fold(exact);
    let start = text.indexOf(fold(before) + words + fold(after));
    if (start >= 0) start += fold(before).length;
    else start = text.indexOf(words);
    if (start < 0 || !words) return false;
    const range = document.createRange();
    range.setStart(...nodes[start]);
    const [node, index] = nodes[start + words.length - 1];
    range.setEnd(node, index + 1);
    select(range);
    const element = range.startContainer.parentElement;
    element.scrollIntoView({ block: "center" });
    return true;
  }

  function sentence(item) {
    const { before, exact, after } = item.dataset;
    return { before, exact, after };
  }

  const STALE = "正文在检查之后改动过，已重新检查，请再看一遍。";

  async function mend(button) {
    const item = button.closest("[data-index]");
    const box = item.querySelector("[data-change]");
    if (editor().getData() !== checked) {
      await check();
      return say(STALE, true);
    }
    box.hidden = false;
    box.textContent = "正在对照…";
    const body = checked;
    try {
      const response = await ask(panel.dataset.mendUrl, [
        ["body", body], ["index", item.dataset.index], ["kind", button.dataset.mend], ["clause", button.dataset.clause],
      ]);
      const answer = await response.json();
      if (answer.error) { box.textContent = answer.error; return; }
      box.innerHTML = `${answer.shown}<p><button type="button" class="button default" data-apply>确认修改</button> <button type="button" class="button" data-cancel>不改</button></p>`;
      box.querySelector("[data-cancel]").addEventListener("click", () => { box.hidden = true; button.focus(); });
      box.querySelector("[data-apply]").addEventListener("click", () => apply(body, answer.body, sentence(item)));
      box.querySelector("[data-apply]").focus();
    } catch (error) {
      box.textContent = error instanceof TypeError ? "没有连上网站，请稍后再试。" : error.message;
    }
  }

  async function apply(from, to, place) {
    if (editor().getData() !== from) {
      await check();
      return say(STALE, true);
    }
    editor().fire("saveSnapshot"); // one step for 撤销
    const top = editor().editable().$.scrollTop;
    await new Promise((resolve) => { editor().setData(to, { callback: resolve }); });
    editor().fire("saveSnapshot");
    editor().editable().$.scrollTop = top;
    editor().fire("change");
    await check();
    find({ ...place, before: place.before.slice(-8) }) || editor().focus();
    say("已改在正文里，还没有保存；可以用编辑器的“撤销”退回。");
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (isSource()) say(SOURCE, true);
    else if (button.dataset.mend) mend(button);
    else if ("find" in button.dataset && !find(sentence(button.closest("[data-index]")))) {
      say("正文里找不到这句话了，请重新检查。", true);
    }
  });
  panel.querySelector("[data-citations-check]").addEventListener("click", check);

  // Clauses to put in.
  const search = panel.querySelector("[data-clause-search]");
  const hits = panel.querySelector("[data-clause-hits]");
  let waiting = 0;
  let asked = 0;
  async function look() {
    const mine = (asked += 1);
    const words = search.value.trim();
    if (!words) { hits.replaceChildren(); return; }
    try {
      const response = await fetch(`${panel.dataset.clausesUrl}?q=${encodeURIComponent(words)}`, { redirect: "manual" });
      if (mine !== asked) return;
      if (response.ok) hits.innerHTML = await response.text();
      else hits.textContent = "登录已过期，请在新标签页登录后再试。";
    } catch {
      if (mine === asked) hits.textContent = "没有连上网站，请稍后再试。";
    }
  }
  search.addEventListener("input", (event) => {
    event.stopPropagation(); // it is no part of the article
    clearTimeout(waiting);
    waiting = setTimeout(look, 300);
  });
  search.addEventListener("change", (event) => event.stopPropagation());
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); clearTimeout(waiting); look(); }
    if (event.key === "Escape") { search.value = ""; look(); editor().focus(); }
  });

  // Where the cursor was when the editor was left. The browser's own event comes at that moment;
  // the editor's "blur" and "selectionchange" come later, when the selection may be elsewhere.
  let cursor = null;
  // A range whose text is taken out (源码, a mend) is left on what was around it.
  function isInText(range) {
    const body = editor().editable().$;
    return range.commonAncestorContainer !== body && body.contains(range.commonAncestorContainer);
  }
  function keepCursor() {
    const selection = window.getSelection();
    if (isSource() || !selection.rangeCount) return;
    const range = selection.getRangeAt(0);
    if (isInText(range)) cursor = range.cloneRange();
  }

  hits.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    if (isSource()) { say(SOURCE, true); return; }
    if (cursor && isInText(cursor)) select(cursor);
    else editor().focus();
    editor().fire("saveSnapshot");
    editor().insertText(button.dataset.insert);
    editor().fire("saveSnapshot");
    search.value = "";
    hits.replaceChildren();
    check();
  });

  window.CKEDITOR.on("instanceReady", ({ editor: ready }) => {
    ready.container.$.addEventListener("focusout", keepCursor);
    ready.on("change", tellAge);
    ready.container.$.addEventListener("input", tellAge);
    check().then(() => {
      const { atBefore, atExact, atAfter } = panel.dataset;
      if (atExact && !find({ before: atBefore, exact: atExact, after: atAfter })) {
        say("这一稿里找不到那句话：它可能已经改写。", true);
      }
    });
  });
})();
