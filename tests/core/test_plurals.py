from __future__ import annotations

import json
import subprocess

from afterword.core.plurals import category, is_of_one_number
from afterword.services.words_file import load_languages

NUMBERS = [*range(201), 211, 999, 1_000, 1_001, 10_011, 999_999, 1_000_000, 1_000_001, 3_000_000]
ASK = """
const [tags, numbers] = JSON.parse(process.argv[1])
const said = tags.map((tag) => [tag, numbers.map((n) => new Intl.PluralRules(tag).select(n))])
console.log(JSON.stringify(Object.fromEntries(said)))
"""


def test_every_language_counts_as_in_the_browser() -> None:
    tags = list(load_languages().texts)
    asked = json.dumps([tags, NUMBERS])
    done = subprocess.run(["node", "-e", ASK, asked], capture_output=True, text=True, check=True)
    for tag, forms in json.loads(done.stdout).items():
        ours = [category(tag, number) for number in NUMBERS]
        assert dict(zip(NUMBERS, ours, strict=True)) == dict(zip(NUMBERS, forms, strict=True)), tag


def test_a_form_of_one_number_alone_is_known() -> None:
    assert is_of_one_number("en", "one")
    assert is_of_one_number("ar", "two")
    assert not is_of_one_number("fr", "one")
    assert not is_of_one_number("ru", "one")
    assert not is_of_one_number("de", "other")
