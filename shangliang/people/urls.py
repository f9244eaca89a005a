"""Addresses of offices."""

from django.urls import path

from shangliang.people import views

urlpatterns = [
    path("desk/rooms/<str:no>/offices", views.offices, name="room_offices"),
    path("desk/rooms/<str:no>/offices/<int:pk>/end", views.end, name="office_end"),
]
