"""Answers that come late: what was asked for last is shown, and nothing that was asked for is lost."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Request, Route, expect

SignIn = Callable[..., Page]
Held = list[Route]
# The first answer comes after the second has long been drawn.
MILLISECONDS_OF_A_LATE_ANSWER = 1_000


def hold_first(page: Page, is_it: Callable[[Request], bool]) -> Held:
    """Let the first of these requests wait until it is let go, and all others go on."""
    held: Held = []

    def take(route: Route) -> None:
        if is_it(route.request) and not held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/*", take)
    return held


def let_go(page: Page, held: Held) -> None:
    """The late answer comes, if anybody still waits for it."""
    page.wait_for_timeout(MILLISECONDS_OF_A_LATE_ANSWER)
    held[0].continue_()
    page.wait_for_timeout(MILLISECONDS_OF_A_LATE_ANSWER)


def has(*parts: str) -> Callable[[Request], bool]:
    return lambda request: all(part in request.url for part in parts)


def test_the_intake_shows_whoever_was_chosen_last(sign_in: SignIn):
    page = sign_in("director")
    page.goto("/leads/intake/")
    page.locator("[name=who]").fill("ООО")
    people = page.locator("#intake-found [data-intake-target=person]")
    expect(people.nth(1)).to_be_visible()
    name = people.nth(1).locator(".related-main").inner_text().splitlines()[0]
    held = hold_first(page, has("part=about"))

    people.nth(0).click()
    people.nth(1).click()
    let_go(page, held)

    expect(page.locator("#intake-about h2").first).to_contain_text(name)


def test_notices_that_come_at_once_are_all_shown(sign_in: SignIn):
    page = sign_in("sokolova")
    page.goto("/reminders/")
    # It is raised as soon as it listens.
    corner = page.locator("#toasts:popover-open")
    expect(corner).to_have_count(1)
    toast = '<div class="toast-o" data-kind="notice" data-notice="%(id)s">Уведомление %(id)s</div>'
    page.route(
        "**/notices/?part=toast*",
        lambda route: route.fulfill(
            body=toast % {"id": route.request.url.rpartition("=")[2]}, content_type="text/html"
        ),
    )

    told = 'new CustomEvent("live:notices", { detail: { topic: "notices", id, kind: "pops" } })'
    page.evaluate(f"() => {{ for (const id of [1, 2, 3]) document.dispatchEvent({told}); }}")

    for number in (1, 2, 3):
        expect(corner.locator(f"[data-notice='{number}']")).to_have_count(1)


def test_rows_asked_for_at_once_all_come(sign_in: SignIn):
    page = sign_in("sokolova")
    page.goto("/invoices/new/")
    rows = page.locator("main form table tbody tr")
    before = rows.count()
    held = hold_first(page, has("part=row"))
    add = page.get_by_role("button", name="Пустая строка")

    for _press in range(3):
        add.click()
    let_go(page, held)

    expect(rows).to_have_count(before + 3)


def test_the_field_of_a_group_change_is_the_one_chosen_last(sign_in: SignIn):
    page = sign_in("sokolova")
    page.goto("/clients/?tab=all&mode=list")
    page.locator(".list-row .pick .tick").first.check()
    page.locator(".selection-bar").get_by_role("button", name="Изменить поля").click()
    field = page.locator("#dialog [name=field-0]")
    expect(field).to_be_visible()
    chosen, other = (field.locator("option").nth(place).get_attribute("value") or "" for place in (1, 2))
    held = hold_first(
        page, lambda request: request.method == "POST" and f"field-0={other}" in (request.post_data or "")
    )

    field.select_option(other)
    field.select_option(chosen)
    let_go(page, held)

    expect(field).to_have_value(chosen)
