// What every page does: show what went wrong in a form, close what is read, send a form only once.
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
