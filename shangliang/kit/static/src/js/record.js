// Hold to speak. The sound goes into the form's own file field, so it is sent like any other file.
function start(box) {
  const hold = box.querySelector("[data-hold]");
  const again = box.querySelector("[data-again]");
  const sound = box.querySelector("audio");
  const said = box.querySelector("[data-said]");
  const file = document.getElementById(box.dataset.recorder);
  const longest = Number(box.dataset.seconds) * 1000;
  let recorder = null;
  let wanted = false;
  let timer = 0;

  function show(on) {
    hold.setAttribute("aria-pressed", String(on));
    hold.textContent = on ? hold.dataset.on : hold.dataset.off;
  }

  function keep(blob) {
    const kind = blob.type.split(";")[0];
    const ending = kind.includes("mp4") ? "m4a" : kind.split("/")[1];
    const list = new DataTransfer();
    list.items.add(new File([blob], `voice.${ending}`, { type: kind }));
    file.files = list.files;
    sound.src = URL.createObjectURL(blob);
    sound.hidden = false;
    again.hidden = false;
    said.textContent = said.dataset.done;
  }

  async function begin() {
    wanted = true;
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (_error) {
      said.textContent = said.dataset.refused;
      return;
    }
    if (!wanted) {
      // The first press only asked for the microphone.
      for (const track of stream.getTracks()) {
        track.stop();
      }
      said.textContent = said.dataset.ready;
      return;
    }
    const pieces = [];
    recorder = new MediaRecorder(stream);
    recorder.ondataavailable = (event) => pieces.push(event.data);
    recorder.onstop = () => {
      for (const track of stream.getTracks()) {
        track.stop();
      }
      keep(new Blob(pieces, { type: recorder.mimeType || "audio/webm" }));
      recorder = null;
    };
    recorder.start();
    show(true);
    timer = setTimeout(end, longest);
  }

  function end() {
    wanted = false;
    clearTimeout(timer);
    show(false);
    if (recorder && recorder.state === "recording") {
      recorder.stop();
    }
  }

  hold.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    begin();
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
    hold.addEventListener(name, end);
  }
  // From the keyboard one press begins and the next one ends.
  hold.addEventListener("click", (event) => {
    if (event.detail === 0) {
      if (recorder) {
        end();
      } else {
        begin();
      }
    }
  });
  hold.addEventListener("contextmenu", (event) => event.preventDefault());
  again.addEventListener("click", () => {
    file.value = "";
    sound.removeAttribute("src");
    sound.hidden = true;
    again.hidden = true;
    said.textContent = "";
    hold.focus();
  });
  box.hidden = false;
  if (box.dataset.alone && file.closest(".field")) {
    file.closest(".field").hidden = true; // still sent; choosing a file is for browsers that cannot record
  }
}

if (window.MediaRecorder && window.DataTransfer && navigator.mediaDevices) {
  document.querySelectorAll("[data-recorder]").forEach(start);
}
