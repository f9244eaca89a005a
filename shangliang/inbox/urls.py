"""Addresses of the inbox."""

from django.urls import path

from shangliang.inbox import views

urlpatterns = [
    path("desk/inbox", views.inbox, name="inbox"),
    path("desk/inbox/read", views.mark_read, name="inbox_read"),
]
