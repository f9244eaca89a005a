// Words that may be taken into a field: paragraphs marked data-offer, and a button that adds them below what is there.
document.querySelectorAll("[data-offer-to]").forEach((button) => {
  const field = document.getElementById(button.dataset.offerTo);
  const box = button.closest(".notice");
  if (!field || !box) {
    return;
  }
  button.closest("[data-offer-button]").hidden = false;
  button.addEventListener("click", () => {
    const offered = Array.from(box.querySelectorAll("[data-offer]"), (row) => row.textContent.trim());
    const there = field.value.trimEnd();
    const more = offered.filter((words) => !there.includes(words)).join("\n");
    field.value = there && more ? `${there}\n${more}` : there || more;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
});
