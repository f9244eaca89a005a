// A form that saves itself while it is written: a moment after the last key, at the latest every half minute.
// <p data-autosave="…"> in the form says how it went; its words: data-away (no network), data-out (signed out).
// Without a script the form has a button for it.
const PAUSE = 4000;
const LATEST = 30000;

for (const line of document.querySelectorAll("form [data-autosave]")) {
  const form = line.closest("form");
  let timer = 0;
  let since = 0;
  let sending = false;
  let stopped = false;

  async function save() {
    timer = 0;
    if (sending || stopped) {
      return;
    }
    sending = true;
    since = 0;
    const body = new FormData(form);
    body.set(line.dataset.autosave, "auto");
    try {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
      if (answer.redirected) {
        line.textContent = line.dataset.out;
        stopped = true;
      } else {
        line.textContent = (await answer.json()).said;
        stopped = answer.status === 409;
      }
      if (answer.ok && !answer.redirected && since === 0) {
        form.dispatchEvent(new CustomEvent("draft-taken"));
      }
    } catch {
      line.textContent = line.dataset.away;
      wait();
    } finally {
      sending = false;
      if (since > 0 && timer === 0) {
        wait();
      }
    }
  }

  function wait() {
    since = since || Date.now();
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(0, Math.min(PAUSE, since + LATEST - Date.now())));
  }

  form.addEventListener("input", wait);
  form.addEventListener("submit", () => {
    stopped = true;
    clearTimeout(timer);
  });
}
