"""Addresses of offices."""

from django.urls import path

from shangliang.people import views

urlpatterns = [
    path("desk/accounts", views.accounts, name="desk_accounts"),
    path("desk/accounts/<int:pk>/code", views.give_code, name="account_code"),
    path("desk/rooms/<str:no>/offices", views.offices, name="room_offices"),
    path("desk/rooms/<str:no>/offices/<int:pk>/end", views.end, name="office_end"),
]
