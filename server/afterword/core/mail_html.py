"""The HTML part of a mail: the same blocks, all text escaped, no picture, nothing fetched, no tracking."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from afterword.core.language_tag import direction
from afterword.core.mail import Action, Paragraph, Quote, Small
from afterword.core.mail_text import quoted_lines
from afterword.core.text import one_line

if TYPE_CHECKING:
    from afterword.core.mail import Block, Mail

# Mail programs know less of CSS than browsers: no variables, no logical properties, no light-dark().
# Without any of it the mail still reads well, because its elements say what they are.
STYLE = """\
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 24px 16px; background: #f6f5f2; color: #1b1c19;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { display: block; max-width: 560px; margin: 0 auto; padding: 8px 20px; background: #ffffff;
  border: 1px solid #dfddd6; border-radius: 8px; overflow-wrap: anywhere; word-break: break-word; }
p { margin: 16px 0; }
blockquote { margin: 16px 0; padding: 1px 16px; background: #f6f5f2; border-radius: 6px; }
blockquote p { margin: 12px 0; }
.who { font-weight: 600; }
a { color: #0b5cad; }
.act { display: inline-block; padding: 10px 18px; background: #0b5cad; color: #ffffff;
  border-radius: 6px; font-weight: 600; text-decoration: none; }
.small { color: #5a5d56; font-size: 14px; }
hr { border: 0; border-top: 1px solid #dfddd6; margin: 24px 0 16px; }
@media (prefers-color-scheme: dark) {
  body, blockquote { background: #131417; color: #e9e7e2; }
  main { background: #1b1d21; border-color: #31343a; }
  a { color: #84bbf6; }
  .act { background: #84bbf6; color: #0d1722; }
  .small { color: #a6a69f; }
  hr { border-color: #31343a; }
}
"""


def html_of(mail: Mail) -> str:
    """The mail as a page of its own; what people wrote in it is text, whatever it looks like."""
    said = "\n".join(_html(block) for block in mail.blocks if not isinstance(block, Small))
    small = "\n".join(_html(block) for block in mail.blocks if isinstance(block, Small))
    return f"""\
<!doctype html>
<html lang="{escape(mail.lang)}" dir="{direction(mail.lang)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{_line(mail.subject)}</title>
<style>
{STYLE}</style>
</head>
<body>
<main>
{said}
{"<hr>" if small else ""}
{small}
</main>
</body>
</html>
"""


def _html(block: Block) -> str:
    match block:
        case Paragraph(text):
            return f'<p dir="auto">{_line(text)}</p>'
        case Quote(author, text):
            lines = "<br>\n".join(escape(line) for line in quoted_lines(text))
            who = f'<p class="who" dir="auto">{_line(author)}</p>'
            return f'<blockquote dir="auto">{who}\n<p dir="auto">{lines}</p></blockquote>'
        case Action(label, url):
            return f'<p><a class="act" href="{escape(url)}">{_line(label)}</a></p>'
        case Small(text, url):
            link = f'<br>\n<a href="{escape(url)}">{escape(_place(url))}</a>' if url else ""
            return f'<p class="small">{_line(text)}{link}</p>'


def _place(url: str) -> str:
    """Where a link leads, without what makes it secret and long."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}"


def _line(text: str) -> str:
    return escape(one_line(text))
