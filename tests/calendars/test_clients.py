"""What kind of program a User-Agent tells of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.calendars.clients import Client, client_of

CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36"
TOLD = (
    ("Google-Calendar-Importer", Client.GOOGLE),
    ("Mozilla/5.0 (compatible; Google-Calendar-Importer)", Client.GOOGLE),
    ("iOS/18.0 (22A3354) dataaccessd/1.0", Client.APPLE),
    ("macOS/13.4 (22F66) dataaccessd/1.0", Client.APPLE),
    ("Mac+OS+X/10.10.5 (14F27) CalendarAgent/316.1", Client.APPLE),
    ("CalendarStore/5.0 (1127); iCal/5.0 (1535); Mac OS X/10.7.1 (11B26)", Client.APPLE),
    (
        "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)",
        Client.OUTLOOK,
    ),
    ("Mozilla/4.0 (compatible; ms-office; MSOffice 16)", Client.OUTLOOK),
    ("Microsoft Exchange/15.20", Client.OUTLOOK),
    ("Outlook-iOS/2.0", Client.OUTLOOK),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.0", Client.THUNDERBIRD),
    ("ICSx5/2.2.5 (okhttp/4.12.0) Android/14", Client.ANDROID),
    ("Dalvik/2.1.0 (Linux; U; Android 8.0.0; SM-G930V Build/R16NW)", Client.ANDROID),
    ("curl/8.5.0", Client.OTHER),
    ("Nextcloud Webcal Service", Client.OTHER),
    ("", Client.OTHER),
    (CHROME.format("Windows NT 10.0; Win64; x64"), None),
    (CHROME.format("Linux; Android 14"), None),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0", None),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
        " Version/18.0 Mobile/15E148 Safari/604.1",
        None,
    ),
)


@pytest.mark.parametrize(("user_agent", "client"), TOLD)
def test_a_program_is_known_by_what_it_calls_itself(user_agent: str, client: Client | None) -> None:
    assert client_of(user_agent) is client
    assert client_of(user_agent.upper()) is client


@given(st.text(max_size=300))
def test_whatever_is_told_gives_a_kind_or_a_browser(user_agent: str) -> None:
    assert client_of(user_agent) in (*Client, None)
