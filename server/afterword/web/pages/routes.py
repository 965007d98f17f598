"""Pages for readers, as lines of the table of routes."""

from __future__ import annotations

from starlette.routing import Route

from afterword.web.pages import (
    by_mail,
    demo,
    demo_looks,
    own_comment,
    quiet,
    sign_in,
    subscribe,
    thread,
    unsubscribe,
)
from afterword.web.pages.me_routes import OWN_PAGE_ROUTES
from afterword.web.pages.permalink import permalink
from afterword.web.static_files import static_file

PAGE_ROUTES = [
    Route("/thread", thread.show, methods=["GET"], name="thread_page"),
    Route("/thread", thread.post, methods=["POST"], name="thread_post"),
    Route("/thread/edit", own_comment.edit, methods=["POST"], name="thread_edit"),
    Route("/thread/delete", own_comment.delete, methods=["POST"], name="thread_delete"),
    Route("/c/{id}", permalink, methods=["GET"], name="permalink"),
    *by_mail.ROUTES,
    *quiet.ROUTES,
    Route("/subscribe/{token}", subscribe.show, methods=["GET"], name="wishes"),
    Route("/subscribe/{token}", subscribe.answer, methods=["POST"], name="confirm_wishes"),
    Route("/unsubscribe/{token}", unsubscribe.show, methods=["GET"], name="mails"),
    Route("/unsubscribe/{token}", unsubscribe.end, methods=["POST"], name="unsubscribe"),
    *OWN_PAGE_ROUTES,
    Route("/sign-in/callback", sign_in.callback, methods=["GET"], name="sign_in_callback"),
    Route("/sign-in/{id}", sign_in.begin, methods=["GET"], name="sign_in_begin"),
    Route("/static/{name}", static_file, methods=["GET"], name="static"),
]

DEMO_ROUTES = [
    Route("/", demo.show_note, methods=["GET"], name="demo"),
    Route("/notes", demo.show_list, methods=["GET"], name="demo_notes"),
    Route("/notes/{name}", demo.show_note, methods=["GET"], name="demo_note"),
    Route("/looks", demo_looks.show_looks, methods=["GET"], name="demo_looks"),
    Route("/looks/{name}", demo_looks.show_look, methods=["GET"], name="demo_look"),
]
