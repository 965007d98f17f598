"""The conversation under the demo's article: people and places are made up, the text is our own."""

from __future__ import annotations

from dataclasses import dataclass

TITLE = "What the river gauge told us"
STAFF = "Field notes"
"""The name of the site's staff, whose answer bears the badge."""


@dataclass(frozen=True, slots=True)
class Line:
    """One comment: who says what, how long ago, and under which earlier line."""

    key: str
    name: str
    minutes_ago: int
    body: str
    parent: str | None = None
    website: str | None = None
    staff: bool = False


THREAD = (
    Line(
        "weir",
        "Mira Osei",
        3 * 24 * 60 + 190,
        """\
I walked past the gauge on the morning you describe, and the board read 2.31 while your plot has 2.19. \
I first thought that I had misread it in the rain.

Then I looked at how the [stilling well](https://en.wikipedia.org/wiki/Stilling_well) is connected: the \
pipe enters just below the weir, where the water is drawn down when the flow is high. So the board and \
the sensor may both be right, about two different places twelve metres apart.

Do you still have the readings of the old float? It hung on the *upstream* side.""",
        website="https://mira.example/",
    ),
    Line(
        "weir-staff",
        STAFF,
        3 * 24 * 60 + 40,
        """\
Thank you, that is exactly it. We put a level on both sides this week:

- board, upstream of the weir: **2.28 m**
- sensor in the well: **2.17 m**

The float's paper rolls are in the parish hall, 1974 to 2003, and two volunteers are typing them in. The \
first ten years are in [the table beside this post](https://fieldnotes.example/gauge.csv), with a column \
that says on which side each number was read.""",
        parent="weir",
        staff=True,
    ),
    Line(
        "weir-jonas",
        "Jónas Þór",
        2 * 24 * 60 + 600,
        """\
For anybody who wants to correct the plot at home, this was enough for me:

```python
def upstream(well: float) -> float:
    return well + 0.11 if well > 1.8 else well
```

Below 1.8 m the two agree to a centimetre, so I left those alone.""",
        parent="weir-staff",
    ),
    Line(
        "weir-mira",
        "Mira Osei",
        2 * 24 * 60 + 310,
        "That also explains the step on 4 March. I had blamed the beavers.",
        parent="weir-jonas",
        website="https://mira.example/",
    ),
    Line(
        "bridge",
        "村上 結衣",
        2 * 24 * 60 + 95,
        """\
The second drawing is made from the footbridge, isn't it? There is a line of paint on the middle \
pier, about knee height, with a year beside it that I could never read.

If somebody goes there in summer with a ladder, I would gladly know which flood that was. \
昔の洪水の記録は、橋脚に残っていることが多いです。""",
    ),
    Line(
        "bridge-nadia",
        "نادية الخطيب",
        26 * 60,
        """\
It says **1928**. My grandmother kept the shop next to it, and told us that the bread was handed out \
of the upper window. 1928 was also the year of \
[the flood that the newspaper wrote about](https://archive.example/1928/11/weir).""",
        parent="bridge",
    ),
    Line(
        "thanks",
        "Tom Abernethy",
        5 * 60 + 20,
        """\
> A river does not rise, it arrives.

I have sent this sentence to three people today. Is there a feed for these notes?""",
    ),
)
