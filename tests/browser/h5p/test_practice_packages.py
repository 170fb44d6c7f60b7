"""Packages of others, played to their end: `BELAJAR_H5P_PRACTICE=folder pytest -m browser -k practice`.

None is part of this repository, so without the folder this is skipped; docs/h5p.md says what came of it.
"""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from playwright.sync_api import Frame, Page, expect

from learning.sample import LEARNER
from tests.browser.conftest import OpenPage
from tests.browser.h5p.conftest import begin, package_of, stage_of
from tests.browser.visit import SCREENSHOTS
from tests.serving import manage

FOLDER = os.environ.get("BELAJAR_H5P_PRACTICE", "")
FILES = sorted(Path(FOLDER).glob("*.h5p")) if FOLDER else []
pytestmark = pytest.mark.skipif(not FILES, reason="BELAJAR_H5P_PRACTICE names no folder of packages")

MAKE = """
import json, pathlib
from content.h5p.problems import Refused
from content.models import TrackPage
from learning.competencies.models import Competency
from tests import make_h5p, make_pages
taken, refused = {{}}, {{}}
for file in map(pathlib.Path, {files}):
    try:
        kept = make_h5p.kept(file.read_bytes(), title=f"Latihan {{file.stem}}", file_name=file.name)
        taken[file.name] = kept
    except Refused as error:
        refused[file.name] = [each.rule for each in error.problems]
steps = [make_pages.step(name[:50], ("package", dict(package=kept))) for name, kept in taken.items()]
page = make_pages.module(TrackPage.objects.get(slug="teknis"), title="Latihan", slug="latihan", steps=steps,
    competencies=[make_pages.competency(Competency.objects.first(), level=1)])
url = page.get_url()
paths = {{name: url if n == 1 else f"{{url}}{{n}}/" for n, name in enumerate(taken, 1)}}
print(json.dumps([paths, refused]))
"""


