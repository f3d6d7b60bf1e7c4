"""Work of a colleague for others: who gets what is shown first, goes, and comes back."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

SignIn = Callable[..., Page]
AWAY, STAYS = "Мельников Павел Олегович", "Соколова Анна Игоревна"


def test_clients_of_a_colleague_go_to_another_and_come_back(sign_in: SignIn, picture: Callable[[Page, str], None]):
    page = sign_in("director")
    page.goto("/settings/users/")
    page.get_by_role("link", name=AWAY).first.click()
    page.get_by_role("link", name="Передать дела").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(AWAY)
    picture(page, "handover-form")
    people = page.locator("select[name='clients.client:people'] + .ts-wrapper input")
    people.press_sequentially(STAYS[:8])
    page.locator(".ts-dropdown .option:visible", has_text=STAYS).click()
    page.get_by_role("button", name="Показать, кто что получит").click()

    parcel = page.locator("details.panel", has_text=f"Клиенты → {STAYS}")
    expect(parcel).to_be_visible(timeout=60_000)
    count = parcel.locator(".panel-head .num").inner_text()
    assert count != "0"
    picture(page, "handover-plan")
    page.get_by_role("button", name="Передать", exact=True).click()

    back = page.get_by_role("button", name="Вернуть записи")
    expect(back).to_be_visible(timeout=60_000)
    expect(parcel.locator(".panel-head .num")).to_have_text(count)
    back.click()

    expect(page.locator(".page-head .badge-o")).to_have_text("Возвращено", timeout=60_000)
    expect(page.locator("details.panel", has_text=f"Клиенты → {AWAY}").locator(".panel-head .num")).to_have_text(count)


def test_leave_of_the_demo_company_is_planned_and_may_be_cancelled(sign_in: SignIn):
    page = sign_in("director")
    page.goto("/handovers/")
    page.locator(".list-row td.first a", has_text="Гусев").first.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Гусев")
    expect(page.get_by_role("button", name="Отменить передачу")).to_be_visible()
    expect(page.locator("details.panel", has_text="Клиенты →").first).to_be_visible()
