/* A sheet is sent by the page itself, which shows how far its check or its import is, and then what came of it in the
   page's place. Everything works without this file: then the browser sends the form. */

const STEPS = "application/x-ndjson";
let sent = null; // the file last sent: a large one cannot wait in the page

function wire(root) {
  for (const form of root.querySelectorAll("form[data-progress]")) form.addEventListener("submit", send);
}

async function send(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const address = form.getAttribute("action"); // a button is named "action" too
  const data = new FormData(form);
  if (event.submitter?.name) data.append(event.submitter.name, event.submitter.value);
  const file = form.querySelector("input[type=file]")?.files[0];
  if (file) sent = file;
  const box = form.querySelector("[data-bar]");
  const button = event.submitter;
  box.hidden = false;
  if (button) button.disabled = true;
  try {
    const answer = await fetch(address, { method: "POST", body: data, headers: { Accept: STEPS } });
    const told = answer.headers.get("Content-Type")?.startsWith(STEPS);
    const page = told ? await follow(answer.body, box) : await answer.text();
    if (!page) throw new Error("no page came");
    show(page, address);
  } catch {
    box.classList.replace("wait", "problem");
    box.querySelector("[role=status]").textContent = box.dataset.failed;
    box.querySelector("progress").hidden = true;
    if (button) button.disabled = false;
  }
}

/** Read the lines as they come, move the bar, and return the page that comes last. */
async function follow(body, box) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let page = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (text + part.value).split("\n");
    text = lines.pop();
    for (const line of lines) {
      const step = JSON.parse(line);
      if (step.page) page = step.page;
      else move(box, step);
    }
  }
  return page;
}

function move(box, { done, of, saves }) {
  const bar = box.querySelector("progress");
  const says = box.querySelector("[role=status]");
  if (saves) {
    bar.removeAttribute("value"); // one stroke: nobody knows how far it is
    says.textContent = box.dataset.saves;
  } else {
    bar.max = of || 1;
    bar.value = done;
    if (!says.textContent.startsWith(box.dataset.checks)) says.textContent = box.dataset.checks; // said once
  }
}

function show(text, address) {
  const page = new DOMParser().parseFromString(text, "text/html");
  document.title = page.title;
  history.pushState(null, "", address); // a reload, or the way back, sends nothing again
  const main = document.getElementById("main");
  main.replaceChildren(...page.getElementById("main").childNodes);
  const again = main.querySelector("[data-again]");
  if (again && sent) {
    const files = new DataTransfer();
    files.items.add(sent);
    again.querySelector("input").files = files.files;
    again.hidden = true;
  }
  wire(main);
  (main.querySelector("[autofocus]") ?? main.querySelector("h1"))?.focus();
  window.scrollTo(0, 0);
}

window.addEventListener("popstate", () => location.reload());
wire(document);
