"""Addresses of rooms on the desk."""

from django.urls import path

from shangliang.places import views

urlpatterns = [
    path("desk/rooms", views.rooms, name="desk_rooms"),
    path("desk/rooms/new", views.new, name="room_new"),
    path("desk/rooms/<str:no>", views.keep, name="room_keep"),
    path("desk/rooms/<str:no>/do/<slug:name>", views.move, name="room_move"),
]
