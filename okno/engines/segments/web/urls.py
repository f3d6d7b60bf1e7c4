"""Addresses of segments."""

from django.urls import path

from okno.engines.segments.web import pages

urlpatterns = [
    path("segments/", pages.SegmentList.as_view(), name="segments"),
    path("segments/new/", pages.NewSegment.as_view()),
    path("segments/new/condition/", pages.NewByCondition.as_view()),
    path("segments/put/", pages.Put.as_view()),
    path("segments/from-import/<int:import_id>/", pages.FromImport.as_view()),
    path("segments/<int:id>/", pages.SegmentCard.as_view(), name="segment"),
    path("segments/<int:id>/condition/", pages.SetCondition.as_view()),
    path("segments/<int:id>/paste/", pages.Paste.as_view()),
    path("segments/<int:id>/combine/", pages.Combine.as_view()),
    path("segments/<int:id>/snapshot/", pages.Snapshot.as_view()),
    path("segments/<int:id>/recount/", pages.Recount.as_view()),
    path("segments/<int:id>/listen/", pages.Listen.as_view()),
    path("segments/<int:id>/unlisten/", pages.Unlisten.as_view()),
    path("segments/<int:id>/delete/", pages.Delete.as_view()),
    path("segments/<int:id>/drop/", pages.Drop.as_view()),
    path("segments/<int:id>/compare/", pages.Compare.as_view()),
]
