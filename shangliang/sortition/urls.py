"""Addresses of draws."""

from django.urls import path

from shangliang.sortition.views import desk, pool, public

urlpatterns = [
    path("draws/<str:key>", public.draw, name="draw"),
    path("draws/<str:key>/screen", public.screen, name="draw_screen"),
    path("draws/<str:key>/now", public.now, name="draw_now"),
    path("draws/<str:key>/<int:number>/panels.csv", public.panels_csv, name="draw_panels"),
    path("draws/<str:key>/<int:number>/probabilities.csv", public.chances_csv, name="draw_chances"),
    path("t/draw/<str:token>", public.own, name="own_draw"),
    path("desk/draws/by-number/<str:no>", desk.by_number, name="draw_by_number"),
    path("desk/draws/<str:key>", desk.draw, name="desk_draw"),
    path("desk/draws/<str:key>/now", desk.now, name="desk_draw_now"),
    path("desk/draws/<str:key>/do/<slug:what>", desk.do, name="draw_do"),
    path("desk/draws/<str:key>/letters", desk.letters, name="draw_letters"),
    path("desk/draws/<str:key>/poster", desk.poster, name="draw_poster"),
    path("desk/draws/<str:key>/volunteers", pool.volunteers, name="draw_volunteers"),
    path("desk/draws/<str:key>/list", pool.take_list, name="draw_list"),
    path("desk/draws/<str:key>/again", pool.ask_again, name="draw_again"),
    path("desk/draws/<str:key>/volunteers/<int:number>", pool.kinds, name="draw_kinds"),
    path("desk/draws/<str:key>/volunteers/<int:number>/<slug:what>", pool.do, name="draw_volunteer_do"),
]
