// The grid of the calendar: drawn from the same days as the list, which stays where no script runs,
// on narrow windows, in print, and whenever somebody prefers it.
const grid = document.querySelector("#grid");
const list = document.querySelector("[data-list]");
const problem = document.querySelector("[data-grid-problem]");
const { feed, day, today, view, form, icons, new: booking } = grid.dataset;
const roomy = matchMedia("(min-width: 768px)").matches;
const wanted = form || (roomy ? "grid" : "list");

for (const link of document.querySelectorAll("[data-form]")) {
  const current = link.dataset.form === wanted;
  link.classList.toggle("active", current);
  if (current) link.setAttribute("aria-current", "true");
}
document.querySelector("[data-forms]").hidden = false;

const filter = document.querySelector("[data-filter]");
filter.addEventListener("change", () => filter.requestSubmit());

const element = (name, words, kind) => {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  made.textContent = words;
  return made;
};

const picture = (name) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  made.setAttribute("class", "icon");
  made.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${icons}#${name}`);
  made.append(use);
  return made;
};

// What an appointment shows: a link, so that it can be reached and opened without a mouse.
const drawn = ({ event }) => {
  const { times, zone, service, practitioner, status, icon, address } = event.extendedProps;
  const link = element("a", "", "appointment");
  link.href = address;
  link.draggable = false;
  const where = view === "week" ? [zone] : [];
  const name = element("strong", event.title);
  if (status) {
    name.prepend(picture(icon), element("span", `${status}: `, "visually-hidden"));
    link.title = [status, service, practitioner].filter(Boolean).join(", ");
  }
  const shown = view === "week" ? times.slice(0, 5) : times;
  link.append(name, element("span", [shown, ...where].filter(Boolean).join(", ")));
  const whom = element("span", practitioner, view === "week" ? "" : "visually-hidden");
  for (const each of [service && element("span", service), practitioner && whom]) if (each) link.append(each);
  return { domNodes: [link] };
};

const say = (words) => { problem.textContent = words; problem.hidden = !words; };

// Times are of the wall: the grid reckons in UTC, and so are these.
const onTheWall = (date) => date.toISOString().slice(0, 19);

const move = async ({ event, newResource, revert }) => {
  const posted = new URLSearchParams({ starts: onTheWall(event.start), revision: event.extendedProps.revision });
  if (newResource && Number(newResource.id)) posted.set("practitioner", newResource.id);
  say("");
  try {
    const token = JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];
    const answer = await fetch(event.extendedProps.move, { method: "POST", body: posted, headers: { "X-CSRFToken": token } });
    const told = answer.ok ? await answer.json() : {};
    if (told.moved) { location.reload(); return; }
    if (told.go) { location.assign(told.go); return; }
    revert();
    say(told.problem || "It could not be moved. Reload the page, then try again.");
  } catch {
    revert();
    say("The server cannot be reached, so nothing was moved.");
  }
};

const book = ({ dateStr, resource }) => {
  if (!booking) return;
  const [onDay, time] = dateStr.split("T");
  const asked = new URLSearchParams({ day: onDay, time: time.slice(0, 5) });
  const { practitioner, location: place } = Object.fromEntries(new URLSearchParams(feed.split("?")[1]));
  const whom = resource && Number(resource.id) ? resource.id : practitioner;
  if (whom) asked.set("practitioner", whom);
  if (place) asked.set("location", place);
  location.assign(`${booking}?${asked}`);
};

// It calls itself a table, which appointments that lie across its rows are no part of: a group, then.
const plain = () => {
  for (const each of grid.querySelectorAll("[role]")) {
    if (/^(table|row|rowgroup|columnheader|rowheader|cell)$/.test(each.getAttribute("role"))) each.removeAttribute("role");
    for (const name of ["aria-colindex", "aria-rowindex", "aria-colspan"]) each.removeAttribute(name);
  }
};

const columned = view === "day";
const draw = ({ columns, events, behind, from, until }) => {
  EventCalendar.create(grid, {
    view: columned ? "resourceTimeGridDay" : "timeGridWeek",
    date: day, firstDay: 1, timeZone: "UTC", locale: "en-AU",
    headerToolbar: { start: "", center: "", end: "" },
    height: "auto", allDaySlot: false, nowIndicator: false, highlightedDates: columned ? [] : [today],
    slotMinTime: from, slotMaxTime: until, slotDuration: "00:15", slotLabelInterval: "01:00", slotHeight: 20,
    slotEventOverlap: false, slotLabelFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    dayHeaderFormat: { weekday: "short", day: "numeric", month: "short" },
    resources: columns, events: [...behind, ...events], eventContent: (info) => info.event.display === "background" ? info.event.title : drawn(info),
    editable: false, eventDurationEditable: false, eventLongPressDelay: 400, dragScroll: true,
    eventDrop: move, dateClick: book, eventAllUpdated: plain, viewDidMount: plain,
  });
};

if (wanted === "grid") {
  grid.hidden = false;
  list.classList.add("d-none", "d-print-block");
  try {
    const answer = await fetch(feed, { headers: { Accept: "application/json" } });
    if (!answer.ok || !answer.headers.get("Content-Type").startsWith("application/json")) throw answer;
    draw(await answer.json());
  } catch {
    grid.hidden = true;
    list.classList.remove("d-none");
    say("The grid could not be drawn; here is the list instead.");
  }
}
