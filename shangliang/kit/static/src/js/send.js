// A form is sent once, however often the button is pressed; and what is wrong is read first.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) {
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button[data-busy]")) {
    button.setAttribute("aria-disabled", "true");
    button.dataset.idle = button.textContent;
    button.textContent = button.dataset.busy;
  }
});

// Coming back by the browser's own arrow finds the form ready again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[data-idle]")) {
      button.removeAttribute("aria-disabled");
      button.textContent = button.dataset.idle;
      delete button.dataset.idle;
    }
  }
});

const wrong = document.querySelector("[data-wrong-list]");
if (wrong) {
  wrong.focus();
}
