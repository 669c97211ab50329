/* Keeps the display beside a door true: fetches it each minute, keeps what it had when the network is gone, and moves
   "now" on by the clock. The page carries all stretches of today and tomorrow; this only chooses among them. */

const EVERY = 60_000;
const TICK = 5_000;

let door = document.getElementById("door");
let lost = false;

/** The wall clock of the room, whatever zone this device is set to. */
function wall(moment, options) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: door.dataset.zone, ...options }).format(moment);
}

function show() {
  const now = new Date();
  const today = wall(now, { year: "numeric", month: "2-digit", day: "2-digit" });
  const stretches = [...door.querySelectorAll("[data-stretches] > li")];
  const starts = (each) => new Date(each.dataset.start);
  const current = stretches.find((each) => starts(each) <= now && now < new Date(each.dataset.end));
  const next = stretches.find((each) => starts(each) > now && /taken|pending/.test(each.className));
  for (const each of stretches) each.hidden = starts(each) <= now || each.dataset.day !== today;
  door.className = `door ${current ? current.className : "unknown"}${lost ? " lost" : ""}`;
  door.querySelector("[data-rest]").hidden = stretches.every((each) => each.hidden);
  fill("[data-now]", current, "", current?.dataset.until);
  fill("[data-next]", next, next && next.dataset.day !== today ? next.dataset.date : "");
  door.querySelector("[data-stale]").hidden = Boolean(current);
  door.querySelector("[data-nothing]").hidden = Boolean(next);
  door.querySelector("[data-lost]").hidden = !lost;
  const point = door.querySelector("[data-clock]").textContent.trim().charAt(2);
  const clock = wall(now, { hour: "2-digit", minute: "2-digit" }).replace(":", point);
  put(door.querySelector("[data-clock]"), clock);
  const here = stretches.find((each) => each.dataset.day === today);
  if (here) put(door.querySelector("[data-date]"), here.dataset.date);
}

function put(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/** Show a stretch's words in a place, with the day before them where it is another, or until when after them. */
function fill(selector, stretch, day = "", until = undefined) {
  const parts = stretch ? [...stretch.children].map((each) => each.cloneNode(true)) : [];
  if (until !== undefined) {
    parts.reverse();
    parts.at(-1).textContent = until;
  }
  if (day) {
    const word = document.createElement("span");
    word.className = "door-day";
    word.textContent = `${day} `;
    parts.unshift(word);
  }
  const place = document.querySelector(selector);
  if (place.textContent.replace(/\s/g, "") === parts.map((each) => each.textContent).join("").replace(/\s/g, "")) return;
  place.replaceChildren(...parts.flatMap((each) => [each, " "]));
}

async function refresh() {
  try {
    const answer = await fetch(location.href, { headers: { "X-Door": "live" }, cache: "no-store" });
    if (!answer.ok) throw new Error(answer.statusText);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("door");
    if (!fresh) throw new Error("no display");
    door.replaceWith(document.adoptNode(fresh));
    door = fresh;
    lost = false;
  } catch {
    lost = true;
  }
  show();
}

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.addEventListener("controllerchange", refresh); // so that it has this very address
  navigator.serviceWorker.register(door.dataset.worker, { scope: location.pathname }).catch(() => {});
}
// What the worker kept while there was no network is older than a minute: then the first look is at once
if (Date.now() - new Date(door.dataset.at) > EVERY || !navigator.onLine) refresh();
show();
setInterval(show, TICK);
setInterval(refresh, EVERY);
addEventListener("online", refresh);
addEventListener("offline", refresh);
