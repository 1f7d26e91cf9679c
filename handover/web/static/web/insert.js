// Puts what a button names where somebody writes: into the field of the form that they were in last.
const letter = document.querySelector("#letter");
let last = letter.querySelector("textarea");

letter.addEventListener("focusin", (event) => {
  if (event.target.matches("textarea, input[name=subject]")) last = event.target;
});

letter.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-insert]");
  if (!chip) return;
  last.setRangeText(chip.dataset.insert, last.selectionStart, last.selectionEnd, "end");
  last.dispatchEvent(new Event("input", { bubbles: true }));
  last.focus();
});
