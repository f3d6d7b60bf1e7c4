"""Notices from person to person: a mention rings the bell of a colleague, a reminder pops up and is put off."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.watch import Watch, faults_of

Picture = Callable[[Page, str], None]
MOST_LOOKS, MILLISECONDS_BETWEEN_LOOKS = 500, 20


def test_a_mention_reaches_a_colleague_and_is_read_from_the_panel(sign_in: Callable[..., Page], picture: Picture):
    seller, head = sign_in("sokolova"), sign_in("head")
    title = steps.fresh("Поставка весов")
    head.goto(steps.new_deal(seller, title))
    note = head.locator("textarea[name=text]")
    note.fill("@Сок")
    expect(head.locator(".mention-list li").first).to_be_visible()
    picture(head, "mention")
    note.press("Enter")
    note.press_sequentially("проверьте цены")
    head.get_by_role("button", name="Записать").click()
    expect(head.locator(".entry", has_text="проверьте цены").first).to_be_visible()

    seller.goto("/reminders/")
    seller.locator("#bell").click()
    panel = seller.locator("#notices-panel")
    expect(panel.locator(".notice", has_text="проверьте цены").first).to_be_visible(timeout=15_000)
    picture(seller, "notices")

    seller.goto("/clients/")
    expect(panel.locator(".notice-group", has_text=title).first).to_be_visible()
    panel.get_by_role("button", name=re.compile(f"Отметить прочитанным: {re.escape(title)}")).first.click()
    expect(panel.locator(".notice-group.is-unread", has_text="проверьте цены")).to_have_count(0)


def test_what_is_given_shows_itself_in_the_corner(sign_in: Callable[..., Page], picture: Picture):
    seller, head = sign_in("sokolova"), sign_in("head")
    title = steps.fresh("Поставка стеллажей")
    head.goto(steps.new_deal(seller, title))
    seller.goto("/reminders/")
    write(head, "@Соколова Анна Игоревна гляньте сроки")
    told = seller.locator("#toasts .toast-o[data-kind=notice]", has_text=title)
    expect(told).to_be_visible(timeout=15_000)
    picture(seller, "notice-corner")
    told.get_by_role("link").click()
    expect(seller.get_by_role("heading", name=title)).to_be_visible()


def test_a_notice_says_why_it_came_and_is_stopped_there(sign_in: Callable[..., Page], picture: Picture):
    seller, head = sign_in("sokolova"), sign_in("head")
    title = steps.fresh("Поставка кранов")
    deal = steps.new_deal(seller, title)
    head.goto(deal)
    for text in ("Первая встреча", "Второй звонок"):
        write(head, text)
    seller.goto("/notices/")
    group = seller.locator(".notice-group", has_text=title)
    expect(group.locator(".count", has_text="×2")).to_be_visible(timeout=15_000)
    assert not faults_of(seller)
    group.get_by_role("button", name="Почему?").click()
    expect(seller.locator(".menu-note:visible", has_text="Вы за это отвечаете")).to_be_visible()
    picture(seller, "notice-why")
    seller.get_by_role("menuitem", name="Не сообщать только об этом").locator("visible=true").click()
    expect(seller.locator("#toasts")).to_contain_text("Больше не сообщу")
    seller.goto("/notices/settings/")
    expect(seller.locator("li", has_text=title).get_by_role("button", name="Снова сообщать")).to_be_visible()


def test_quiet_hours_and_a_digest_are_kept(sign_in: Callable[..., Page], picture: Picture):
    page = sign_in("sokolova")
    page.goto("/notices/settings/")
    page.locator("[name=quiet_from]").fill("19:00")
    page.locator("[name=quiet_until]").fill("09:00")
    page.get_by_role("button", name="Сохранить").nth(1).click()
    expect(page.locator("[name=quiet_from]")).to_have_value("19:00")
    page.locator("select[name='clients.assigned|mail']").select_option("daily")
    page.get_by_role("button", name="Сохранить").first.click()
    expect(page.locator("select[name='clients.assigned|mail']")).to_have_value("daily")
    assert not faults_of(page)
    page.locator("[name=quiet_from]").scroll_into_view_if_needed()
    picture(page, "notice-hours")


def test_kinds_and_channels_are_cards_on_a_phone(sign_in: Callable[..., Page], picture: Picture):
    page = sign_in("director", size={"width": 360, "height": 740})
    for url in ("/notices/settings/", "/settings/notices/"):
        page.goto(url)
        matrix = page.locator(".table-scroll:has(.notice-matrix)")
        assert matrix.evaluate("one => one.scrollWidth - one.clientWidth") <= 0
        assert matrix.locator("td").nth(1).evaluate("one => getComputedStyle(one, '::before').content") == '"Браузер"'
        assert not faults_of(page)
    picture(page, "notice-matrix-phone")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("[name='late_minutes:clients.assigned']").fill("600")
    page.locator("[name='late_to:clients.assigned']").select_option(label="руководителю")
    page.get_by_role("button", name="Сохранить").first.click()
    expect(page.locator("#toasts")).to_contain_text("сохранены")
    expect(page.locator("[name='late_to:clients.assigned']")).to_have_value("head")
    expect(page.locator("[name='late_minutes:clients.assigned']")).to_have_value("600")
    assert not faults_of(page)
    page.locator("[name='late_to:clients.assigned']").scroll_into_view_if_needed()
    picture(page, "notice-late")


def test_the_browser_shows_what_its_push_service_brings(sign_in: Callable[..., Page], picture: Picture, watch: Watch):
    page = sign_in("sokolova")
    page.context.grant_permissions(["notifications"])
    page.goto("/notices/settings/")
    browsers = page.locator("#browsers")
    browsers.get_by_role("button", name="Показывать в этом браузере").click()
    # No push service is reached from here: the page says so, the worker is there all the same.
    expect(browsers.get_by_text("не достучался до своей службы")).to_be_visible(timeout=15_000)
    said = {"title": "Поставка весов", "body": "Орлова упоминает вас", "url": "/deals/1/"}
    deliver(page, json.dumps(said))
    page.wait_for_function(
        """async () => {
            const [registration] = await navigator.serviceWorker.getRegistrations();
            const shown = await registration.getNotifications();
            return shown.some((one) => one.title === "Поставка весов" && one.body.includes("упоминает"));
        }"""
    )
    # Chromium has no push service for windows as private as those of tests, and says so.
    watch.problems[:] = [one for one in watch.problems if "incognito" not in one]


def write(page: Page, text: str) -> None:
    page.locator("textarea[name=text]").fill(text)
    page.get_by_role("button", name="Записать").click()
    expect(page.locator(".entry", has_text=text.rsplit(" ", maxsplit=1)[-1]).first).to_be_visible()


def deliver(page: Page, data: str) -> None:
    """Give the worker of the page a message as the push service of the browser does."""
    known: list[str] = []
    channel = page.context.new_cdp_session(page)
    channel.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: known.extend(one["registrationId"] for one in told["registrations"]),
    )
    channel.send("ServiceWorker.enable")
    for _look in range(MOST_LOOKS):
        if known:
            break
        page.wait_for_timeout(MILLISECONDS_BETWEEN_LOOKS)
    origin = page.evaluate("location.origin")
    channel.send("ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": known[0], "data": data})


def test_a_reminder_of_a_card_is_set_by_words(sign_in: Callable[..., Page], picture: Picture):
    page = sign_in("sokolova")
    steps.new_deal(page, deal := steps.fresh("Поставка тележек"))
    page.get_by_role("button", name="Ещё действия").click()
    page.locator("#card-more").get_by_text("Напомнить").click()
    dialog = page.locator("#dialog")
    dialog.locator("[name=text]").fill("Спросить про оплату")
    dialog.locator("[name=at]").fill("через 2 ч")
    dialog.locator("[name=repeat]").select_option("daily")
    dialog.locator("[name=every]").fill("3")
    dialog.get_by_label("Закончить, когда").check()
    picture(page, "reminder")
    dialog.get_by_role("button", name="Напомнить").click()
    expect(dialog).to_be_hidden()
    page.goto("/reminders/")
    kept = page.locator(".reminders li", has_text=deal)
    expect(kept).to_contain_text("Раз в 3 дня")
    expect(kept).to_contain_text("Закончить, когда")
    picture(page, "reminders")


def test_a_kind_is_switched_off_in_the_settings(sign_in: Callable[..., Page], picture: Picture):
    page = sign_in("sokolova")
    page.goto("/notices/settings/")
    picture(page, "notice-settings")
    page.locator("select[name='deals.moved|app']").select_option("off")
    page.get_by_role("button", name="Сохранить").first.click()
    expect(page.locator("select[name='deals.moved|app']")).to_have_value("off")
