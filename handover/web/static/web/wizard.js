// The import wizard: what a pasted key says of its region, and rows that somebody has chosen for.
const key = document.querySelector("[data-key]");
const told = document.querySelector("[data-region]");

if (key && told) {
  key.addEventListener("input", () => {
    const text = key.value.trim();
    const ending = text.match(/-([a-z]{2}[0-9]{1,2})$/i);
    told.textContent = !text ? "" : ending
      ? told.dataset.region.replace("{region}", ending[1].toLowerCase())
      : told.dataset.none;
  });
}

addEventListener("change", (event) => {
  const cell = event.target.closest(".wizard-table td");
  if (!cell) return;
  const chosen = event.target.value !== "";
  event.target.classList.toggle("is-open", !chosen);
  cell.querySelector("[data-chosen]").hidden = !chosen;
  cell.querySelector("[data-why]").hidden = chosen;
});
