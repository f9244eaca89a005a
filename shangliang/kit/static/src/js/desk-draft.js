// What staff have typed outlives a session that ran out: kept on this device, for their account alone, until the
// server has taken it, they sign out, somebody else signs in, or three days are over. Telephones, passwords, files and
// fields marked data-private or not to be completed are never kept.
import { keys, read, write } from "./kept.js";

const LONGEST = 3 * 24 * 3600 * 1000;
const START = "desk:";
const desk = document.querySelector("[data-account]");
const account = desk?.dataset.account;
const own = `${START}${account}:`;
const NEVER =
  "[data-private],[autocomplete='off'],[autocomplete='one-time-code'],[type=hidden],[type=file],[type=password],[type=tel]";
const CHOSEN = ["checkbox", "radio"];

function fields(form) {
  return Array.from(form.elements).filter((field) => field.name && !field.matches(`button,${NEVER}`));
}

// Each name with all that stands under it; what the page came with, where `asItCame`.
function values(form, asItCame) {
  const found = {};
  for (const field of fields(form)) {
    found[field.name] = found[field.name] || [];
    if (CHOSEN.includes(field.type)) {
      if (asItCame ? field.defaultChecked : field.checked) {
        found[field.name].push(field.value);
      }
    } else if (field.options) {
      for (const option of field.options) {
        if (asItCame ? option.defaultSelected : option.selected) {
          found[field.name].push(option.value);
        }
      }
    } else {
      found[field.name].push(asItCame ? field.defaultValue : field.value);
    }
  }
  return found;
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function put(form, name, wanted) {
  const left = wanted.slice();
  for (const field of fields(form).filter((each) => each.name === name)) {
    if (CHOSEN.includes(field.type)) {
      field.checked = wanted.includes(field.value);
    } else if (field.options) {
      for (const option of field.options) {
        option.selected = wanted.includes(option.value);
      }
    } else if (left.length > 0) {
      field.value = left.shift();
    }
  }
}

// Words alone make a draft: a tick or a choice is made again as fast as it is read.
function hasWords(form, before, now) {
  return fields(form).some(
    (field) => !CHOSEN.includes(field.type) && !field.options && !same(before[field.name], now[field.name]),
  );
}

function tell(form, forget) {
  const words = document.getElementById("draft-note");
  if (!words) {
    return;
  }
  const note = words.content.firstElementChild.cloneNode(true);
  note.querySelector("button").addEventListener("click", () => {
    form.reset();
    forget();
    note.remove();
  });
  form.prepend(note);
}

function watch(form) {
  const key = own + new URL(form.action).pathname;
  const asItCame = values(form, true);
  // Somebody quick has begun before this script was there.
  const early = values(form, false);
  const kept = read(key, LONGEST);
  let before = kept ? kept.before : asItCame;
  // What came back with a complaint holds all that was typed.
  if (kept && !form.querySelector("[data-wrong-list]")) {
    const back = Object.keys(kept.now).filter(
      (name) =>
        same(kept.before[name], asItCame[name]) &&
        same(early[name], asItCame[name]) &&
        !same(kept.now[name], asItCame[name]),
    );
    for (const name of back) {
      put(form, name, kept.now[name]);
    }
    if (back.length > 0) {
      const fold = form.closest("details");
      if (fold) {
        fold.open = true;
      }
      tell(form, () => write(key, null));
    }
  }
  form.addEventListener("input", () => {
    const now = values(form, false);
    write(key, hasWords(form, before, now) ? { before, now } : null);
  });
  // The page's script has brought it to the server without leaving the page.
  form.addEventListener("draft-taken", () => {
    before = values(form, false);
    write(key, null);
  });
  if (hasWords(form, asItCame, early)) {
    // After this task, when every other part of the script listens too.
    setTimeout(() => form.dispatchEvent(new Event("input")), 0);
  }
}

function taken() {
  const cookie = document.cookie.split("; ").find((part) => part.startsWith("taken="));
  if (cookie) {
    write(own + decodeURIComponent(cookie.slice("taken=".length)), null);
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is unknown to browsers of 2019
    document.cookie = "taken=;path=/;max-age=0;samesite=lax";
  }
  for (const done of document.querySelectorAll("[data-draft-done]")) {
    write(own + done.dataset.draftDone, null);
  }
}

if (account) {
  for (const key of keys(START)) {
    if (!key.startsWith(own) || !read(key, LONGEST)) {
      write(key, null);
    }
  }
  taken();
  for (const form of document.querySelectorAll("main form[method=post]")) {
    if (!form.dataset.draft && fields(form).length > 0) {
      watch(form);
    }
  }
  document.addEventListener("submit", (event) => {
    if (new URL(event.target.action).pathname === desk.dataset.signOut) {
      for (const key of keys(START)) {
        write(key, null);
      }
    }
  });
}
