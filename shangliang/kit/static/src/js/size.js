// 大字 and the theme: at once here, kept in the same cookies that the server sets without scripts.
const YEAR = 31536000;
const OFF = { size: "normal", theme: "auto" };

function keep(name, value) {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is unknown to browsers of 2019
  document.cookie = `${name}=${value};path=/;max-age=${YEAR};samesite=lax`;
}

for (const button of document.querySelectorAll("button[data-toggle]")) {
  const name = button.dataset.toggle;
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const value = button.value;
    keep(name, value);
    if (value === OFF[name]) {
      document.documentElement.removeAttribute(`data-${name}`);
    } else {
      document.documentElement.setAttribute(`data-${name}`, value);
    }
    for (const twin of document.querySelectorAll(`button[data-toggle="${name}"]`)) {
      if (twin.dataset.on) {
        const on = value !== OFF[name];
        twin.setAttribute("aria-pressed", String(on));
        twin.value = on ? OFF[name] : twin.dataset.on;
      } else {
        twin.setAttribute("aria-pressed", String(twin.value === value));
      }
    }
  });
}
