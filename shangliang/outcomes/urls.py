"""Addresses of outcomes and commitments."""

from django.urls import path

from shangliang.outcomes.views import commitments, desk, public

urlpatterns = [
    path("results", public.results, name="results"),
    path("results/files/<str:no>/<int:pk>", public.file, name="reply_file"),
    path("t/rate/<str:token>", public.rate, name="rate"),
    path("t/rate/<str:token>/files/<int:pk>", public.rate_file, name="rate_file"),
    path("desk/outcomes", desk.outcomes, name="desk_outcomes"),
    path("desk/outcomes.xlsx", desk.outcomes_sheet, name="desk_outcomes_sheet"),
    path("desk/outcomes/<str:no>", desk.outcome, name="desk_outcome"),
    path("desk/outcomes/<str:no>/<slug:what>", desk.do, name="outcome_do"),
    path("desk/commitments", commitments.commitments, name="desk_commitments"),
    path("desk/late", commitments.late, name="desk_late"),
    path("desk/commitments.xlsx", commitments.commitments_sheet, name="desk_commitments_sheet"),
    path("desk/commitments/<str:no>", commitments.commitment, name="desk_commitment"),
    path("desk/commitments/<str:no>/files/<int:pk>", commitments.file, name="commitment_file"),
    path("desk/commitments/<str:no>/papers/<int:pk>", commitments.paper, name="commitment_paper"),
    path(
        "desk/commitments/<str:no>/photos/<int:pk>", commitments.matter_photo, name="commitment_matter_photo"
    ),
    path("desk/commitments/<str:no>/<slug:what>", commitments.do, name="commitment_do"),
]
