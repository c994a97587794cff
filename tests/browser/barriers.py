"""What on a page is in somebody's way, as axe-core finds it.

In: a page, as it stands. Out: nothing, or a failure that names the barrier. Never: judges what only a person can.
"""

from playwright.sync_api import Page

from tests.tools import axe


def barriers(page: Page) -> None:
    """The rules for WCAG 2.2 AA and best practice; none is broken."""
    page.evaluate(axe())
    forced = page.evaluate("matchMedia('(forced-colors: active)').matches")  # then the contrast is the system's own
    found = page.evaluate(
        """forced => axe.run(document, {
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
          rules: {'color-contrast': {enabled: !forced}},
        })""",
        forced,
    )
    assert [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]] == []
