"""Plays: begun by the server, told by the piece, never more than self-scored."""

import datetime as dt
import threading

import pytest
from django.db import connection

from learning.competencies.models import CompetencyRecord, Completion
from learning.plays import actions, queries
from learning.plays.models import Play, Statement
from learning.plays.tokens import PlayToken
from tests import make, make_plays
from tests.make_plays import IRI, NOW, PART, spoken, statement

pytestmark = pytest.mark.django_db


def token(play: Play, at: dt.datetime = NOW) -> PlayToken:
    return PlayToken(play.pk, play.person_id, at)


def tell(play: Play, *said: actions.Spoken, now: dt.datetime = NOW + dt.timedelta(minutes=5)) -> list[str]:
    outcomes, _play = actions.record_statements(token=token(play), spoken=said, now=now)
    play.refresh_from_db()
    return outcomes


def test_a_play_goes_on_until_it_is_begun_anew_or_the_file_is_another() -> None:
    person, module = make.person(), make.activity()
    first = make_plays.play(person, module)
    tell(first, spoken(statement("attempted")))

    assert make_plays.play(person, module).pk == first.pk
    anew = make_plays.play(person, module, anew=True)
    other_file = make_plays.play(person, module, version="b" * 64)

    assert [first.number, anew.number, other_file.number] == [1, 2, 3]


def test_beginning_anew_before_anything_was_said_only_forgets_the_state() -> None:
    person, module = make.person(), make.activity()
    first = make_plays.play(person, module)
    actions.keep_state(token=token(first), part="0", name="state", data="{}", now=NOW)

    again = make_plays.play(person, module, anew=True)

    assert again.pk == first.pk
    assert Play.objects.get().state == {}


def test_a_closed_activity_is_not_played() -> None:
    with pytest.raises(actions.PlayRefused) as refused:
        make_plays.play(activity=make.activity(is_open=False))
    assert refused.value.code == "activity_closed"
    assert not Play.objects.exists()


def test_the_best_score_of_the_whole_piece_stays() -> None:
    play = make_plays.play()

    tell(play, spoken(statement("attempted")), spoken(statement("answered", (1, 1), of=PART)))
    assert (play.score, play.finished_at) == (None, None)
    tell(play, spoken(statement("completed", (3, 4))))
    tell(play, spoken(statement("completed", (1, 4))))

    assert (play.raw, play.max, play.score, play.statement_count) == (3, 4, 75, 4)
    assert play.finished_at == NOW + dt.timedelta(minutes=5)


def test_the_same_statement_again_changes_nothing() -> None:
    play = make_plays.play()
    one = spoken(statement("completed", (1, 2)))

    assert tell(play, one, one) == ["kept", "known"]
    assert tell(play, one) == ["known"]

    assert Statement.objects.count() == play.statement_count == 1


def test_a_statement_is_kept_whole_with_who_when_and_which_play() -> None:
    play = make_plays.play()
    tell(play, spoken(statement("completed", (1, 2)), ago_ms=60_000))

    kept = Statement.objects.get()

    assert kept.body["id"] == str(kept.pk)
    assert kept.body["actor"] == {
        "objectType": "Agent",
        "account": {"homePage": "https://belajar.example", "name": str(play.person_id)},
    }
    assert kept.body["context"] == {"registration": str(play.pk), "platform": "ASN Belajar"}
    assert kept.body["timestamp"] == (NOW + dt.timedelta(minutes=4)).isoformat()
    assert (kept.verb, kept.is_root, kept.score) == ("completed", True, 50)


def test_nothing_was_said_before_the_play_began() -> None:
    play = make_plays.play()
    tell(play, spoken(statement(), ago_ms=9_000_000))
    assert Statement.objects.get().happened_at == NOW


def test_a_flood_is_held_up_and_what_is_too_much_is_let_go() -> None:
    play = make_plays.play()
    flood = [spoken(statement("attempted")) for _each in range(actions.MOST_A_MINUTE + 1)]

    with pytest.raises(actions.PlayRefused) as refused:
        tell(play, *flood)
    assert (refused.value.status, Statement.objects.count()) == (429, 0)

    Play.objects.update(statement_count=actions.MOST_STATEMENTS - 1)
    assert tell(play, *flood[:2]) == ["kept", "discarded"]


@pytest.mark.parametrize("late", [dt.timedelta(days=13, hours=23), dt.timedelta(days=14, seconds=1)])
def test_what_comes_more_than_14_days_late_is_refused(late: dt.timedelta) -> None:
    play = make_plays.play()
    if late < actions.LATE:
        assert tell(play, spoken(statement()), now=NOW + late) == ["kept"]
        return
    with pytest.raises(actions.PlayRefused) as refused:
        tell(play, spoken(statement()), now=NOW + late)
    assert (refused.value.status, Statement.objects.count()) == (401, 0)


def test_nobody_speaks_for_somebody_else_or_for_who_has_left() -> None:
    play = make_plays.play()
    stranger = PlayToken(play.pk, make.person().pk, NOW)
    for who in (stranger, token(play)):
        if who is not stranger:
            play.person.is_active = False
            play.person.save()
        with pytest.raises(actions.PlayRefused):
            actions.record_statements(token=who, spoken=[spoken(statement())], now=NOW)
    assert not Statement.objects.exists()


def test_a_perfect_score_of_a_browser_completes_nothing() -> None:
    play = make_plays.play()
    make.study(play.person, play.activity, NOW, 20)

    tell(play, spoken(statement("completed", (100, 100))), spoken(statement("passed", (100, 100))))

    assert play.score == 100
    assert not Completion.objects.exists()
    assert not CompetencyRecord.objects.exists()


def test_state_is_kept_by_part_and_too_much_of_it_is_refused() -> None:
    play = make_plays.play()

    def keep(data: str | None, part: str = "0") -> None:
        actions.keep_state(token=token(play), part=part, name="state", data=data, now=NOW)

    keep('{"chosen":[1]}')
    keep('"x"', part="6f1f-1")
    with pytest.raises(actions.PlayRefused) as refused:
        keep("x" * actions.MOST_STATE_BYTES)
    assert refused.value.status == 413
    play.refresh_from_db()
    assert play.state == {"0": {"state": '{"chosen":[1]}'}, "6f1f-1": {"state": '"x"'}}
    keep(None)
    play.refresh_from_db()
    assert play.state["0"] == {}


def test_each_piece_is_shown_once_with_its_best_score() -> None:
    person, module = make.person(), make.activity(title="Melayani warga")
    for score in ((4, 5), (2, 5)):
        play = make_plays.play(person, module, anew=True)
        tell(play, spoken(statement("completed", score)))
    make_plays.play(person, make.activity())  # opened, nothing said

    (shown,) = queries.self_scored(person)

    assert (shown.title, shown.activity_title, shown.times) == ("Kuis singkat", "Melayani warga", 2)
    assert (shown.raw, shown.max, shown.score) == (4, 5, 80)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_begin_at_once_share_one_play() -> None:
    person, module = make.person(), make.activity()
    made: list[Play] = []
    start = threading.Barrier(2)

    def begin() -> None:
        start.wait()
        made.append(make_plays.play(person, module))
        connection.close()

    threads = [threading.Thread(target=begin) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({play.pk for play in made}) == 1
    assert Play.objects.get().iri == IRI
