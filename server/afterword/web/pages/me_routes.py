"""A person's own page, as lines of the table of routes."""

from __future__ import annotations

from starlette.routing import Route

from afterword.web.pages import me, me_acts

OWN_PAGE_ROUTES = [
    Route("/me", me.show, methods=["GET"], name="own_page"),
    Route("/me", me.ask, methods=["POST"], name="ask_for_own_page"),
    Route("/me/open/{token}", me.look, methods=["GET"], name="own_page_link"),
    Route("/me/open/{token}", me.enter, methods=["POST"], name="open_own_page"),
    Route("/me/leave", me.leave, methods=["POST"], name="leave_own_page"),
    Route("/me/claim", me_acts.claim, methods=["POST"], name="claim_comments"),
    Route("/me/comments/{id}", me_acts.show_comment, methods=["GET"], name="own_comment"),
    Route("/me/comments/{id}", me_acts.edit, methods=["POST"], name="edit_own_comment"),
    Route("/me/comments/{id}/delete", me_acts.delete, methods=["POST"], name="delete_own_comment"),
    Route("/me/wishes/{id}/end", me_acts.end_wish, methods=["POST"], name="end_own_wish"),
    Route("/me/devices/end", me_acts.end_device, methods=["POST"], name="end_own_device"),
    Route("/me/copy", me_acts.copy, methods=["GET"], name="copy_of_data"),
    Route("/me/erase", me_acts.ask_to_erase, methods=["GET"], name="ask_to_erase"),
    Route("/me/erase", me_acts.erase, methods=["POST"], name="erase_everything"),
]
