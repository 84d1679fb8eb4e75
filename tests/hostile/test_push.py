"""Reminders that are asked for at places where nobody may be reached."""

import pytest

from webapp.field.webpush import endpoint_allowed, leads_outside

INSIDE = """
::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1 2002:7f00:1:: 2001::1 ::1 fe80::1%lo 0.0.0.0 100.64.0.1
169.254.169.254 224.0.0.1 ff0e::1 ::127.0.0.1 ::ffff:0:127.0.0.1 192.168.1.1 172.16.0.1 fd00::1 255.255.255.255
""".split()
ELSEWHERE = [
    "https://evil.com\\@fcm.googleapis.com/", "https://fcm.googleapis.com\\.evil.com/", "https://evil.com#.push.apple.com",
    "https://evil.com?.push.apple.com", "https://evil.com/.push.apple.com", "https://evil.com;.push.apple.com/",
    "https://127.0.0.1%2f.push.apple.com/", "https://evil.com%00.push.apple.com/", "https://a_b.push.apple.com/",
    "https://[::1].push.apple.com/", "https://push.apple.com./", "https://@push.apple.com/", "https://u:p@push.apple.com/",
    "https://push.apple.com:8443/", "http://push.apple.com/", "http://127.0.0.1:5432/", "https://xpush.apple.com/",
    "https://push.apple.com/x y", "https://push.apple.com/\r\nHost: x", "https://push.apple.com/é", "", "//push.apple.com",
    "file://push.apple.com/etc/passwd", f"https://push.apple.com/{'x' * 1000}",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_no_writing_of_an_inner_address_leads_inside(address: str) -> None:
    assert not leads_outside(address)


def test_public_addresses_are_reached_also_from_a_network_without_ipv4() -> None:
    assert all(map(leads_outside, ["142.250.1.1", "2607:f8b0::1", "64:ff9b::8efa:101"]))


@pytest.mark.parametrize("endpoint", ELSEWHERE)
def test_only_the_push_services_are_addressed(endpoint: str) -> None:
    assert not endpoint_allowed(endpoint)
    assert endpoint_allowed("https://web.push.apple.com/QO-_x~y?z=1&a=%20")
