// A chosen line that is longer than its box stands in full below it; a screen reader has it from the box.
const ruler = document.createElement("canvas").getContext("2d");

for (const list of document.querySelectorAll("select:not([multiple])")) {
  const whole = document.createElement("p");
  whole.className = "hint";
  whole.setAttribute("aria-hidden", "true");
  list.after(whole);
  const show = () => {
    const style = getComputedStyle(list);
    const room =
      list.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
    ruler.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    whole.textContent = list.selectedIndex < 0 ? "" : list.options[list.selectedIndex].text;
    whole.hidden = room <= 0 || ruler.measureText(whole.textContent).width <= room + 1;
  };
  list.addEventListener("change", show);
  window.addEventListener("resize", show);
  document.addEventListener("toggle", show, true);
  show();
}
