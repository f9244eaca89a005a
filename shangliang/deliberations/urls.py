"""Addresses of deliberations."""

from django.urls import path

from shangliang.deliberations.views import desk, planning, public, records

urlpatterns = [
    path("d/<str:no>", public.deliberation, name="deliberation"),
    path("d/<str:no>/record.docx", public.document, name="public_record"),
    path("screen/<str:no>", desk.screen, name="screen"),
    path("calendar", public.calendar, name="calendar"),
    path("t/sign/<str:token>", public.sign, name="sign_record"),
    path("desk/any-time", records.talk, name="any_time"),
    path("desk/topics/<str:no>/talk", records.talk, name="topic_talk"),
    path("desk/topics/<str:no>/prepare", planning.new, name="topic_prepare"),
    path("desk/deliberations", desk.deliberations, name="desk_deliberations"),
    path("desk/deliberations.xlsx", desk.deliberations_sheet, name="desk_deliberations_sheet"),
    path("desk/deliberations/new", planning.new, name="deliberation_new"),
    path("desk/deliberations/<str:no>", desk.deliberation, name="desk_deliberation"),
    path("desk/deliberations/<str:no>/ask", desk.ask, name="deliberation_ask"),
    path("desk/deliberations/<str:no>/draw", desk.draw, name="deliberation_draw"),
    path("desk/deliberations/<str:no>/plan", planning.plan, name="deliberation_plan"),
    path("desk/deliberations/<str:no>/invite", planning.invite, name="deliberation_invite"),
    path("desk/deliberations/<str:no>/attendance", planning.attendance, name="deliberation_attendance"),
    path("desk/deliberations/<str:no>/told", planning.told, name="deliberation_tell"),
    path("desk/deliberations/<str:no>/letters", planning.letters, name="deliberation_letters"),
    path("desk/deliberations/<str:no>/record", records.record, name="deliberation_record"),
    path("desk/deliberations/<str:no>/record.docx", records.document, name="deliberation_document"),
    path("desk/deliberations/<str:no>/record/again", records.paper_again, name="deliberation_paper"),
    path("desk/deliberations/<str:no>/print", records.sheet, name="deliberation_print"),
    path("desk/deliberations/<str:no>/do/<slug:what>", desk.do, name="deliberation_do"),
    path("desk/deliberations/<str:no>/record/do/<slug:what>", desk.record_act, name="record_do"),
    path("desk/deliberations/<str:no>/signatures/<int:pk>.jpg", desk.signed_paper, name="signature_paper"),
    path("desk/deliberations/<str:no>/signatures/<int:pk>/<slug:what>", desk.signature, name="signature_do"),
]
