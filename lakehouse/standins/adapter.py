"""A requests adapter that carries calls for a Salesforce address to a stand-in on this machine."""

from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter


class LocalAdapter(HTTPAdapter):
    """Mount it on https://<name>.my.salesforce.test/: the code that calls that address does not change."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base_url = base_url.rstrip("/")

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        address = urlsplit(request.url or "")
        request.url = f"{self._base_url}{address.path}" + (f"?{address.query}" if address.query else "")
        return super().send(request, *args, **kwargs)
