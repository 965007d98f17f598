"""XML is read piece by piece, and what would harm is refused at once, whatever the format."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterword.formats import blogger, disqus, wordpress
from afterword.formats.opening import MalformedFile, open_import
from afterword.formats.xml_stream import MAX_TEXT, Element, Shape, elements

SHAPES = [disqus.SHAPE, wordpress.SHAPE, blogger.SHAPE]
SHAPE = Shape(
    "a list",
    "list",
    {"list/item": frozenset({"a", "b/c", "m:d"}), "list/item/note": frozenset({"by"})},
    (("urn:mine/", "m:"),),
)


def read(path: Path, written: bytes, shape: Shape = SHAPE) -> list[Element]:
    path.write_bytes(written)
    with open_import(path) as opened:
        return list(elements(opened, shape))


def test_what_is_wanted_is_read_and_nothing_else(tmp_path: Path) -> None:
    item, second = read(
        tmp_path / "file",
        b"""<list xmlns:n="urn:mine/2" xmlns:o="urn:other"><item
            n="1"><a> one </a><b><c x="2" n:y="3"/><c x="4">two</c></b><n:d>three</n:d>
            <o:d>not</o:d><e>not</e></item><else><a>not</a></else><item/></list>""",
    )
    assert (item.path, item.line, item.attributes) == ("list/item", 1, {"n": "1"})
    assert item.texts == {"a": "one", "b/c": "two", "m:d": "three"}
    assert item.parts == [("b/c", {"x": "2", "m:y": "3"}), ("b/c", {"x": "4"})]
    assert item.attribute("b/c", "x") == "2"
    assert (item.attribute("b/c", "z"), item.text("z")) == ("", "")
    assert (second.line, second.texts) == (3, {})


def test_an_element_in_another_knows_what_came_before(tmp_path: Path) -> None:
    note, item = read(
        tmp_path / "file",
        b"<list><item><a>1</a><note><by>M</by></note><b><c>2</c></b></item></list>",
    )
    assert note.outer is item
    assert (note.texts, item.texts) == ({"by": "M"}, {"a": "1", "b/c": "2"})


def test_what_nobody_wants_may_be_long_and_what_is_wanted_is_left_out(tmp_path: Path) -> None:
    long = b"x" * (MAX_TEXT + 1)
    unwanted, wanted = read(
        tmp_path / "file",
        b"<list><item><e>%b</e><a>1</a></item><item><a>%b</a></item></list>" % (long, long),
    )
    assert (unwanted.too_long, unwanted.text("a")) == (None, "1")
    assert (wanted.too_long, wanted.text("a")) == ("a", "")


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.title)
@pytest.mark.parametrize(
    "name",
    [
        *("xmlbomb.xml", "xmlbomb2.xml", "quadratic.xml", "cyclic.xml"),
        *("dtd.xml", "external.xml", "external_file.xml"),
    ],
)
def test_a_document_type_is_refused_at_once(corpora: Path, shape: Shape, name: str) -> None:
    with (
        open_import(corpora / "xml" / name) as opened,
        pytest.raises(MalformedFile, match="document type") as refused,
    ):
        list(elements(opened, shape))
    assert (refused.value.line or 0) < 5


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.title)
@pytest.mark.parametrize("name", ["simple.xml", "simple-ns.xml"])
def test_xml_of_something_else_is_refused(corpora: Path, shape: Shape, name: str) -> None:
    with (
        open_import(corpora / "xml" / name) as opened,
        pytest.raises(MalformedFile, match=f"not {shape.title}"),
    ):
        list(elements(opened, shape))


@pytest.mark.parametrize(
    ("written", "said", "place"),
    [
        (b"", "no element found", (1, 1)),
        (b"<list><item></list>", "mismatched tag", (1, 15)),
        (b"<list>\n<item>a\x0bb</item></list>", r"U\+000B stands here.*tr -d", (2, 8)),
        (b"<list><item>\xff</item></list>", "no text in its encoding", (1, 13)),
        (b"<list>&lol;</list>", "undefined entity", (1, 7)),
        (b"<list>&#11;</list>", "invalid character number", (1, 7)),
        (b'<?xml version="1.0" encoding="gb2312"?><list/>', "no XML that can be read", (1, 31)),
        (b'<?xml version="1.0" encoding="nonsense"?><list/>', "unknown encoding", (1, 31)),
        (b"<list>" + b"<a>" * 200, "nested too deeply", None),
        (b"<list><!--" + b"x" * 2_000_000, "tag or remark is longer", None),
        (b"<list><a b='" + b"x" * 2_000_000, "tag or remark is longer", None),
        (b"<list><" + b"x" * 2_000 + b"/></list>", "name of an element is longer", None),
        (b"<list>" + b"".join(b"<a%d/>" % n for n in range(3_000)), "different elements", None),
        (b"<list>" + b"".join(b"<a xmlns:n%d='n'/>" % n for n in range(3_000)), "different", None),
        (b"<list><item>" + b"<a b='%b'/>" % (b"x" * 9_000) * 200, "holds too many", None),
    ],
)  # fmt: skip
def test_what_would_harm_or_is_none_is_refused_with_its_place(
    tmp_path: Path, written: bytes, said: str, place: tuple[int, int] | None
) -> None:
    with pytest.raises(MalformedFile, match=said) as refused:
        read(tmp_path / "file", written)
    assert place in (None, (refused.value.line, refused.value.column))
