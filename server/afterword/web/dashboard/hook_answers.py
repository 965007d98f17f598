"""What the answer to a test means, and what to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from afterword.delivery.webhook import Posted

BY_STATUS = {
    400: "It does not take what this template sends. Choose the template of the service that this leads to.",
    401: "It does not know the key or token in the address. Copy the address anew from the service.",
    403: "It does not let this server in. Look whether the key in the address is still good.",
    404: "There is nothing at this address. Copy it anew from the service.",
    405: "It takes another kind of request. Choose the template of the service that this leads to.",
    410: "It says that it is gone for good. Make a new one at the service, and give its address here.",
    413: "It takes no message of this size.",
    415: "It does not take what this template sends. Choose the template of the service that this leads to.",
    429: "It was asked too often. Messages are tried again later, by themselves.",
}


def explained(posted: Posted) -> str:
    """A sentence for whoever tries a webhook."""
    if posted.sent:
        return "It arrived."
    if posted.status is None:
        return "It did not arrive. Look whether the address is right, and whether the service runs."
    if 300 <= posted.status < 400:
        return "It leads elsewhere, and is not followed there. Give the address that it leads to."
    if posted.status >= 500:
        return "The service has trouble of its own. Messages are tried again later, by themselves."
    return BY_STATUS.get(posted.status, "The service refused it, and says why in its answer.")
