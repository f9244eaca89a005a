// Words to take along: one press marks them and copies them, by the old way that WeChat's browser knows as well.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const words = document.getElementById(button.dataset.copy);
  const said = button.parentElement.querySelector("[data-copied]");
  button.hidden = false;
  button.addEventListener("click", () => {
    words.focus();
    words.setSelectionRange(0, words.value.length);
    let done = false;
    try {
      done = document.execCommand("copy");
    } catch (_error) {
      // marked all the same: the reader copies by hand
    }
    said.textContent = done ? said.dataset.copied : said.dataset.marked;
  });
}
