"""Addresses of polls."""

from django.urls import path

from shangliang.opinions.views import desk, join, wall

urlpatterns = [
    path("join", join.seat, name="seat"),
    path("join/<str:key>", join.join, name="join"),
    path("join/<str:key>/vote", join.vote, name="join_vote"),
    path("join/<str:key>/votes", join.votes, name="join_votes"),
    path("join/<str:key>/add", join.add, name="join_add"),
    path("join/<str:key>/map", join.opinion_map, name="join_map"),
    path("desk/polls/<str:key>", desk.poll, name="desk_poll"),
    path("desk/polls/<str:key>/do/<slug:what>", desk.do, name="poll_do"),
    path("desk/polls/<str:key>/seats", desk.seats, name="poll_seats"),
    path("desk/polls/<str:key>/votes.csv", desk.votes_csv, name="poll_votes"),
    path("desk/polls/<str:key>/map.json", desk.map_json, name="poll_map"),
    path("desk/polls/<str:key>/screen", wall.screen, name="poll_screen"),
    path("desk/polls/<str:key>/screen/now", wall.now, name="poll_screen_now"),
]
