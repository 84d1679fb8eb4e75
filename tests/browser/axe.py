"""What axe-core finds on a page as it stands, in each of its colours, without leaving it."""

from __future__ import annotations

from importlib.resources import files

from playwright.sync_api import Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
# Everything once, then in the other colours what colours can spoil.
RUN = """async (colours) => {
  const told = ({violations}) => violations.map(({id, nodes}) =>
    `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" · ")}`);
  const still = [...document.getAnimations()].filter((one) => one.effect.getTiming().iterations !== Infinity);
  // A page that is not drawn does not move on either.
  const patience = new Promise((resolve) => setTimeout(resolve, 1000));
  await Promise.race([Promise.allSettled(still.map((one) => one.finished)), patience]);
  const contrast = {type: "rule", values: ["color-contrast"]};
  return told(await axe.run(document, {resultTypes: ["violations"], ...(colours ? {runOnly: contrast} : {})}));
}"""


def violations(page: Page, themes: tuple[str, ...] = ("dark", "sun")) -> list[str]:
    """Each with its address and its place; the phone's themes and the desk's dark one are tried in place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = [f"{page.url} {one}" for one in page.evaluate(RUN, False)]
    phone = "/field/" in page.url
    kept = page.evaluate("document.documentElement.dataset.theme ?? null")
    was_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    for theme in themes if phone else themes[:1]:
        if phone:
            page.evaluate("(name) => { document.documentElement.dataset.theme = name; }", theme)
        else:
            page.emulate_media(color_scheme="dark")
        found += [f"{page.url} {theme} {one}" for one in page.evaluate(RUN, True)]
    if not phone:
        page.emulate_media(color_scheme="dark" if was_dark else "light")
    elif kept is None:
        page.evaluate("delete document.documentElement.dataset.theme")
    else:
        page.evaluate("(name) => { document.documentElement.dataset.theme = name; }", kept)
    return found
