"""What a browser calls itself, in two words that a person knows again. Pure."""

import re

BROWSERS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("EdgA?", "Edge"),
    ("QQBrowser|MQQBrowser", "QQ 浏览器"),
    ("360SE|QihooBrowser", "360 浏览器"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS|OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone|iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(agent: str) -> str:
    """`Chrome · Windows`; what is not known is left out, empty where nothing is."""
    known = (
        next((said for sign, said in names if re.search(sign, agent)), "") for names in (BROWSERS, SYSTEMS)
    )
    return " · ".join(word for word in known if word)
