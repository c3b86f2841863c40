"""Addresses of the door, of one's own account and of the staff pages."""

from __future__ import annotations

from django.urls import path

from bulou.core.staff.pages import entrance, first, many, own, people

app_name = "staff"
urlpatterns = [
    path("first/", first.first, name="first"),
    path("sign-in/", entrance.sign_in, name="sign-in"),
    path("sign-in/code/", entrance.code, name="code"),
    path("sign-in/demo/", entrance.demo, name="demo"),
    path("sign-in/invitation/", entrance.invitation, name="invitation"),
    path("sign-out/", entrance.sign_out, name="sign-out"),
    path("second-factor/", own.second_factor, name="second"),
    path("password/", own.password, name="password"),
    path("account/", own.account, name="account"),
    path("account/phone/", own.phone, name="own-phone"),
    path("account/tokens/", own.end_tokens, name="end-tokens"),
    path("staff/", people.staff_list, name="list"),
    path("staff/post/", own.choose_post, name="post"),
    path("staff/places/", people.place_options, name="places"),
    path("staff/units/", people.unit_options, name="units"),
    path("staff/new/", people.new_account, name="new"),
    path("staff/many/", many.page, name="many"),
    path("staff/invitations/", people.invitations, name="invitations"),
    path("staff/invitations/<int:pk>/end/", people.end_invitation, name="end-invitation"),
    path("staff/<int:pk>/", people.account_page, name="person"),
    path("staff/<int:pk>/<slug:what>/", people.act, name="act"),
]
