// A button in plain words in place of the browser's own, which speaks its own language; keys and screen readers keep
// the browser's.
for (const own of document.querySelectorAll("[data-file]")) {
  const input = document.getElementById(own.dataset.file);
  const said = own.querySelector("[data-several]");
  if (input) {
    const show = () => {
      const names = Array.from(input.files, (file) => file.name);
      said.textContent = names.length > 1 ? said.dataset.several.replace("#", names.length) : names.join("");
    };
    input.classList.add("said");
    own.hidden = false;
    own.querySelector("button").addEventListener("click", () => input.click());
    input.addEventListener("change", show);
    show();
  }
}
