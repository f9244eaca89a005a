// Voting without loading a page for each statement. What could not be sent waits on the device and is sent again;
// the server takes the same vote twice as one. What it refuses is said with its number and reason, and stays on the
// device until it is taken or the person lets it go. Without scripts the form does the same, one vote at a time.
const box = document.querySelector("[data-ask]");

if (box) {
  const OTHER_WAY = ["no_ticket", "room_only", "seat_used"]; // a newer code may be taken where this one was not
  const key = `ask:${box.dataset.ask}`;
  const form = box.querySelector("form");
  const ahead = document.getElementById("ahead");
  const text = box.querySelector("[data-ask-text]");
  const number = box.querySelector("[data-ask-statement]");
  const count = box.querySelector("[data-ask-count]");
  const waiting = box.querySelector("[data-ask-waiting]");
  const over = box.querySelector("[data-ask-over]");
  const refused = box.querySelector("[data-ask-refused]");
  const gone = box.querySelector("[data-ask-gone]");
  let next = ahead ? JSON.parse(ahead.textContent) : [];
  let kept = read(); // votes that were not acknowledged, and the ticket of the page on which they were given
  let isSending = false;

  function read() {
    try {
      const found = JSON.parse(localStorage.getItem(key)) || {};
      return Array.isArray(found)
        ? { votes: found, ticket: "" }
        : { votes: found.votes || [], ticket: found.ticket || "" };
    } catch {
      return { votes: [], ticket: "" };
    }
  }

  function keep() {
    try {
      if (kept.votes.length > 0) {
        localStorage.setItem(key, JSON.stringify(kept));
      } else {
        localStorage.removeItem(key);
      }
    } catch {
      // a browser that keeps nothing: the votes wait in memory
    }
  }

  function show() {
    if (!form) {
      return;
    }
    const done = new Set(kept.votes.map((vote) => vote[0]));
    next = next.filter((row) => !done.has(row.statement));
    form.hidden = next.length === 0 || !refused.hidden;
    over.hidden = next.length > 0 || kept.votes.length > 0;
    if (next.length > 0) {
      text.textContent = next[0].text;
      number.value = next[0].statement;
    }
  }

  function say(where, many) {
    where.querySelector("[data-words]").textContent = where
      .querySelector("[data-words]")
      .dataset.words.replace("#", many);
    where.hidden = false;
  }

  // How many statements the kept votes are about: a changed mind is one vote.
  function many(votes) {
    return new Set(votes.map((vote) => vote[0])).size;
  }

  function refuse(why) {
    refused.querySelector("[data-ask-why]").textContent = why;
    say(refused, many(kept.votes));
    if (waiting) {
      waiting.hidden = true;
    }
    show();
  }

  function taken(votes, said) {
    kept.votes = kept.votes.slice(votes.length);
    keep();
    if (said.gone > 0) {
      say(gone, said.gone);
    }
    if (!form) {
      window.location.reload(); // now somebody who votes: the page draws the rest
      return;
    }
    // What stands on the screen stays there until it is answered.
    const first = next.slice(0, 1);
    next = first.concat(
      said.next.filter((row) => first.length === 0 || row.statement !== first[0].statement),
    );
    count.textContent = count.dataset.askCount.replace("#", said.all - said.left).replace("*", said.all);
    waiting.hidden = true;
    show();
  }

  async function send() {
    if (isSending || kept.votes.length === 0) {
      return;
    }
    isSending = true;
    const votes = kept.votes.slice(0, 50);
    const ticket = kept.ticket || box.dataset.ticket;
    let isAgain = false;
    try {
      const answer = await fetch(box.dataset.ask, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ votes, ticket }),
      });
      const said = await answer.json(); // what is no JSON came from no server of ours: sent again later
      if (answer.ok) {
        taken(votes, said);
        isAgain = true;
      } else if (OTHER_WAY.includes(said.code) && box.dataset.ticket && ticket !== box.dataset.ticket) {
        kept.ticket = box.dataset.ticket;
        isAgain = true;
      } else {
        refuse(said.error);
      }
    } catch {
      if (waiting) {
        waiting.hidden = false;
      }
      setTimeout(send, 4000);
    } finally {
      isSending = false;
    }
    if (isAgain) {
      send();
    }
  }

  if (form) {
    form.addEventListener("submit", (event) => {
      if (!event.submitter) {
        return;
      }
      event.preventDefault();
      if (kept.votes.length === 0) {
        kept.ticket = box.dataset.ticket;
      }
      kept.votes.push([Number(number.value), Number(event.submitter.value)]);
      keep();
      show();
      send();
    });
  }
  box.querySelector("[data-ask-again]").addEventListener("click", () => {
    refused.hidden = true;
    show();
    send();
  });
  box.querySelector("[data-ask-drop]").addEventListener("click", () => {
    refused.hidden = true;
    kept = { votes: [], ticket: "" };
    keep();
    show();
  });
  window.addEventListener("online", send);
  if (kept.votes.length > 0) {
    show();
    send();
  }
}
