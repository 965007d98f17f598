"""What Artalk, Waline and Twikoo export: threads keep their shape, pages are found by each name of theirs."""

from __future__ import annotations

from afterword.core.model import Member, Site, Status
from afterword.core.page_key import PageClaim, identify
from afterword.services.context import Context
from afterword.storage import pages
from tests.services.builders import ORIGIN
from tests.services.importing.taking import all_comments, look_at, take
from tests.support.json_comments import array, artrans, twikoo, waline, waline_file


async def test_an_answer_to_a_deleted_answer_stays_in_its_thread(ctx: Context, site: Site) -> None:
    written = waline_file(waline(4, pid=3, rid=1), waline(2, pid=1, rid=1), waline(1))
    report, done = await take(ctx, site, written)
    assert (done.comments, report.comments) == (4, {"approved": 3, "removed": 1})
    found = {key.partition(":")[2]: each for key, each in (await all_comments(ctx, site)).items()}
    assert found["3"].status is Status.REMOVED
    assert found["4"].parent_id == found["3"].id
    assert found["3"].parent_id == found["2"].parent_id == found["1"].id
    assert {each.root_id for key, each in found.items() if key != "1"} == {found["1"].id}
    _, again = await take(ctx, site, written)
    assert again.comments == 0


async def test_what_only_the_other_widget_understood_is_put_into_words(
    ctx: Context, site: Site
) -> None:
    text = '[@Tom](#61): see <img class="wl-emoji" src="https://e.example/s.png" alt="smile">'
    await take(ctx, site, waline_file(waline(1, comment=text)))
    (comment,) = (await all_comments(ctx, site)).values()
    assert comment.tree == [["p", "@Tom: see :smile:"]]


async def test_a_page_named_by_a_word_is_found_by_its_thread_id(ctx: Context, site: Site) -> None:
    await take(ctx, site, array(twikoo(1, url="about", href=f"{ORIGIN}/me?x=1")))
    (comment,) = (await all_comments(ctx, site)).values()
    for claim in (PageClaim(f"{ORIGIN}/other", thread_id="about"), PageClaim(f"{ORIGIN}/me")):
        page = await pages.find(ctx.store, site.id, identify(claim, site).keys)
        assert page is not None and page.id == comment.page_id


async def test_pages_of_another_site_of_the_file_stay_away(ctx: Context, site: Site) -> None:
    other = artrans(2, site_name="Other", site_urls="https://other.example")
    report = await look_at(ctx, site, array(artrans(1, site_urls=ORIGIN), other))
    assert (report.pages, report.total) == (1, 1)
    assert any("other.example" in reason for reason in report.skipped.by_reason)


async def test_the_owner_of_twikoo_has_a_badge_where_it_is_given(
    ctx: Context, site: Site, owner: Member
) -> None:
    written = array(twikoo(1, master=True, mail=owner.email), twikoo(2))
    await take(ctx, site, written, staff=(owner.email,))
    found = await all_comments(ctx, site)
    assert [each.author.member_id for each in found.values()] == [owner.id, None]
