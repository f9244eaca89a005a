"""Addresses of outcomes and commitments."""

from django.urls import path

from shangliang.outcomes.views import commitments, desk, public

urlpatterns = [
    path("results", public.results, name="results"),
    path("results/photos/<str:no>", public.photo, name="reply_photo"),
    path("t/rate/<str:token>", public.rate, name="rate"),
    path("desk/outcomes", desk.outcomes, name="desk_outcomes"),
    path("desk/outcomes.xlsx", desk.outcomes_sheet, name="desk_outcomes_sheet"),
    path("desk/outcomes/<str:no>", desk.outcome, name="desk_outcome"),
    path("desk/outcomes/<str:no>/<slug:what>", desk.do, name="outcome_do"),
    path("desk/commitments", commitments.commitments, name="desk_commitments"),
    path("desk/late", commitments.late, name="desk_late"),
    path("desk/commitments.xlsx", commitments.commitments_sheet, name="desk_commitments_sheet"),
    path("desk/commitments/<str:no>", commitments.commitment, name="desk_commitment"),
    path("desk/commitments/<str:no>/photos/<int:pk>", commitments.photo, name="commitment_photo"),
    path("desk/commitments/<str:no>/<slug:what>", commitments.do, name="commitment_do"),
]
