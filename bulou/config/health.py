"""`/healthz`: can this house read and write just now?"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from bulou.lib import sql

_KEY = "healthz"  # a row of the session table that is nobody's session and has always run out


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when a row can be written and read back, else 503; asks for no session and no account."""
    try:
        moment = sql.moment(datetime(2000, 1, 1, tzinfo=UTC))
        sql.run(
            "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, '', %s) "
            "ON CONFLICT (session_key) DO UPDATE SET expire_date = excluded.expire_date",
            [_KEY, moment],
        )
        found = sql.rows("SELECT 1 FROM django_session WHERE session_key = %s", [_KEY])
    except DatabaseError as error:
        connection.close()
        return HttpResponse(f"cannot read and write: {type(error).__name__}\n", "text/plain", 503)
    return HttpResponse("ok\n" if found else "lost a row\n", "text/plain", 200 if found else 503)
