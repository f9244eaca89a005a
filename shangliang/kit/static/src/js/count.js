// How much can still be written, from half of it on: said after a short pause, so that nobody is talked over.
const PAUSE = 400;

for (const line of document.querySelectorAll("[data-count]")) {
  const field = document.getElementById(line.dataset.for);
  const most = field ? field.maxLength : 0;
  if (most > 0) {
    let timer = 0;
    const show = () => {
      const left = most - field.value.length;
      line.hidden = left > most / 2;
      line.textContent = line.dataset.count.replace("#", left);
    };
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(show, PAUSE);
    });
    show();
  }
}
