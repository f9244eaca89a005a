"""Addresses of what is said about the system."""

from django.urls import path

from shangliang.feedback.views import desk, public

urlpatterns = [
    path("feedback", public.say, name="feedback"),
    path("f/<str:key>", public.own, name="feedback_own"),
    path("f/<str:key>/print", public.sheet, name="feedback_print"),
    path("f/<str:key>/again", public.again, name="feedback_again"),
    path("desk/feedback", desk.listed, name="desk_feedback"),
    path("desk/feedback/new", desk.enter, name="feedback_enter"),
    path("desk/feedback/<str:no>", desk.one, name="desk_feedback_one"),
    path("desk/feedback/<str:no>/<slug:what>", desk.do, name="feedback_do"),
]
