// Buttons that copy the words in data-copy. Without this script the words can be selected.
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const words = button.textContent;
    button.textContent = "已复制";
    setTimeout(() => { button.textContent = words; }, 1500);
  });
}
