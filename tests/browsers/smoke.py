"""What every reader does, in Firefox and WebKit. Collected where it is named, by `make test-browsers`."""

from __future__ import annotations

from tests.support.embedded import STRICT_POLICY, Embedded
from tests.support.visit import Visit

_WATCH = """
<script nonce="R">
  window.violations = []
  document.addEventListener('securitypolicyviolation', (event) => {
    window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`)
  })
</script>
"""


def test_a_reader_reads_replies_and_edits_under_a_strict_policy(
    embedded: Embedded, visit: Visit
) -> None:
    first = embedded.post("The float was **cleaned** on the 4th.").json()["comment"]["id"]
    policy = STRICT_POLICY.replace("{server}", embedded.server.url)
    tag = embedded.tag.replace("<script", '<script nonce="R"')
    embedded.embed(headers={"Content-Security-Policy": policy}, tag=_WATCH + tag)

    visit.open(embedded.page_url)
    visit.sees("article", "Mira Osei", "The float was cleaned on the 4th.")
    visit.press("Reply to Mira Osei")
    visit.sees("button", "Post reply")
    visit.write("Comment *", "And the step went away?")
    visit.write("Name *", "Jonas Thiel")
    visit.press("Post reply")
    visit.sees("article", "Jonas Thiel", "And the step went away?")
    assert embedded.thread()["comments"][1]["parent_id"] == first

    visit.open(embedded.page_url)
    visit.press("Edit")
    visit.sees("button", "Save")
    visit.write("Comment *", "So the step went away.")
    visit.press("Save")
    visit.sees("article", "Jonas Thiel", "So the step went away.", "edited")
    assert embedded.thread()["comments"][1]["edited_at"]
    assert visit.run("return window.violations") == []
