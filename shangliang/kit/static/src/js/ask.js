// Voting without loading a page for each statement. What could not be sent waits on the device and is sent again;
// the server takes the same vote twice as one. Without scripts the form does the same.
const box = document.querySelector("[data-ask]");
const form = box?.querySelector("form");
const ahead = document.getElementById("ahead");

if (form && ahead) {
  const kept = `ask:${box.dataset.ask}`;
  const text = box.querySelector("[data-ask-text]");
  const number = box.querySelector("[data-ask-statement]");
  const count = box.querySelector("[data-ask-count]");
  const waiting = box.querySelector("[data-ask-waiting]");
  let next = JSON.parse(ahead.textContent);
  let queue = read();
  let sending = false;

  function read() {
    try {
      return JSON.parse(localStorage.getItem(kept) || "[]");
    } catch {
      return [];
    }
  }

  function keep() {
    try {
      localStorage.setItem(kept, JSON.stringify(queue));
    } catch {
      // a browser that keeps nothing: the votes wait in memory
    }
  }

  function show() {
    const done = new Set(queue.map((vote) => vote[0]));
    next = next.filter((row) => !done.has(row.statement));
    if (next.length === 0) {
      form.hidden = true;
      box.querySelector("[data-ask-over]").hidden = queue.length > 0;
      return;
    }
    form.hidden = false;
    text.textContent = next[0].text;
    number.value = next[0].statement;
  }

  async function send() {
    if (sending || queue.length === 0) {
      return;
    }
    sending = true;
    const votes = queue.slice(0, 50);
    try {
      const answer = await fetch(box.dataset.ask, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ votes, ticket: box.dataset.ticket }),
      });
      const said = await answer.json();
      if (!answer.ok) {
        queue = [];
        keep();
        window.location.reload();
        return;
      }
      queue = queue.slice(votes.length);
      keep();
      // What stands on the screen stays there until it is answered.
      const first = next.slice(0, 1);
      next = first.concat(
        said.next.filter((row) => first.length === 0 || row.statement !== first[0].statement),
      );
      count.textContent = count.dataset.askCount.replace("#", count.dataset.askAll - said.left);
      waiting.hidden = true;
      show();
    } catch {
      waiting.hidden = false;
      setTimeout(send, 4000);
    } finally {
      sending = false;
    }
    if (queue.length > 0 && waiting.hidden) {
      send();
    }
  }

  form.addEventListener("submit", (event) => {
    if (!event.submitter) {
      return;
    }
    event.preventDefault();
    queue.push([Number(number.value), Number(event.submitter.value)]);
    keep();
    show();
    send();
  });
  window.addEventListener("online", send);
  if (queue.length > 0) {
    show();
    send();
  }
}
