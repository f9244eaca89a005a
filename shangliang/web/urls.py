"""Addresses of the pages that combine apps."""

from django.urls import path

from shangliang.web.views import (
    closed_period,
    desk,
    figures,
    gallery,
    health,
    home,
    preferences,
    rulebook,
    slip,
    statements,
    topic,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("places/<str:code>", home.places, name="places"),
    path("r/<str:no>", home.room, name="room"),
    path("r/<str:no>/poster", home.poster, name="room_poster"),
    path("r/<str:no>/code.svg", home.code, name="room_code"),
    path("search", home.search, name="search"),
    path("topics/<str:no>", topic.topic, name="topic"),
    path("s", slip.find, name="slips"),
    path("s/", slip.find),
    path("s/<str:slip>", slip.slip, name="slip"),
    path("s/<str:slip>/files/<int:pk>", slip.file, name="slip_file"),
    path("s/<str:slip>/print", slip.sheet, name="slip_print"),
    path("s/<str:slip>/do/<slug:what>", slip.do, name="slip_do"),
    path("s/<str:slip>/rate/<str:no>", slip.rate, name="slip_rate"),
    path("s/<str:slip>/<str:key>", slip.key, name="slip_key"),
    path("rules", rulebook.rules, name="rules"),
    path("figures", figures.figures, name="figures"),
    path("figures/<str:name>", figures.figure, name="figure"),
    path("figures/closed/<str:code>/<str:period>", closed_period.closed_period, name="closed_period"),
    path("privacy", statements.privacy, name="privacy"),
    path("accessibility", statements.accessibility, name="accessibility"),
    path("desk", desk.desk, name="desk"),
    path("preferences", preferences.choose, name="preferences"),
    path("healthz", health.healthz, name="healthz"),
    path("healthz/all", health.everything, name="healthz_all"),
    path("gallery", gallery.show, name="gallery"),
    path("gallery/<slug:part>", gallery.show, name="gallery_part"),
]
