// Below boxes for a day or an hour: what is near, one press each; the browser's calendar; the day with its weekday.
const words = new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : "zh-CN", {
  year: "numeric",
  month: "long",
  day: "numeric",
  weekday: "long",
  timeZone: "UTC",
});

for (const near of document.querySelectorAll("[data-near]")) {
  const first = document.getElementById(near.dataset.near);
  const others = ["_month", "_day"]
    .map((end) => document.getElementById(near.dataset.near + end))
    .filter(Boolean);
  const boxes = [first, ...others];
  const said = near.querySelector("[role=status]");
  const buttons = Array.from(near.querySelectorAll("button[value]"));
  const calendar = near.querySelector("[data-calendar]");

  const value = () => boxes.map((box) => box.value.trim().padStart(2, "0")).join("-");
  const day = () => {
    const found = new Date(`${value()}T00:00:00Z`);
    return /^\d{4}-\d\d-\d\d$/.test(value()) && found.getUTCDate() === Number(boxes[2].value) ? found : null;
  };
  const show = () => {
    if (said) {
      said.textContent = day() ? words.format(day()) : "";
    }
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.value === value()));
    }
  };
  const put = (chosen) => {
    const parts = said ? chosen.split("-").map(Number) : [chosen];
    boxes.forEach((box, number) => {
      box.value = parts[number];
    });
    first.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const field = near.closest("fieldset");
  const label = said && field ? field.querySelector("legend") : first.labels[0];
  near.setAttribute("aria-label", label ? label.textContent.trim().replace(/\s+/g, " ") : "");
  for (const button of buttons) {
    button.addEventListener("click", () => put(button.value));
  }
  if (calendar && "showPicker" in HTMLInputElement.prototype) {
    const own = document.createElement("input");
    own.type = "date";
    own.className = "said";
    own.tabIndex = -1;
    own.setAttribute("aria-hidden", "true");
    calendar.before(own);
    calendar.hidden = false;
    calendar.addEventListener("click", () => {
      own.value = day() ? value() : "";
      own.showPicker();
    });
    own.addEventListener("change", () => own.value && put(own.value));
  }
  for (const box of boxes) {
    box.addEventListener("input", show);
  }
  if (first.form) {
    first.form.addEventListener("reset", () => setTimeout(show, 0));
  }
  near.hidden = false;
  show();
}
