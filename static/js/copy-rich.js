// Copies a box with its styles, for an editor elsewhere. By selecting it: browsers then write every
// format that the other editor may ask for, on http as well.
for (const button of document.querySelectorAll("[data-copy-rich]")) {
  button.addEventListener("click", () => {
    const box = document.getElementById(button.dataset.copyRich);
    const selection = window.getSelection();
    selection.removeAllRanges();
    const range = document.createRange();
    range.selectNodeContents(box);
    selection.addRange(range);
    const isDone = document.execCommand("copy");
    document.querySelector("[data-copied]").textContent = isDone ? "已复制" : "请按 Ctrl+C 复制";
    if (isDone) selection.removeAllRanges();
  });
}
