"""SQL text: names become numbers, lists become names."""

from __future__ import annotations

from afterword.storage.text import numbered, spread


def test_each_name_gets_one_number_however_often_it_stands_there() -> None:
    assert numbered("a = :b AND c = :d OR e = :b") == ("a = $1 AND c = $2 OR e = $1", ("b", "d"))


def test_strings_comments_quoted_names_and_casts_are_left_alone() -> None:
    sql = """SELECT ':x', 'it''s :x', ":x" -- :x\n, :y::bigint, '::z'"""
    assert numbered(sql) == (
        """SELECT ':x', 'it''s :x', ":x" -- :x\n, $1::bigint, '::z'""",
        ("y",),
    )


def test_a_list_becomes_a_power_of_two_of_names_filled_with_its_last_item() -> None:
    sql, values = spread("id IN (:ids) AND a = :ids_of", {"ids": [7, 8, 9], "ids_of": 1})
    assert sql == "id IN (:ids_0, :ids_1, :ids_2, :ids_3) AND a = :ids_of"
    assert values == {"ids_0": 7, "ids_1": 8, "ids_2": 9, "ids_3": 9, "ids_of": 1}


def test_an_empty_list_is_null_which_nothing_is_in() -> None:
    assert spread("id IN (:ids)", {"ids": []}) == ("id IN (NULL)", {})


def test_values_without_lists_pass_untouched() -> None:
    values = {"a": 1}
    assert spread("a = :a", values) == ("a = :a", values)
