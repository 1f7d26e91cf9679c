// What every page does: show what went wrong in a form and where one is, send a form only once.
const summary = document.querySelector("[data-error-summary]");
if (summary) summary.focus();

addEventListener("submit", (event) => {
  if (event.target.dataset.sent) { event.preventDefault(); return; }
  event.target.dataset.sent = "yes";
  setTimeout(() => delete event.target.dataset.sent, 5000);
});

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// On a narrow screen a menu of one line is scrolled to the page that one is on.
for (const bar of document.querySelectorAll(".tab-bar, .settings-menu")) {
  const here = bar.querySelector("[aria-current]")?.getBoundingClientRect();
  const all = bar.getBoundingClientRect();
  if (here) bar.scrollLeft += here.left + here.width / 2 - all.left - all.width / 2;
}
