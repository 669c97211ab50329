/* Dragging on the day board: a reservation's stone is put on another time or room, and the form of the move opens with
   that filled in. Nothing is saved by it. Whoever uses a keyboard, or no script, has the same forms as links. */

const MINUTE = 60_000;
const says = document.getElementById("dropped");
const rows = [...document.querySelectorAll("td[data-room]")];

/** The wall clock of the board's zone, whatever this device is set to: "2027-01-12" and "18:00". */
function wall(moment) {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone: document.querySelector(".board").dataset.zone, dateStyle: "short", timeStyle: "short",
  }).format(moment);
  return parts.split(" ");
}

function span(row) {
  return [new Date(row.dataset.start).getTime(), new Date(row.dataset.end).getTime()];
}

/** Lay a handle over a stone, as wide as it. */
function lay(row, link) {
  const [first, last] = span(row);
  const from = Math.max(new Date(link.dataset.from).getTime(), first);
  const to = Math.min(new Date(link.dataset.to).getTime(), last);
  if (from >= to) return;
  const handle = document.createElement("div");
  handle.className = "stone";
  handle.title = link.textContent.trim();
  handle.style.insetInlineStart = `${((from - first) / (last - first)) * 100}%`;
  handle.style.inlineSize = `${((to - from) / (last - first)) * 100}%`;
  handle.addEventListener("pointerdown", (event) => drag(event, handle, row, link));
  row.append(handle);
}

function drag(down, handle, row, link) {
  if (down.button !== 0) return;
  down.preventDefault();
  handle.setPointerCapture(down.pointerId);
  handle.classList.add("held");
  const move = (event) => {
    handle.style.transform = `translate(${event.clientX - down.clientX}px, ${event.clientY - down.clientY}px)`;
  };
  const leave = () => {
    handle.classList.remove("held");
    handle.style.transform = "";
    handle.removeEventListener("pointermove", move);
    handle.removeEventListener("pointerup", drop);
    handle.removeEventListener("pointercancel", leave);
  };
  const drop = (event) => {
    leave();
    const box = row.getBoundingClientRect();
    const [first, last] = span(row);
    const moved = ((event.clientX - down.clientX) / box.width) * (last - first);
    const room = rows.find((each) => {
      const at = each.getBoundingClientRect();
      return event.clientY >= at.top && event.clientY < at.bottom;
    });
    says.textContent = room ? "" : says.dataset.refused;
    if (!room) return;
    const grid = Number(room.dataset.grid) * MINUTE;
    if (room === row && Math.abs(moved) < grid / 2) return;
    const from = new Date(link.dataset.from).getTime();
    // Zones are whole quarters from UTC, and Helsinki whole hours: the grid of the clock is that of the moments.
    const begins = Math.round((from + moved) / grid) * grid;
    const [date, start] = wall(new Date(begins));
    const [, end] = wall(new Date(begins + new Date(link.dataset.to).getTime() - from));
    const address = new URL(link.href);
    for (const [name, value] of Object.entries({ room: room.dataset.room, date, start, end })) {
      address.searchParams.set(name, value);
    }
    location.assign(address);
  };
  handle.addEventListener("pointermove", move);
  handle.addEventListener("pointerup", drop);
  handle.addEventListener("pointercancel", leave);
}

for (const row of rows) {
  for (const link of row.querySelectorAll("a[data-from]")) lay(row, link);
}
