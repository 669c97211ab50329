/* Keys of the approver's queue, and the ready reason shown as it is sent. Everything works without this file. */

const KEPT = "approvals-shortcuts";
const PLACE = "approvals-place";
const claims = [...document.querySelectorAll("[data-claim]")];
const list = document.getElementById("shortcuts");
const wanted = document.getElementById("shortcuts-on");
let at = -1;

function isOn() {
  return Boolean(wanted?.checked);
}

function go(step) {
  const next = Math.min(Math.max(at + step, 0), claims.length - 1);
  if (!claims.length) return;
  at = next;
  claims[at].focus();
  claims[at].scrollIntoView({ block: "nearest" });
}

/* After a decision the page comes back without that request: go on with the one that took its place. */
function comeBack() {
  const place = Number(sessionStorage.getItem(PLACE) ?? -1);
  sessionStorage.removeItem(PLACE);
  at = Math.min(place, claims.length) - 1;
  if (place >= 0 && !location.hash) go(1);
}

function part(name) {
  return claims[at]?.querySelector(`[data-key="${name}"]`);
}

function decline() {
  const fold = part("decline")?.parentElement;
  if (!fold) return;
  fold.open = true;
  fold.querySelector("select, textarea").focus();
}

const keys = {
  j: () => go(1),
  k: () => go(-1),
  v: () => part("confirm")?.click(),
  h: decline,
  y: () => (part("ask") ?? part("open"))?.click(),
  o: () => (part("offer") ?? part("open"))?.click(),
  a: () => part("open")?.click(),
  x: () => claims[at]?.querySelector("input[form=clear]")?.click(),
  "?": () => {
    list.open = !list.open;
    list.querySelector("summary").focus();
  },
};

function writing(target) {
  return target.matches("textarea, select, input:not([type=checkbox], [type=radio]), [contenteditable]");
}

if (list) {
  list.hidden = false;
  wanted.checked = localStorage.getItem(KEPT) !== "off";
  wanted.addEventListener("change", () => localStorage.setItem(KEPT, isOn() ? "on" : "off"));
  if (document.querySelector("[aria-invalid]") === null) comeBack();
  document.addEventListener("submit", (event) => {
    const claim = event.target.closest("[data-claim]") ?? event.submitter?.closest("[data-claim]");
    if (claim) sessionStorage.setItem(PLACE, claims.indexOf(claim));
  });
  document.addEventListener("focusin", (event) => {
    const claim = event.target.closest("[data-claim]");
    if (claim) at = claims.indexOf(claim);
  });
  document.addEventListener("keydown", (event) => {
    const does = keys[event.key];
    if (!does || !isOn() || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (writing(event.target)) return;
    event.preventDefault();
    does();
  });
}

for (const field of document.querySelectorAll("select[data-ready]")) {
  const shown = document.createElement("p");
  shown.className = "letter";
  shown.setAttribute("aria-live", "polite");
  field.after(shown);
  const show = () => {
    const text = document.getElementById(`ready-${field.value}-${field.dataset.ready}`);
    shown.textContent = text?.textContent ?? "";
    shown.lang = text?.lang ?? "";
  };
  field.addEventListener("change", show);
  show();
}
