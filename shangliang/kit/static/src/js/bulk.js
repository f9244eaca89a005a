// Many rows at once: "all", how many are ticked, and the bar that appears with the first tick.
// <form data-bulk> holds boxes named by data-bulk-box, one data-bulk-all, one data-bulk-bar with data-bulk-count.
// What does nothing without this script stands hidden under data-bulk-every.
function watch(form) {
  const boxes = () => Array.from(form.querySelectorAll("input[data-bulk-box]"));
  const all = form.querySelector("input[data-bulk-all]");
  const bar = form.querySelector("[data-bulk-bar]");
  const count = form.querySelector("[data-bulk-count]");

  const every = form.querySelector("[data-bulk-every]");
  if (every) {
    every.hidden = false;
  }

  function show() {
    const ticked = boxes().filter((box) => box.checked).length;
    if (bar) {
      bar.hidden = ticked === 0;
    }
    if (count) {
      count.textContent = String(ticked);
    }
    if (all) {
      all.checked = ticked > 0 && ticked === boxes().length;
      all.indeterminate = ticked > 0 && !all.checked;
    }
  }

  form.addEventListener("change", (event) => {
    if (event.target === all) {
      for (const box of boxes()) {
        box.checked = all.checked;
      }
    }
    show();
  });
  show();
}

document.querySelectorAll("form[data-bulk]").forEach(watch);
