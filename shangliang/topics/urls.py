"""Addresses of submissions and topics."""

from django.urls import path

from shangliang.topics.views import mine, raising, say, slips, submissions, topics

urlpatterns = [
    path("say", say.say, name="say"),
    path("topics", topics.topics, name="topics"),
    path("desk/raise/<str:channel>", raising.raise_topic, name="raise"),
    path("desk/enter", raising.enter, name="enter"),
    path("desk/mine", mine.mine, name="mine"),
    path("desk/reported", mine.reported, name="reported"),
    path("desk/slips", slips.slips, name="desk_slips"),
    path("desk/slips/lost", slips.lost, name="desk_slips_lost"),
    path("desk/submissions", submissions.submissions, name="desk_submissions"),
    path("desk/submissions.xlsx", submissions.submissions_sheet, name="desk_submissions_sheet"),
    path("desk/submissions/bulk", submissions.bulk, name="submissions_bulk"),
    path("desk/submissions/<str:no>", submissions.submission, name="desk_submission"),
    path("desk/submissions/<str:no>/sound", submissions.sound, name="submission_sound"),
    path("desk/submissions/<str:no>/<slug:what>", submissions.do, name="submission_do"),
    path("desk/photos/<int:pk>", submissions.photo, name="submission_photo"),
    path("desk/topics", topics.desk_topics, name="desk_topics"),
    path("desk/topics.xlsx", topics.desk_topics_sheet, name="desk_topics_sheet"),
    path("desk/topics/<str:no>", topics.desk_topic, name="desk_topic"),
    path("desk/topics/<str:no>/<slug:what>", topics.do, name="topic_do"),
]
