"""What a page says, read with the standard library's parser, and what every page must have."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

CSRF_FIELD = "csrf_token"
_NOT_SENT = ("submit", "button", "image", "reset", "file")
_VOID_TEXT = {"title", "h1"}


@dataclass
class Form:
    """A form with the values a browser would send if nobody touched it."""

    method: str
    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def has(self, name: str) -> bool:
        """Say whether a control of that name is in the form, whatever its kind."""
        return name in self.names


class Page(HTMLParser):
    """A parsed page: its title, h1s, language, forms, ids, and what offends the content security policy."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.language = ""
        self.headings: list[str] = []
        self.forms: list[Form] = []
        self.ids: list[str] = []
        self.faults: list[str] = []
        self._open: list[str] = []
        self._form: Form | None = None
        self._select: str | None = None
        self._textarea: str | None = None
        self._first_option: dict[str, str] = {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._note_rules(tag, given)
        if tag == "html":
            self.language = given.get("lang", "")
        elif tag == "h1":
            self.headings.append("")
        elif tag == "form":
            self._form = Form(given.get("method", "get").lower(), given.get("action", ""))
            self.forms.append(self._form)
        elif tag in ("input", "select", "textarea", "button", "option"):
            self._note_control(tag, given)
        if tag in _VOID_TEXT:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.remove(tag)
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._close_select()
        elif tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if "title" in self._open and not self._in_svg:
            self.title += data
        elif "h1" in self._open:
            self.headings[-1] += data
        elif self._textarea is not None and self._form is not None:
            self._form.values[self._textarea][-1] += data

    @property
    def _in_svg(self) -> bool:
        return bool(self.headings) or bool(self.forms)  # a <title> after the page's head is a drawing's

    def _note_rules(self, tag: str, given: dict[str, str]) -> None:
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "style" or "style" in given:
            self.faults.append(f"an inline style at <{tag}>")
        if tag == "script" and "src" not in given:
            self.faults.append("an inline script")
        self.faults += [f"the attribute {name} at <{tag}>" for name in given if name.startswith("on")]

    def _note_control(self, tag: str, given: dict[str, str]) -> None:
        form = self._form
        if form is None:
            return
        name = given.get("name", "")
        if tag == "option":
            self._note_option(given)
            return
        if not name:
            return
        form.names.add(name)
        if tag == "select":
            self._select = name
        elif "disabled" in given or tag == "button":
            return
        elif tag == "textarea":
            self._textarea = name
            form.values.setdefault(name, []).append("")
        elif given.get("type", "text") in ("checkbox", "radio"):
            if "checked" in given:
                form.values.setdefault(name, []).append(given.get("value", "on"))
        elif given.get("type", "text") not in _NOT_SENT:
            form.values.setdefault(name, []).append(given.get("value", ""))

    def _note_option(self, given: dict[str, str]) -> None:
        if self._form is None or self._select is None:
            return
        self._first_option.setdefault(self._select, given.get("value", ""))
        if "selected" in given:
            self._form.values.setdefault(self._select, []).append(given.get("value", ""))

    def _close_select(self) -> None:
        name, self._select = self._select, None
        if self._form is not None and name in self._first_option:
            self._form.values.setdefault(name, [self._first_option[name]])
        self._first_option.clear()


def read_page(html: str) -> Page:
    """Parse a page and assert what every page must have."""
    page = Page(html)
    assert len(page.headings) == 1, f"a page has one <h1>, this one has {page.headings}"
    assert page.headings[0].strip(), "the <h1> is empty"
    assert page.title.strip(), "the page has no <title>"
    assert page.language, "the page has no <html lang>"
    assert not page.faults, f"the page breaks the content security policy: {page.faults}"
    twice = {name for name in page.ids if page.ids.count(name) > 1}
    assert not twice, f"ids used twice: {twice}"
    for form in page.forms:
        if form.method == "post":
            assert form.has(CSRF_FIELD), f"the form to {form.action!r} has no {CSRF_FIELD}"
    return page


def path_of(address: str) -> str:
    """Return the path of an address, without scheme, host and query."""
    return urlsplit(address).path
