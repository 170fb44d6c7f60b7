"""Units from a file: a whole tree, or a reason why not; never a circle."""

from collections.abc import Callable

import pytest

from bench import people_file
from learning.people.models import ImportRun, Unit
from tests import make
from tests.learning.people.importing.conftest import Province, Send, kinds, reasons

HEAD = ["KODE UNOR", "NAMA UNOR", "KODE INDUK", "STATUS", "NIP KEPALA"]
Step = Callable[..., ImportRun]


def tree() -> list[tuple[str, str, str]]:
    """Code, name and parent's code of every unit."""
    codes = {unit.path: unit.code for unit in Unit.objects.all()}
    return [(unit.code, unit.name, codes.get(unit.path[:-4], "")) for unit in Unit.objects.order_by("code")]


def sound() -> None:
    """Treebeard finds nothing wrong with the paths."""
    assert Unit.find_problems() == ([], [], [], [], [])


def send_units(send: Send, rows: list[list[str]], **fields: object) -> ImportRun:
    return send([HEAD, *([*row, "", "", ""][:5] for row in rows)], kind="units", **fields)


def test_a_tree_in_any_order_is_built_and_taken_back(
    province: Province, send: Send, apply: Step, undo: Step
) -> None:
    before = tree()
    run = send_units(
        send,
        [
            ["S2", "SEKSI DUA", "B9"],
            ["B9", "Bidang Sembilan", "dinas"],
            ["S1", "Seksi Satu", "B9"],
            ["DINAS", "Dinas Contoh Baru", "JTM"],
            ["BIDANG", "Bidang Data", "BADAN"],
            ["BADAN", "Badan Contoh (NON AKTIF)", "JTM"],
        ],
    )
    assert kinds(run) == ["new", "new", "new", "changed", "moved", "leaving"]

    apply(run)

    sound()
    assert ("S2", "Seksi Dua", "B9") in tree()
    assert ("BIDANG", "Bidang Data", "BADAN") in tree()
    assert Unit.objects.get(code="BADAN").is_active is False
    assert Unit.objects.get(code="DINAS").name == "Dinas Contoh Baru"

    undo(run)

    sound()
    assert tree() == before
    assert Unit.objects.get(code="BADAN").is_active


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["A", "A", "B"], ["B", "B", "A"]], [["circle"], ["circle"]]),
        ([["A", "Unit A", "A"]], [["circle"]]),
        ([["JTM", "Provinsi", "BIDANG"]], [["circle"]]),
        ([["A", "Unit A", "ENTAH"], ["B", "Unit B", "A"]], [["parent_unknown"], ["parent_unknown"]]),
        ([["A", "Unit A", "JTM"], ["A", "Unit Lain", "JTM"]], [["duplicate_differs"], ["duplicate_differs"]]),
        ([["A", "Unit A", "JTM"], ["A", "Unit A", "JTM"]], [[], ["duplicate_same"]]),
        ([["A", "Dinas Contoh", "JTM"]], [["same_name_here"]]),
        ([["A", "", "JTM"]], [["name_missing"]]),
        ([["A", "HAPUS", "JTM"]], [["gone_unknown"]]),
        ([["A", "Unit A", "JTM", "", "190001012020012999"]], [["head_unknown"]]),
    ],
)
def test_a_unit_that_cannot_be_says_why(
    province: Province, send: Send, apply: Step, rows: list[list[str]], told: list[list[str]]
) -> None:
    run = send_units(send, rows)
    assert reasons(run) == told
    apply(run)
    sound()


def test_the_seventh_level_is_refused(province: Province, send: Send) -> None:
    chain = [
        [f"L{level}", f"Unit {level}", f"L{level - 1}" if level > 4 else "BIDANG"] for level in range(4, 8)
    ]
    run = send_units(send, chain)
    assert reasons(run) == [[], [], [], ["too_deep"]]


def test_a_head_is_named_by_number(province: Province, send: Send, apply: Step, undo: Step) -> None:
    head = make.person(province.dinas)
    run = apply(send_units(send, [["DINAS", "Dinas Contoh", "JTM", "", str(head.nip)]]))
    assert Unit.objects.get(code="DINAS").head == head
    undo(run)
    assert Unit.objects.get(code="DINAS").head is None


def test_undo_keeps_a_unit_that_is_used(province: Province, send: Send, apply: Step, undo: Step) -> None:
    run = apply(send_units(send, [["A", "Unit A", "DINAS"], ["B", "Unit B", "A"], ["C", "Unit C", "A"]]))
    make.person(Unit.objects.get(code="B"))

    run = undo(run)

    assert {row.key: row.outcome for row in run.rows.all()} == {"A": "kept", "B": "kept", "C": "undone"}
    sound()


def test_unit_hr_changes_only_their_subtree(province: Province, send: Send) -> None:
    run = send_units(
        send,
        [
            ["BADAN", "Nama Lain", "JTM"],
            ["A", "Unit A", "BADAN"],
            ["B", "Unit B", "BIDANG"],
            ["BADAN2", "Di Puncak", ""],
        ],
        unit=province.dinas,
    )
    assert kinds(run) == ["problem", "problem", "new", "problem"]


def test_a_dirty_tree_of_the_generator_is_sound(province: Province, send: Send, apply: Step) -> None:
    rows = people_file.units(400)
    run = apply(send([list(people_file.UNIT_COLUMNS), *map(list, rows)], kind="units"))
    sound()
    assert run.counts["outcomes"] == {"applied": run.counts["new"]}
    assert run.counts["new"] + run.counts.get("problem", 0) == 400
    assert Unit.objects.filter(depth=6).exists()
