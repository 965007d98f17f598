"""JSON of strangers: what is not exactly JSON is refused, and nothing of it is a failure of ours."""

from __future__ import annotations

import json
import time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.core import wire
from afterword.core.errors import Invalid, Malformed
from afterword.web.strict_json import parse, read_struct

NOT_JSON = {
    "empty": b"",
    "white space": b" \n\t",
    "byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "UTF-32": '{"a":1}'.encode("utf-32-le"),
    "Latin-1": '{"a":"é"}'.encode("latin-1"),
    "overlong UTF-8": b'{"a":"\xc0\xaf"}',
    "encoded surrogate": b'{"a":"\xed\xa0\x80"}',
    "cut UTF-8": b'{"a":"\xe2\x82"}',
    "lone high surrogate": rb'{"a":"\ud800"}',
    "lone low surrogate": rb'{"a":"\udc00"}',
    "surrogates the wrong way round": rb'{"a":"\udc00\ud800"}',
    "surrogate in a name": rb'{"\ud800":1}',
    "surrogate deep inside": rb'{"a":[{"b":"\udfff"}]}',
    "NUL escaped": rb'{"a":"\u0000"}',
    "NUL in a name": rb'{"\u0000":"a"}',
    "NUL raw": b'{"a":"\x00"}',
    "NUL after it": b"{}\x00",
    "line break in a text": b'{"a":"\n"}',
    "tab in a text": b'{"a":"\t"}',
    "NaN": b'{"a":NaN}',
    "nan": b'{"a":nan}',
    "Infinity": b'{"a":Infinity}',
    "-Infinity": b'{"a":-Infinity}',
    "1e400": b'{"a":1e400}',
    "-1e400": b'{"a":-1e400}',
    "5,000 digits": b'{"a":' + b"9" * 5000 + b"}",
    "21 digits": b'{"a":' + b"9" * 21 + b"}",
    "leading zero": b'{"a":01}',
    "plus sign": b'{"a":+1}',
    "hexadecimal": b'{"a":0x1}',
    "no digit after the point": b'{"a":1.}',
    "no digit before the point": b'{"a":.5}',
    "no exponent": b'{"a":1e}',
    "two signs": b'{"a":--1}',
    "underscores": b'{"a":1_000}',
    "Arabic digits": '{"a":١}'.encode(),
    "name twice": b'{"a":1,"a":2}',
    "name twice, once escaped": rb'{"a":1,"\u0061":2}',
    "name twice deep inside": b'{"a":[{"b":1,"b":1}]}',
    "trailing comma": b'{"a":1,}',
    "trailing comma in a list": b'{"a":[1,]}',
    "leading comma": b'{,"a":1}',
    "only a comma": b"{,}",
    "missing comma": b'{"a":1 "b":2}',
    "missing colon": b'{"a" 1}',
    "missing value": b'{"a":}',
    "single quotes": b"{'a':1}",
    "no quotes": b"{a:1}",
    "number as a name": b"{1:1}",
    "comment": b'{"a":1}// no',
    "comment inside": b'{"a":/* no */1}',
    "two values": b"{}{}",
    "closed twice": b"{}}",
    "not closed": b'{"a":1',
    "text not closed": b'{"a":"b',
    "ends in a backslash": b'{"a":"b\\',
    "unknown escape": rb'{"a":"\x41"}',
    "short escape": rb'{"a":"\u41"}',
    "escaped line break": b'{"a":"\\\n"}',
    "True": b'{"a":True}',
    "None": b'{"a":None}',
    "undefined": b'{"a":undefined}',
    "no-break space": b'{"a":\xc2\xa01}',
    "form feed": b'{"a":\x0c1}',
    "form data": b"a=1&b=2",
    "HTML": b"<!doctype html>",
    "33 lists": b'{"a":' + b"[" * 33 + b"]" * 33 + b"}",
    "100,000 lists": b"[" * 100_000,
    "20,000 objects": b'{"a":' * 20_000,
    "depth after many brackets in a text": b'{"b":"' + b"[" * 60 + b'","a":' + b"[" * 50_000,
}


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON.keys())
def test_what_is_not_json_is_refused_as_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse(body)


@pytest.mark.parametrize("body", [b"[]", b'"a"', b"1", b"null", b"true", b'[{"a":1}]'])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed, match="object"):
        read_struct(body, wire.Revise)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b' {"a" : [ 1 , -0 , 1.5e3, "\\u00e9\\ud83d\\ude00" ] }\r\n', [1, 0, 1500, "é😀"]),
        (b'{"a":2.0}', 2),
        (b'{"a":9223372036854775807}', 2**63 - 1),
        (b'{"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}', "[" * 42),
        (b'{"a":"\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}', '"' + "[" * 39),
        (b'{"a":' + b"[" * 31 + b"]" * 31 + b"}", json.loads("[" * 31 + "]" * 31)),
    ],
)
def test_what_is_json_is_read(body: bytes, value: Any) -> None:
    assert parse(body)["a"] == value


def test_unclosed_texts_full_of_quotes_take_no_time() -> None:
    begun = time.process_time()
    with pytest.raises(Malformed):
        parse(b"[" * 40 + b'"' + b'\\"' * 60_000 + b"\\")
    assert time.process_time() - begun < 0.5


@given(st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
       | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
       lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(
           exclude_characters="\0", exclude_categories=["Cs"])), inner), max_leaves=20))  # fmt: skip
def test_every_json_value_comes_back(value: Any) -> None:
    assert parse(json.dumps(value).encode()) == value
    assert parse(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        parse(body)
    except Malformed:
        return


class _Sample(msgspec.Struct, kw_only=True):
    text: str
    number: wire.Positive | None = None
    flag: bool = False


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"text": "text is missing."}),
        ({"text": None}, {"text": "text must be text."}),
        ({"text": 1}, {"text": "text must be text."}),
        ({"text": ["a"]}, {"text": "text must be text."}),
        ({"text": {"$ne": 1}}, {"text": "text must be text."}),
        ({"text": "a", "number": "1"}, {"number": "number must be a whole number or null."}),
        ({"text": "a", "number": 1.5}, {"number": "number must be a whole number or null."}),
        ({"text": "a", "number": True}, {"number": "number must be a whole number or null."}),
        ({"text": "a", "number": 0}, {"number": "number is out of range."}),
        ({"text": "a", "number": -1}, {"number": "number is out of range."}),
        ({"text": "a", "number": 2**63}, {"number": "number is out of range."}),
        ({"text": "a", "flag": 1}, {"flag": "flag must be true or false."}),
        (
            {"number": 0, "flag": "yes"},
            {
                "text": "text is missing.",
                "number": "number is out of range.",
                "flag": "flag must be true or false.",
            },
        ),
    ],
)
def test_every_wrong_field_is_named(body: dict[str, Any], wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        read_struct(json.dumps(body).encode(), _Sample)
    assert {each.field: each.message for each in refused.value.fields} == wrong


def test_a_whole_number_may_be_written_with_a_point_and_unknown_names_are_passed_over() -> None:
    read = read_struct(b'{"text":"a","number":2.0,"other":{"text":[]}}', _Sample)
    assert read == _Sample(text="a", number=2)
