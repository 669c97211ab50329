"""A person without a browser: plain HTTP with cookies, for what no browser would send."""

import http.client
import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from tests.support.pages import Page, read_page


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def page(self) -> Page:
        """The page, checked as every page is."""
        return read_page(self.body.decode())

    @property
    def text(self) -> str:
        """The words of the page's main part, without tags."""
        main = self.body.decode().partition("<main")[2].partition("</main>")[0]
        return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@dataclass
class Browserless:
    """Sends requests to one server and keeps its cookies."""

    base_url: str
    cookies: dict[str, str] = field(default_factory=dict)
    timeout: float = 60

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self.send("GET", path)

    def post(self, path: str, values: dict[str, str] | bytes, *, form_at: str = "") -> Answer:
        """Send a form: `values` with the token of the page at `form_at` (default: `path`), or raw bytes."""
        if isinstance(values, dict):
            token = self.token(form_at or path)
            values = urlencode({**values, "csrf_token": token}).encode()
        return self.send("POST", path, values)

    def token(self, path: str) -> str:
        """Return the CSRF token of the page there."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path).body.decode())
        assert found, f"no form at {path}"
        return found.group(1)

    def sign_in(self, email: str, password: str) -> None:
        """Sign in."""
        answer = self.post("/login", {"email": email, "password": password})
        assert answer.status == 303, answer.text

    def send(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> Answer:
        """Send a request as it is and keep the cookies of the answer."""
        connection = http.client.HTTPConnection(urlsplit(self.base_url).netloc, timeout=self.timeout)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = kind or "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: each.value for name, each in SimpleCookie(line).items()}
        return Answer(answer.status, answer.headers, content)
