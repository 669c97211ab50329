// A published mail address is written so that a program that gathers them does not find it in the page's source.
// With scripts it becomes a link; without them it is read and copied as it stands.
for (const written of document.querySelectorAll("[data-mail]")) {
  const link = document.createElement("a");
  link.href = `mailto:${written.textContent.trim()}`;
  link.append(...written.childNodes);
  written.append(link);
}
