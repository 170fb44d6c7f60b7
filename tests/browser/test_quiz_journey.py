"""Every kind of question by keyboard on a phone: failed, read, taken again, passed; also without scripts."""

import tomllib

import pytest
from playwright.sync_api import Page, expect

from learning.sample import LEARNER
from tests.browser.conftest import OpenPage
from tests.browser.visit import screenshots
from tests.serving import ROOT

SLUG = "keamanan-informasi-asn"
QUIZ = f"/alur/kecakapan-digital/{SLUG}/kuis/"
MODULE = tomllib.loads((ROOT / f"content/sample/modules/{SLUG}.toml").read_text(encoding="utf-8"))
QUESTIONS = {
    each["text"]: each
    for question in MODULE["questions"]
    for each in (question["questions"] if question["type"] == "pool" else [question])
}


def reach(page: Page, selector: str) -> None:
    """Tab on until the focus is there: what only a mouse reaches fails here."""
    for _step in range(80):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {selector} by keyboard")


def choose(page: Page, name: str, option: str) -> None:
    """In the list that has the focus, by its letters, as a keyboard does."""
    select = page.locator(f"[name='{name}']")
    texts = select.locator("option").all_inner_texts()
    for _step in range(texts.index(option)):
        page.keyboard.press("ArrowDown")
    expect(select.locator("option:checked")).to_have_text(option)


def answer_by_keyboard(page: Page, *, rightly: bool) -> None:
    """The whole form from the first field to the button, without a pointer."""
    reach(page, ".quiz-start button")
    page.keyboard.press("Enter")
    expect(page.locator("form.quiz")).to_be_visible()
    for fieldset in page.locator("fieldset.question").all():
        legend = fieldset.locator("legend").inner_text()
        question = next(each for text, each in QUESTIONS.items() if text in legend)
        kind = fieldset.get_attribute("data-kind")
        if kind in ("ordering", "matching"):
            for row in fieldset.locator(".question-item").all():
                line, name = row.locator("label").inner_text(), row.locator("select").get_attribute("name")
                if kind == "ordering":
                    places = question["items"] if rightly else question["items"][::-1]
                    right = str(places.index(line) + 1)
                else:
                    pairs = {each["left"]: each["right"] for each in question["pairs"]}
                    right = (
                        pairs[line]
                        if rightly
                        else next(each for each in pairs.values() if each != pairs[line])
                    )
                reach(page, f"[name='{name}']")
                choose(page, str(name), right)
        elif kind == "short_text":
            reach(page, f"[name='{fieldset.locator('input').get_attribute('name')}']")
            page.keyboard.type(f"  {question['accepted'][0].upper()} " if rightly else "entah")
        else:
            wanted = [
                choice.locator("input").get_attribute("value")
                for choice in fieldset.locator("label.choice").all()
                if is_right(question, choice.inner_text().strip()) is rightly
            ]
            name = fieldset.locator("input").first.get_attribute("name")
            if kind == "multiple":
                for value in wanted:
                    reach(page, f"[name='{name}'][value='{value}']")
                    page.keyboard.press("Space")
            else:
                values = [each.get_attribute("value") for each in fieldset.locator("input").all()]
                reach(page, f"[name='{name}']")
                page.keyboard.press("Space")
                for _step in range(values.index(wanted[0])):
                    page.keyboard.press("ArrowDown")
                assert page.locator(f"[name='{name}']:checked").get_attribute("value") == wanted[0]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if rightly:
        screenshots(page, "kuis-semua-jenis")
    reach(page, "form.quiz button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("#hasil")).to_be_visible()


def is_right(question: dict[str, object], text: str) -> bool:
    choices: list[dict[str, object]] = question["choices"]  # type: ignore[assignment]
    return next(bool(each["correct"]) for each in choices if each["text"] == text)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_learner_fails_reads_why_and_passes_at_once(open_page: OpenPage, javascript: bool) -> None:
    page = open_page(who=LEARNER, javascript=javascript)
    page.goto(QUIZ)
    answer_by_keyboard(page, rightly=False)
    result = page.locator("#hasil")
    expect(result).to_contain_text("Belum lulus")
    for question in MODULE["questions"]:
        if question["type"] != "pool":
            expect(result).to_contain_text(question["explanation"])
    expect(result).to_contain_text("Anda memilih")
    screenshots(page, "kuis-semua-jenis-belum-lulus")
    answer_by_keyboard(page, rightly=True)
    expect(page.locator("#hasil")).to_contain_text("Anda lulus")
    expect(page.locator(".quiz-score")).to_contain_text("100")
