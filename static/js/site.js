/* Comforts that work without this file too: copy an address, print a page. The buttons are hidden until this runs. */

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  field.addEventListener("focus", () => field.select());
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    let said = button.dataset.done;
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = said;
    } catch {  // not allowed here: the text is chosen, ready to be copied by hand
      field.focus();
      said = button.dataset.failed;
    }
    button.parentElement.querySelector("[aria-live]").textContent = said;
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
