// 朗读: reads the main text aloud, sentence by sentence (long texts are cut off by some browsers).
const button = document.querySelector("button[data-speak]");
const voice = window.speechSynthesis;
let reading = false;

function parts(main) {
  const copy = main.cloneNode(true);
  for (const part of copy.querySelectorAll("form,nav,svg,script,[hidden],[data-silent]")) {
    part.remove();
  }
  for (const block of copy.querySelectorAll("p,li,h1,h2,h3,dt,dd,td,th,div")) {
    block.append("\n");
  }
  const pieces = copy.textContent.match(/[^。！？；.!?\n]+[。！？；.!?]?/g) || [];
  return pieces.map((piece) => piece.trim()).filter(Boolean);
}

function show(on) {
  reading = on;
  button.setAttribute("aria-pressed", String(on));
  button.textContent = on ? button.dataset.stop : button.dataset.speak;
}

function next(pieces) {
  if (!reading || pieces.length === 0) {
    show(false);
    return;
  }
  const piece = new SpeechSynthesisUtterance(pieces.shift());
  piece.lang = document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en-GB";
  piece.rate = 0.9;
  piece.onend = () => next(pieces);
  piece.onerror = () => show(false);
  voice.speak(piece);
}

// Shown only where there is a voice to read with; some browsers fetch their voices after the page.
function offer() {
  button.hidden = voice.getVoices().length === 0;
}

if (button && voice && window.SpeechSynthesisUtterance) {
  offer();
  voice.onvoiceschanged = offer;
  button.addEventListener("click", () => {
    if (reading) {
      show(false);
      voice.cancel();
    } else {
      show(true);
      next(parts(document.querySelector("main")));
    }
  });
  window.addEventListener("pagehide", () => voice.cancel());
}