@pytest.fixture(scope="session")
def practice(site: str, site_environment: dict[str, str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The path of each package that was taken, and the rules that refused the others."""
    command = MAKE.format(files=[str(file) for file in FILES])
    paths, refused = json.loads(
        manage("shell", "--verbosity", "0", "--command", command, env=site_environment)
    )
    return paths, refused


def parameters(file: Path) -> Any:
    with ZipFile(file) as archive:
        return json.loads(archive.read("content/content.json").decode("utf-8-sig"))


def library_of(file: Path) -> str:
    with ZipFile(file) as archive:
        return str(json.loads(archive.read("h5p.json").decode("utf-8-sig"))["mainLibrary"])


def true_false(page: Page, package: Frame, asked: Any) -> None:
    package.locator(".h5p-true-false-answer").nth(0 if asked["correct"] == "true" else 1).click()


def multi_choice(page: Page, package: Frame, asked: Any) -> None:
    for answer in asked["answers"]:
        if answer["correct"]:
            text = re.sub("<[^>]+>", "", answer["text"]).strip()
            package.locator(".h5p-answer").filter(has_text=text).click()


def drag_text(page: Page, package: Frame, asked: Any) -> None:
    words = [each.split(":")[0] for each in re.findall(r"\*(.+?)\*", asked["textField"])]
    for number, word in enumerate(words):
        word_at = package.locator(".h5p-drag-draggables-container [role=button]").filter(has_text=word).first
        word_at.focus()
        page.keyboard.press("Enter")
        package.locator(".h5p-drag-droppable-words [aria-dropeffect]").nth(number).focus()
        page.keyboard.press("Enter")


def check(package: Frame) -> None:
    package.locator(".h5p-question-check-answer").first.click()


def arithmetic(page: Page, package: Frame, asked: Any) -> None:
    package.locator(".mq-control-button").first.click()
    for _question in range(asked["maxQuestions"]):
        question = package.locator(".h5p-baq-game .current-slide .question, .question-page.current .question")
        question = package.locator(".question-page:visible").last if not question.count() else question.first
        text = question.inner_text()
        factors = [int(each) for each in re.findall(r"\d+", text.split("=")[0])]
        choices = package.locator(".h5p-baq-alternatives:visible").last.locator("li")
        choices.filter(has_text=re.compile(rf"^\s*{factors[0] * factors[1]}\s*$")).click()
        page.wait_for_timeout(4500)


def column(page: Page, package: Frame, asked: Any) -> None:
    """Something in every field, then every button that checks: how right it is does not matter."""
    for field in package.locator("input.h5p-text-input:visible, textarea:visible").all():
        field.fill("Kakao, Zucker und Milch " * 20)  # an essay has a least length
    buttons = package.locator(".h5p-question-check-answer:visible")
    for _button in range(buttons.count()):
        buttons.first.click()  # a button goes away with its answer
        page.wait_for_timeout(1000)


def interactive_video(page: Page, package: Frame, asked: Any) -> None:
    """One question answered where it stands in the film, then the screen at its end."""
    asked_at = next(
        each["duration"]["from"]
        for each in asked["interactiveVideo"]["assets"]["interactions"]
        if each["action"]["library"].startswith("H5P.MultiChoice")
    )
    package.locator(".h5p-splash-wrapper").click()
    package.evaluate(f"H5P.instances[0].video.pause(); H5P.instances[0].video.seek({asked_at + 1})")
    package.locator(".h5p-interaction-button").first.click()
    package.locator(".h5p-answer:visible").first.click()
    package.locator(".h5p-question-check-answer:visible").first.click()
    end = asked["interactiveVideo"]["assets"]["endscreens"][0]["time"]
    package.locator(".h5p-dialog-close:visible").first.click()
    package.evaluate(f"H5P.instances[0].video.seek({end - 1}); H5P.instances[0].video.play()")
    package.locator(".h5p-interactive-video-endscreen-submit-button").click(timeout=20_000)


Solver = Callable[[Page, Frame, Any], None]
SOLVERS: dict[str, tuple[Solver, bool]] = {  # how it is answered, and whether a button checks it
    "H5P.TrueFalse": (true_false, True),
    "H5P.MultiChoice": (multi_choice, True),
    "H5P.DragText": (drag_text, True),
    "H5P.ArithmeticQuiz": (arithmetic, False),
    "H5P.Column": (column, False),
    "H5P.InteractiveVideo": (interactive_video, False),
}
ANY_SCORE = {"H5P.Column", "H5P.InteractiveVideo"}


def state_of(package: Frame) -> str:
    """Where the piece says it is; the order of a list says nothing."""
    state = package.evaluate("H5P.instances[0].getCurrentState?.() ?? null")
    return json.dumps(sorted(state, key=str) if isinstance(state, list) else state, sort_keys=True)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_practice_package_is_played_to_its_end(
    file: Path,
    open_page: OpenPage,
    practice: tuple[dict[str, str], dict[str, list[str]]],
    ask_site: Callable[[str], Any],
) -> None:
    paths, refused = practice
    if file.name in refused:
        pytest.skip(f"refused: {', '.join(refused[file.name])}")
    title = f"Latihan {file.stem}"
    page = open_page(who=LEARNER, width=1280, allow=".")
    lines: list[str] = []
    page.on("console", lambda message: lines.append(message.text) if message.type == "error" else None)
    page.goto(paths[file.name])
    begin(page)
    stage = stage_of(page)
    stage.locator("h5p-stage:not([data-state=loading])").wait_for(timeout=60_000)
    if stage.locator("h5p-stage[data-state=failed]").count():  # a broken package: said in words
        pytest.skip(f"does not start: {stage.get_by_role('status').first.inner_text()}")
    package = package_of(page)
    page.wait_for_timeout(1500)
    page.screenshot(path=SCREENSHOTS / "h5p" / "latihan" / f"{file.stem}.png", full_page=True)
    solver, is_checked = SOLVERS.get(library_of(file), (None, False))
    film = parameters(file).get("interactiveVideo", {}).get("video", {}).get("files", [{}])[0]
    if film.get("path", "").startswith("http"):
        pytest.skip("plays, without its film: that is on the internet")
    if solver is None:
        stage.get_by_role("button", name="Tandai selesai").click()
    else:
        if is_checked:
            with page.expect_response(lambda answer: answer.url.endswith("/plays/state"), timeout=30_000):
                solver(page, package, parameters(file))
            before = state_of(package)
            page.reload()
            begin(page)
            package = package_of(page)
            stage = stage_of(page)
            assert state_of(package) == before
            check(package)
        else:
            solver(page, package, parameters(file))
    result = stage.locator("[data-part=result]")
    expect(result).to_be_visible(timeout=20_000)
    said = f"[[s.verb, s.is_root, s.score] for s in Statement.objects.filter(play__title={title!r})]"
    plays = f"[[p.finished_at is not None, p.score] for p in Play.objects.filter(title={title!r})]"
    came_out = [file.name, library_of(file), result.inner_text(), ask_site(said), lines[:3]]
    print(came_out)  # noqa: T201 - for the table of docs/h5p.md
    [[is_finished, score]] = ask_site(plays)
    assert is_finished
    if library_of(file) not in ANY_SCORE:
        assert score == (100 if solver else None)
    page.goto("/kompetensi/")
    expect(page.locator(".self-scored .card").filter(has_text=title)).to_be_visible()
    seconds = ask_site("sum(e.credited_s for e in StudyEntry.objects.filter(activity__title='Latihan'))")
    assert seconds > 0
