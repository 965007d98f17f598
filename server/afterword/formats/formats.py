"""Every format that is read, a line each; docs/importing.md says how to add one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from afterword.core.errors import Unsupported
from afterword.formats import (
    artrans,
    blogger,
    comentario,
    commento,
    csv_file,
    cusdis,
    disqus,
    giscus,
    isso,
    isso_json,
    native,
    remark42,
    twikoo,
    valine,
    waline,
    wordpress,
)
from afterword.formats.opening import Opened
from afterword.formats.record import Record
from afterword.formats.sqlite_file import Table, has_tables, is_sqlite


@dataclass(frozen=True, slots=True)
class Format:
    """How one kind of file is recognised and read."""

    name: str
    """For `--format`, and before the `:` of the origin keys of its comments."""
    title: str
    recognise: Callable[[bytes], bool]
    """Whether a file that begins with these bytes is one."""
    read: Callable[[Opened], Iterator[Record]]
    """Its records in the order of the file. Raises `MalformedFile` where it is broken."""
    tables: tuple[Table, ...] = ()
    """Of a database, those by which it is known where its beginning does not tell."""
    complete: bool = False
    """Whether pages without comments come along, and the places of removed ones that nothing answers."""


FORMATS = (
    Format(native.NAME, "an export of Afterword", native.recognise, native.read, complete=True),
    Format("disqus", "an export of Disqus (XML)", disqus.recognise, disqus.read),
    Format("wordpress", "an export of WordPress (WXR)", wordpress.recognise, wordpress.read),
    Format("blogger", "an export of Blogger (Atom)", blogger.recognise, blogger.read),
    Format("remark42", "a backup of Remark42", remark42.recognise, remark42.read),
    Format("commento", "an export of Commento (JSON)", commento.recognise, commento.read),
    Format("comentario", "an export of Comentario (JSON)", comentario.recognise, comentario.read),
    Format("giscus", "discussions of GitHub (JSON)", giscus.recognise, giscus.read),
    Format("artrans", "Artrans, as Artalk exports it (JSON)", artrans.recognise, artrans.read),
    Format("waline", "an export of Waline (JSON)", waline.recognise, waline.read),
    Format("valine", "Valine's comments from LeanCloud (JSON)", valine.recognise, valine.read),
    Format("twikoo", "an export of Twikoo (JSON)", twikoo.recognise, twikoo.read),
    Format("isso", "Isso's database (SQLite)", isso.recognise, isso.read, isso.TABLES),
    Format("isso-json", "Isso's generic format (JSON)", isso_json.recognise, isso_json.read),
    Format("cusdis", "Cusdis' database (SQLite)", cusdis.recognise, cusdis.read, cusdis.TABLES),
    Format("csv", "CSV with a header", csv_file.recognise, csv_file.read),
)
NAMES = tuple(each.name for each in FORMATS)


def format_of(opened: Opened, name: str | None = None) -> Format:
    """The format of this name, or the one that the file begins like; raises `Unsupported`.

    Of a database that does not begin like one, the tables are looked at; raises `MalformedFile` there.
    """
    for each in FORMATS:
        if each.name == name or (name is None and each.recognise(opened.head)):
            return each
    for each in FORMATS if name is None and is_sqlite(opened.head) else ():
        if each.tables and has_tables(opened, each.tables):
            return each
    known = "; ".join(each.title for each in FORMATS)
    raise Unsupported(f"The file is none that can be imported: {known}.")


def csv_format(said: Mapping[str, str]) -> Format:
    """CSV with columns of other names; what each holds is said by field."""
    (plain,) = (each for each in FORMATS if each.name == "csv")
    return replace(plain, read=partial(csv_file.read, said=said))
