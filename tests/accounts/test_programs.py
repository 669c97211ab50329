"""Browsers in plain words."""

import pytest

from booking.accounts.programs import program_of

_APPLE = "Mozilla/5.0 ({}) AppleWebKit/605.1.15 (KHTML, like Gecko) {} Safari/604.1"
_BLINK = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 {}Safari/537.36{}"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Android 16; Mobile; rv:142.0) Gecko/142.0 Firefox/142.0", "Firefox, Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0", "Firefox, Linux"),
        (_APPLE.format("iPhone; CPU iPhone OS 18_0 like Mac OS X", "Version/18.0"), "Safari, iPhone"),
        (_APPLE.format("iPhone; CPU iPhone OS 18_0 like Mac OS X", "CriOS/140.0"), "Chrome, iPhone"),
        (_APPLE.format("iPad; CPU OS 18_0 like Mac OS X", "FxiOS/142.0"), "Firefox, iPad"),
        (_APPLE.format("Macintosh; Intel Mac OS X 10_15_7", "Version/18.0"), "Safari, Mac"),
        (_BLINK.format("Windows NT 10.0; Win64; x64", "", ""), "Chrome, Windows"),
        (_BLINK.format("Windows NT 10.0; Win64; x64", "", " Edg/140.0"), "Edge, Windows"),
        (
            _BLINK.format("Linux; Android 15; SM-S911B", "SamsungBrowser/28.0 ", ""),
            "Samsung Internet, Android",
        ),
        (_BLINK.format("X11; CrOS x86_64 14541.0.0", "", ""), "Chrome, Chromebook"),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
def test_browser_and_machine_are_recognised(agent: str, words: str) -> None:
    assert program_of(agent) == words
