"""The runs table: order, filter, columns, eyes, live changes, and all of it in the address."""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import RUNS
from tests.browser.seed import SeededRun, sweep_run, write_run
from tests.browser.test_accessibility import PHONE, violations
from tests.support.server import ServerProcess

TABLE = "/p/default/sweep"


def rows(page: Page) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link"))


def names(page: Page, count: int = 3) -> list[str]:
    return rows(page).get_by_role("link").all_inner_texts()[:count]


def query_of(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def expected_order(key: int) -> list[str]:
    """Names by validation loss (ties: newest first), ascending (1) or descending (-1)."""
    order = sorted(range(RUNS), key=lambda i: (key * (i % 10), -i))
    return [sweep_run(i).name for i in order]


def test_newest_first_with_automatic_columns(quiet_page: Page) -> None:
    quiet_page.goto(TABLE)
    expect(rows(quiet_page).first).to_contain_text("sweep-039")
    headings = quiet_page.get_by_role("columnheader").all_inner_texts()
    for word in ("State", "Created", "Duration", "loss", "lr", "batch_size", "optimizer", "Tags"):
        assert any(word in heading for heading in headings), (word, headings)
    expect(quiet_page.get_by_role("status").filter(has_text="drawn")).to_have_text(f"5 of {RUNS} runs drawn")


def test_sorts_on_the_server_and_keeps_it_in_the_address(quiet_page: Page) -> None:
    quiet_page.goto(TABLE)
    heading = quiet_page.get_by_role("columnheader").filter(has_text="metrics/val/loss")
    heading.get_by_role("button").first.click()
    expect(rows(quiet_page).first).to_contain_text(expected_order(-1)[0])
    heading.get_by_role("button").first.click()
    expect(rows(quiet_page).first).to_contain_text(expected_order(1)[0])
    assert query_of(quiet_page)["sort"] == ["metrics/val/loss:float_series:asc"]
    assert names(quiet_page, 5) == expected_order(1)[:5]
    quiet_page.reload()
    expect(rows(quiet_page).first).to_contain_text(expected_order(1)[0])
    quiet_page.go_back()
    expect(rows(quiet_page).first).to_contain_text(expected_order(-1)[0])


def test_filters_by_a_query(quiet_page: Page) -> None:
    quiet_page.goto(TABLE)
    box = quiet_page.get_by_label("Search runs by name")
    box.fill('params/optimizer = "sgd" AND params/lr > 0.05')
    box.press("Enter")
    expect(quiet_page.get_by_role("status").filter(has_text="drawn")).to_have_text("0 of 0 runs drawn")
    expect(quiet_page.get_by_text("No run matches")).to_be_visible()
    quiet_page.get_by_role("button", name="Clear the query").click()
    box.fill('params/optimizer = "sgd" AND params/lr < 0.05')
    box.press("Enter")
    expect(quiet_page.get_by_role("status").filter(has_text="drawn")).to_have_text(f"5 of {RUNS // 2} runs drawn")


def test_plain_words_search_names_while_typing(quiet_page: Page) -> None:
    quiet_page.goto(TABLE)
    quiet_page.get_by_label("Search runs by name").fill("SWEEP-01")
    expect(quiet_page.get_by_role("status").filter(has_text="drawn")).to_have_text("5 of 10 runs drawn")


def test_a_wrong_query_says_where(page: Page) -> None:
    page.goto(TABLE)
    expect(rows(page).first).to_contain_text("sweep-039")
    box = page.get_by_label("Search runs by name")
    box.fill("params/lr >> 3")
    box.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(page.locator("u")).to_be_attached()
    expect(rows(page).first).to_contain_text("sweep-039")


def test_a_tag_filters(quiet_page: Page) -> None:
    quiet_page.goto(TABLE + "?cols=sys/tags:string_set")
    rows(quiet_page).nth(1).get_by_role("button", name="even").click()
    expect(quiet_page.get_by_role("status").filter(has_text="drawn")).to_have_text(f"5 of {RUNS // 2} runs drawn")
    assert query_of(quiet_page)["q"] == ['`sys/tags`:string_set CONTAINS "even"']


def test_columns_are_found_by_regex_and_shared_by_the_address(quiet_page: Page) -> None:
    quiet_page.goto(TABLE + "?cols=sys/id:string")
    quiet_page.get_by_role("button", name="Columns", exact=True).click()
    quiet_page.get_by_label("Search attributes").fill("^metrics/.*loss$")
    choices = quiet_page.get_by_role("checkbox").filter(has_text="loss")  # rows have boxes, too
    expect(choices).to_have_count(2)
    choices.filter(has_text="train").click()
    expect(quiet_page.get_by_role("columnheader").filter(has_text="train")).to_be_visible()
    assert query_of(quiet_page)["cols"] == ["sys/id:string,metrics/train/loss:float_series"]


def test_a_series_column_shows_another_aggregate(quiet_page: Page) -> None:
    quiet_page.goto(TABLE + "?cols=metrics/val/loss:float_series")
    heading = quiet_page.get_by_role("columnheader").filter(has_text="metrics/val/loss")
    heading.hover()
    heading.get_by_role("button", name="Column loss").click()
    quiet_page.get_by_role("menuitem", name="Maximum").click()
    # The first point of run 39 is its final loss plus one.
    expect(rows(quiet_page).first).to_contain_text(f"{0.1 + 9 / 20 + 1:.4f}")
    assert query_of(quiet_page)["cols"] == ["metrics/val/loss:float_series:max"]


def test_eyes_are_counted_and_shared(quiet_page: Page) -> None:
    quiet_page.goto(TABLE)
    counted = quiet_page.get_by_role("status").filter(has_text="drawn")
    rows(quiet_page).nth(0).get_by_role("button", name="Draw sweep-039").click()
    rows(quiet_page).nth(8).get_by_role("button", name="Draw sweep-031").click()
    rows(quiet_page).nth(9).get_by_role("button", name="Draw sweep-030").click()
    expect(counted).to_have_text(f"6 of {RUNS} runs drawn")
    quiet_page.reload()
    expect(counted).to_have_text(f"6 of {RUNS} runs drawn")
    eye = rows(quiet_page).nth(8).get_by_role("button", name="Draw sweep-031")
    expect(eye).to_have_attribute("aria-pressed", "true")


def test_a_new_run_appears_by_itself(server: ServerProcess, quiet_page: Page) -> None:
    write_run(server.url, "default/live", SeededRun("first", series={"loss": [1.0, 0.5]}))
    quiet_page.goto("/p/default/live")
    expect(rows(quiet_page)).to_have_count(1)
    expect(quiet_page.get_by_text("Live", exact=True)).to_be_visible()
    quiet_page.mouse.move(5, 5)
    write_run(server.url, "default/live", SeededRun("second", series={"loss": [1.0, 0.25]}))
    expect(rows(quiet_page)).to_have_count(2)


def test_rows_do_not_move_under_the_pointer(server: ServerProcess, quiet_page: Page) -> None:
    write_run(server.url, "default/still", SeededRun("first"))
    quiet_page.goto("/p/default/still")
    expect(rows(quiet_page)).to_have_count(1)
    expect(quiet_page.get_by_text("Live", exact=True)).to_be_visible()
    rows(quiet_page).first.hover()
    write_run(server.url, "default/still", SeededRun("second"))
    pill = quiet_page.get_by_role("button", name="1 new run")
    expect(pill).to_be_visible()
    assert names(quiet_page) == ["first"]
    pill.click()
    expect(rows(quiet_page).first).to_contain_text("second")


def test_a_row_leads_to_its_run(quiet_page: Page) -> None:
    quiet_page.goto(TABLE)
    rows(quiet_page).first.get_by_role("link").click()
    expect(quiet_page).to_have_url(re.compile(r"/p/default/sweep/runs/[^/?]+"))


def test_words_and_expressions_are_joined_and_a_cell_filters(quiet_page: Page) -> None:
    counted = quiet_page.get_by_role("status").filter(has_text="drawn")
    quiet_page.goto(TABLE + "?cols=params/optimizer:string")
    box = quiet_page.get_by_label("Search runs by name")
    box.fill("/^sweep-0[01]/ NOT sweep-005")
    expect(counted).to_have_text("5 of 19 runs drawn")
    rows(quiet_page).nth(1).get_by_role("button", name="adam").click()
    expect(counted).to_have_text("5 of 10 runs drawn")


def test_pinned_runs_a_baseline_and_columns_are_in_the_address(quiet_page: Page) -> None:
    quiet_page.goto(TABLE + "?cols=sys/state:run_state,metrics/val/loss:float_series")
    last = rows(quiet_page).nth(9)
    last.hover()
    last.get_by_role("button", name="Keep sweep-030 on top").click()
    expect(rows(quiet_page).first).to_contain_text("sweep-030")
    rows(quiet_page).first.hover()
    rows(quiet_page).first.get_by_role("button", name="Compare with sweep-030").click()
    # Run 39 ends 0.45 above run 30, and a loss that is higher is worse.
    expect(rows(quiet_page).nth(1).locator("[data-verdict=worse]")).to_have_text("+0.4500")
    heading = quiet_page.get_by_role("columnheader").filter(has_text="metrics/val/loss")
    heading.hover()
    heading.get_by_role("button", name="Column loss").click()
    quiet_page.get_by_role("menuitem", name="Pin to the left").click()
    expect(quiet_page.get_by_role("columnheader").nth(2)).to_contain_text("loss")
    assert query_of(quiet_page)["cols"] == ["sys/state:run_state,metrics/val/loss:float_series:pin"]
    quiet_page.keyboard.press("2")
    expect(rows(quiet_page).first).to_contain_text("0.1027")


def test_ticked_runs_are_apart_from_drawn_ones(quiet_page: Page) -> None:
    quiet_page.goto(TABLE)
    rows(quiet_page).nth(7).get_by_role("checkbox").check()
    bar = quiet_page.get_by_role("region", name="Selected runs")
    expect(bar).to_contain_text("1 selected")
    bar.get_by_role("button", name=f"Select all {RUNS} that match").click()
    expect(bar).to_contain_text(f"{RUNS} selected")
    bar.get_by_role("button", name="Clear").click()
    expect(bar).to_be_hidden()
    expect(quiet_page.get_by_role("status").filter(has_text="drawn")).to_have_text(f"5 of {RUNS} runs drawn")


def test_the_whole_table_is_downloaded(quiet_page: Page) -> None:
    quiet_page.goto(TABLE + "?cols=params/lr:float&q=params/optimizer+%3D+sgd")
    expect(rows(quiet_page).first).to_contain_text("sweep-039")
    quiet_page.get_by_role("button", name="Download the table").click()
    with quiet_page.expect_download() as started:
        quiet_page.get_by_role("menuitem", name="CSV").click()
    lines = started.value.path().read_text().splitlines()
    assert len(lines) == 1 + RUNS // 2 and lines[0].endswith('"params/lr"')


def test_groups_open_and_their_eyes_have_three_states(quiet_page: Page) -> None:
    quiet_page.goto(TABLE + "?cols=params/optimizer:string,metrics/val/loss:float_series")
    heading = quiet_page.get_by_role("columnheader").filter(has_text="optimizer")
    heading.hover()
    heading.get_by_role("button", name="Column optimizer").click()
    quiet_page.get_by_role("menuitem", name="Group by this").click()
    assert query_of(quiet_page)["group"] == ["params/optimizer:string"]
    groups = quiet_page.get_by_role("treegrid", name="Groups of runs")
    group = groups.get_by_role("row", name="adam")
    expect(group).to_contain_text("2 drawn")
    expect(group.get_by_role("gridcell").nth(2)).to_contain_text("…")
    eye = group.get_by_role("checkbox", name="Draw the runs of adam")
    expect(eye).to_have_attribute("aria-checked", "mixed")
    eye.click()
    expect(eye).to_have_attribute("aria-checked", "true")
    expect(quiet_page.get_by_role("status").filter(has_text="drawn")).to_have_text(f"23 of {RUNS} runs drawn")
    assert violations(quiet_page) == []


def test_groups_are_walked_by_keyboard_and_stay_open_in_the_address(quiet_page: Page) -> None:
    quiet_page.goto(TABLE + "?group=params/optimizer:string,params/lr:float&n=0")
    groups = quiet_page.get_by_role("treegrid", name="Groups of runs")
    expect(groups.get_by_role("row", name="adam")).to_be_visible()
    groups.focus()
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowRight"):
        quiet_page.keyboard.press(key)
        expect(groups.locator("[aria-busy=true]")).to_have_count(0)
    expect(groups.get_by_role("row").nth(2)).to_have_attribute("aria-level", "2")
    expect(groups.get_by_role("link").first).to_be_visible()
    quiet_page.keyboard.press("Space")
    expect(quiet_page.get_by_role("status").filter(has_text="drawn")).to_have_text(f"10 of {RUNS} runs drawn")
    quiet_page.reload()
    expect(groups.get_by_role("link").first).to_be_visible()
    groups.focus()
    quiet_page.keyboard.press("Home")
    quiet_page.keyboard.press("ArrowLeft")
    expect(groups.get_by_role("link")).to_have_count(0)
    assert "open" not in query_of(quiet_page)
    quiet_page.set_viewport_size(PHONE)
    expect(groups.get_by_role("row", name="sgd")).to_be_visible()
    assert quiet_page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_phone_groups_runs_and_a_narrow_list_keeps_its_numbers(quiet_page: Page) -> None:
    quiet_page.set_viewport_size(PHONE)
    quiet_page.goto(f"{TABLE}?cols=metrics/val/loss:float_series")
    quiet_page.get_by_role("button", name="Group runs").click()
    quiet_page.get_by_role("textbox", name="Search attributes to group by").fill("OPTIM")
    quiet_page.get_by_role("checkbox", name="optimizer").click()
    assert violations(quiet_page) == []
    quiet_page.keyboard.press("Escape")
    group = quiet_page.get_by_role("treegrid", name="Groups of runs").get_by_role("row", name="adam")
    expect(group).to_contain_text(str(RUNS // 2))
    quiet_page.set_viewport_size({"width": 1440, "height": 900})
    quiet_page.get_by_role("tab", name="Charts").click()
    expect(quiet_page.get_by_role("separator")).to_be_visible()
    expect(group.get_by_role("gridcell")).to_have_count(2)
    boxes = [cell.bounding_box() for cell in group.get_by_role("gridcell").all()]
    edge = quiet_page.get_by_role("treegrid").bounding_box()
    assert edge is not None and all(box is not None for box in boxes)
    ends = [(box["x"], box["x"] + box["width"]) for box in boxes if box is not None]
    assert all(before[1] <= after[0] + 1 for before, after in pairwise(ends)), ends
    assert ends[-1][1] <= edge["x"] + edge["width"] + 1


def test_rows_stay_readable_while_others_are_on_their_way(quiet_page: Page) -> None:
    quiet_page.goto(TABLE)
    grid = quiet_page.get_by_role("grid", name="Runs")
    expect(rows(quiet_page).first).to_contain_text("sweep-039")
    held: list[Route] = []
    quiet_page.route("**/runs/search", lambda route: held.append(route))
    quiet_page.get_by_role("columnheader").filter(has_text="metrics/val/loss").get_by_role("button").first.click()
    expect(grid).to_have_attribute("aria-busy", "true")
    assert violations(quiet_page) == []
    held.pop().continue_()
    quiet_page.unroute("**/runs/search")
    expect(rows(quiet_page).first).to_contain_text(expected_order(-1)[0])
    expect(grid).to_have_attribute("aria-busy", "false")


def test_of_hundreds_of_columns_those_in_the_window_are_rendered(quiet_page: Page) -> None:
    columns = ",".join(f"params/p{number:03}:float" for number in range(200))
    quiet_page.goto(f"{TABLE}?cols=params/lr:float:pin,{columns}")
    grid = quiet_page.get_by_role("grid", name="Runs")
    expect(grid).to_have_attribute("aria-colcount", "203")
    expect(grid.get_by_role("columnheader").filter(has_text="p000")).to_be_visible()
    assert grid.get_by_role("columnheader").count() < 60
    grid.evaluate("grid => { grid.scrollLeft = grid.scrollWidth }")
    last = grid.get_by_role("columnheader").filter(has_text="p199")
    expect(last).to_be_in_viewport()
    expect(grid.get_by_role("columnheader").filter(has_text="p000")).to_have_count(0)
    expect(grid.get_by_role("columnheader").filter(has_text="lr")).to_be_in_viewport()
    cell = rows(quiet_page).first.locator('[role=gridcell][aria-colindex="203"]')
    head, body = last.bounding_box(), cell.bounding_box()
    assert head and body and abs(head["x"] - body["x"]) < 1, "cells stand under their headings"


def test_a_run_is_edited_from_its_row(server: ServerProcess, quiet_page: Page) -> None:
    write_run(server.url, "default/edited", SeededRun("old name"))
    quiet_page.goto("/p/default/edited")
    expect(quiet_page.get_by_text("old name")).to_be_visible()
    quiet_page.get_by_role("grid").focus()
    quiet_page.keyboard.press("Home")
    quiet_page.keyboard.press("e")
    dialog = quiet_page.get_by_role("dialog", name="Edit old name")
    expect(dialog.get_by_label("Name")).to_be_focused()
    dialog.get_by_label("Name").fill("new name ✓")
    dialog.get_by_role("combobox", name="Tags").fill("best")
    quiet_page.keyboard.press("Enter")
    dialog.get_by_label("Description").fill("Much better")
    dialog.get_by_role("button", name="Save").click()
    expect(rows(quiet_page).first).to_contain_text("new name ✓")
    expect(rows(quiet_page).first).to_contain_text("best")
    quiet_page.get_by_role("button", name="Undo").click()
    expect(rows(quiet_page).first).to_contain_text("old name")
    expect(rows(quiet_page).first).not_to_contain_text("best")


def test_tags_and_a_description_are_written_in_their_cells(server: ServerProcess, quiet_page: Page) -> None:
    write_run(server.url, "default/written", SeededRun("a run"))
    quiet_page.goto("/p/default/written?cols=sys/tags:string_set,sys/description:string")
    row = rows(quiet_page).first
    row.hover()
    row.get_by_role("button", name="Edit the tags of a run").click()
    tags = quiet_page.get_by_role("combobox", name="Tags of a run")
    expect(tags).to_be_focused()
    tags.fill("größer")
    quiet_page.keyboard.press("Enter")
    expect(tags).to_have_value("")
    assert violations(quiet_page) == []
    quiet_page.keyboard.press("Enter")
    expect(row.get_by_role("button", name="größer")).to_be_visible()
    cell = row.get_by_role("gridcell").nth(3)
    for text, key in (("kept", "Enter"), ("not kept", "Escape")):
        cell.dblclick()
        quiet_page.get_by_role("textbox", name="Description of a run").fill(text)
        quiet_page.keyboard.press(key)
        expect(quiet_page.get_by_role("textbox", name="Description of a run")).to_have_count(0)
        expect(cell).to_contain_text("kept")
    expect(cell).not_to_contain_text("not kept")
    expect(quiet_page.get_by_role("grid", name="Runs")).to_be_focused()


def test_a_lost_server_is_told_and_the_page_goes_on_by_itself(page: Page) -> None:
    page.goto(TABLE)
    expect(page.get_by_text("sweep-039")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_label("Search runs by name").fill("params/optimizer = adam")
    page.keyboard.press("Enter")
    told = page.get_by_text("The server does not answer", exact=False)
    expect(told.first).to_be_visible()
    page.context.set_offline(False)
    expect(told).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="drawn")).to_have_text("5 of 20 runs drawn")
