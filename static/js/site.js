/* Comforts that work without this file too: copy an address, print a page. The buttons are hidden until this runs. */

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = button.parentElement.querySelector("input, textarea");
  field?.addEventListener("focus", () => field.select());
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    let said = button.dataset.done;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = said;
    } catch {  // not allowed here: the text is chosen, ready to be copied by hand
      field?.focus();
      said = button.dataset.failed ?? "";
    }
    const live = button.parentElement.querySelector("[aria-live]");
    if (live) live.textContent = said;
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
