"""Addresses of the review of what is to become public."""

from django.urls import path

from shangliang.desks import views

urlpatterns = [
    path("desk/undo/<int:pk>", views.undo, name="undo"),
    path("desk/review", views.review, name="desk_review"),
    path("desk/review/<str:kind>/<str:no>/<slug:what>", views.do, name="review_do"),
]
