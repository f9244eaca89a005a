// What was typed survives a dropped line or a closed page, on this device only, for a week.
// <form data-draft="say">; fields marked data-private, telephones, passwords and files are never kept.
// A page with data-draft-done="say" (the slip) forgets it.
import { read, write } from "./kept.js";

const WEEK = 7 * 24 * 3600 * 1000;
const KEPT = "textarea:not([data-private]),input[type=text]:not([data-private])";

function watch(form) {
  const key = `draft:${form.dataset.draft}`;
  const note = form.querySelector("[data-draft-note]");
  const fields = () => Array.from(form.querySelectorAll(KEPT)).filter((field) => field.name);
  const before = read(key, WEEK);
  let restored = false;
  for (const field of fields()) {
    if (before?.[field.name] && !field.value) {
      field.value = before[field.name];
      restored = true;
    }
  }
  if (note) {
    note.hidden = !restored;
    const forget = note.querySelector("button");
    if (forget) {
      forget.addEventListener("click", () => {
        write(key, null);
        for (const field of fields()) {
          field.value = "";
        }
        note.hidden = true;
      });
    }
  }
  form.addEventListener("input", () => {
    const values = {};
    for (const field of fields()) {
      values[field.name] = field.value;
    }
    write(key, values);
  });
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  watch(form);
}
for (const done of document.querySelectorAll("[data-draft-done]")) {
  write(`draft:${done.dataset.draftDone}`, null);
}
