"""Addresses of the office's own pages."""

from __future__ import annotations

from django.urls import path

from bulou.desk import searching
from bulou.desk.pages import (
    asides,
    doubles,
    figures,
    homes,
    household,
    mending,
    missed,
    people,
    person,
    places,
    responsible,
    rules,
    today,
    units,
    unposted,
)

urlpatterns = [
    path("", today.today, name="today"),
    path("search/", searching.search, name="search"),
    path("people/", people.people, name="people"),
    path("people/doubles/", doubles.page, name="doubles"),
    path("people/doubles/decide/", doubles.decide, name="doubles-decide"),
    path("people/doubles/look/", doubles.look, name="doubles-look"),
    path("people/<uuid:pk>/", person.page, name="person"),
    path("people/<uuid:pk>/reveal/", person.reveal, name="person-reveal"),
    path("people/<uuid:pk>/correct/", mending.correct, name="person-correct"),
    path("people/<uuid:pk>/merge/<uuid:other>/", mending.merge, name="person-merge"),
    path("people/<uuid:pk>/unmerge/", mending.unmerge, name="person-unmerge"),
    path("people/<uuid:pk>/records/<uuid:record>/correct/", mending.correct_record, name="record-correct"),
    path("people/<uuid:pk>/responsible/", responsible.entrust, name="person-entrust"),
    path("households/", homes.page, name="households"),
    path("households/<uuid:pk>/", household.page, name="household"),
    path("households/<uuid:pk>/reveal/", household.reveal, name="household-reveal"),
    path("households/<uuid:pk>/responsible/", responsible.entrust_household, name="household-entrust"),
    path("responsible/", responsible.page, name="responsible"),
    path("responsible/hand-over/", responsible.hand_over, name="responsible-hand-over"),
    path("units/", units.page, name="units"),
    path("units/new/", units.new, name="units-new"),
    path("units/<uuid:pk>/liaison/", units.liaison, name="unit-liaison"),
    path("staff/unposted/", unposted.page, name="unposted"),
    path("places/", places.mine, name="places"),
    path("places/<str:code>/", places.page, name="place"),
    path("places/<str:code>/responsible/", responsible.entrust_place, name="place-entrust"),
    path("places/<str:code>/<slug:what>/", places.change, name="place-change"),
    path("figures/", figures.index, name="figures"),
    path("figures/<str:name>/rows/", figures.rows, name="figure-rows"),
    path("missed/", missed.page, name="missed"),
    path("asides/", asides.page, name="asides"),
    path("asides/<uuid:pk>/", asides.one, name="aside"),
    path("rules/", rules.index, name="rules"),
    path("rules/order/", rules.order, name="rules-order"),
    path("rules/orders/<uuid:pk>/", rules.one_order, name="rules-one-order"),
    path("rules/<str:key>/", rules.rule, name="rule"),
]
