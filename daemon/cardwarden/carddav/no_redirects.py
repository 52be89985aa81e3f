"""Sessions that leave redirects to those who asked, and the body of one unread."""

from __future__ import annotations

import requests


class NoRedirects(requests.Session):
    """Follows no redirect.

    `allow_redirects=False` alone is not enough: requests reads a redirect's whole body before it gives it back, however
    long it is, also from a request that streams.
    """

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: it leads nowhere, as far as the session knows."""
