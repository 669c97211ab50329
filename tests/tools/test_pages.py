"""The page reader: it refuses what no page may be, and knows what a browser would send."""

import pytest

from tests.support.pages import read_page

GOOD = """<!doctype html><html lang="fi"><head><title>Tilat</title></head><body><h1>Tilat</h1>
<svg><title>Kuva</title></svg>
<form method="post" action="/a">
<input type="hidden" name="csrf_token" value="t"><input name="title" value="Kokous &amp; kahvit">
<input type="checkbox" name="wifi" value="1" checked><input type="checkbox" name="piano" value="1">
<input type="radio" name="visibility" value="public">
<input type="radio" name="visibility" value="private" checked>
<select name="kind"><option value="hall">Sali</option>
<option value="meeting" selected>Kokoustila</option></select>
<select name="owner"><option value="">Kaikki</option><option value="city">Kaupunki</option></select>
<textarea name="note">Hei</textarea>
<input name="off" value="x" disabled><button name="step" value="go">Lähetä</button>
</form><form action="/b"><input name="q" value=""></form></body></html>"""


def test_a_page_that_is_as_it_should_be_is_read() -> None:
    page = read_page(GOOD)
    assert (page.title, page.headings, page.language) == ("Tilat", ["Tilat"], "fi")


def test_a_form_holds_what_a_browser_would_send() -> None:
    post, get = read_page(GOOD).forms
    assert (post.method, post.action, get.method, get.action) == ("post", "/a", "get", "/b")
    assert get.values == {"q": [""]}
    assert post.values == {
        "csrf_token": ["t"],
        "title": ["Kokous & kahvit"],
        "wifi": ["1"],
        "visibility": ["private"],
        "kind": ["meeting"],
        "owner": [""],
        "note": ["Hei"],
    }


@pytest.mark.parametrize(
    ("there", "instead", "complaint"),
    [
        ("<h1>Tilat</h1>", "", "one <h1>"),
        ("<h1>Tilat</h1>", "<h1>Tilat</h1><h1>Salit</h1>", "one <h1>"),
        ("<h1>Tilat</h1>", "<h1> </h1>", "<h1> is empty"),
        ("<title>Tilat</title>", "", "no <title>"),
        (' lang="fi"', "", "no <html lang>"),
        ("csrf_token", "token", "no csrf_token"),
        ("<textarea ", '<textarea style="color: red" ', "inline style at <textarea>"),
        ("<svg>", "<style></style><svg>", "inline style at <style>"),
        ("<svg>", "<script>1</script><svg>", "inline script"),
        ("<button ", '<button onclick="go()" ', "onclick at <button>"),
        ("<svg>", '<p id="a"><b id="a"></b></p><svg>', "ids used twice"),
    ],
)
def test_what_no_page_may_be_is_refused(there: str, instead: str, complaint: str) -> None:
    assert there in GOOD
    with pytest.raises(AssertionError, match=complaint):
        read_page(GOOD.replace(there, instead))
