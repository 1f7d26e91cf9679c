// Saves a draft while it is written. What could not be saved stays in the page and is sent again:
// without a connection, and after a session that ended; nothing of it is kept in the browser.
const form = document.getElementById("draft");
const state = form.querySelector("[data-state]");
const PAUSE = 1000, AGAIN = 3000;
let written = 0, saved = 0, timer, running, stopped = false;

function say(words, links = []) {
  state.replaceChildren(words, ...links.flatMap((each) => [" ", each]));
}

function link(words, address) {
  return Object.assign(document.createElement("a"), { href: address, target: "_blank", rel: "noopener", textContent: words });
}

function soon(pause) {
  clearTimeout(timer);
  if (!stopped) timer = setTimeout(save, pause);
}

async function token() {
  const page = await fetch(form.action, { redirect: "manual" });
  if (!page.ok) return false;
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
  const found = fresh.querySelector("#draft [name=csrfmiddlewaretoken]");
  if (found) form.elements.csrfmiddlewaretoken.value = found.value;
  return Boolean(found);
}

async function attempt(isSecond = false) {
  const upTo = written;
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.dataset.save, { method: "POST", body, redirect: "manual" });
  if (answer.ok) {
    form.elements.revision.value = (await answer.json()).revision;
    saved = upTo;
    if (written === saved) say(state.dataset.saved);
  } else if (answer.status === 409) {
    conflict(await answer.json());
  } else if (!isSecond && await token()) {
    await attempt(true);
  } else {
    signedOut();
  }
}

async function save() {
  if (running) return running;
  say(state.dataset.saving);
  running = attempt().catch(() => say(state.dataset.waiting)).finally(() => {
    running = undefined;
    if (written !== saved) soon(AGAIN);
  });
  return running;
}

function signedOut() {
  say(state.dataset.signedOut, [link(state.dataset.signInWords, form.dataset.signIn)]);
}

function conflict(told) {
  stopped = true;
  const other = link(state.dataset.otherWords, form.dataset.note);
  const links = [other];
  if (told.revision) {
    const over = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: state.dataset.overWords });
    over.addEventListener("click", () => {
      form.elements.revision.value = told.revision;
      stopped = false;
      save();
    });
    links.push(over);
  }
  say(told.told, links);
}

form.addEventListener("input", () => {
  if (written === saved) say(""); // "saved" is true no longer
  written += 1;
  soon(PAUSE);
});

// Nothing leaves the page that is not saved: a session may have ended since.
form.addEventListener("submit", async (event) => {
  if (written === saved) return;
  event.preventDefault();
  event.stopPropagation();
  await running;
  if (written !== saved) await save();
  if (written === saved) form.requestSubmit(event.submitter);
});

addEventListener("online", () => { if (written !== saved) soon(0); });
addEventListener("focus", () => { if (written !== saved) soon(0); });
addEventListener("beforeunload", (event) => { if (written !== saved) event.preventDefault(); });
