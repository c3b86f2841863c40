"""Pages that somebody names in a form or an address: one of this house's, or none."""

from __future__ import annotations

import pytest
from django.shortcuts import redirect
from django.test import RequestFactory

from bulou.lib import asked


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("/people/?q=a", "/people/?q=a"), ("http://testserver/people/", "http://testserver/people/"),
        ("", ""), ("nowhere", ""), ("!!", ""), ("//example.org", ""), ("https://example.org/", ""),
        ("javascript:alert(1)", ""), ("http:///", ""), ("\0", ""),
    ],
)  # fmt: skip
def test_only_a_page_of_this_house_is_one_to_go_to(text: str, page: str) -> None:
    found = asked.page(text, RequestFactory().get("/"))
    assert found == page
    assert redirect(found or "/").status_code == 302
