"""Addresses of the kit's own pages: search, palette, pickers, files, long work, undo."""

from django.urls import path

from okno.kit.web import files, history_pages, job_pages, merging, picking, purging, search, undoing, why_page
from okno.kit.web.conditions import pages as conditions
from okno.kit.web.expressions import pages as expressions
from okno.kit.web.notices import urls as notices

urlpatterns = [
    path("expressions/<str:record>/", expressions.Tell.as_view()),
    path("conditions/<str:record>/", conditions.Edit.as_view()),
    path("search/", search.Search.as_view(), name="search"),
    path("palette/", search.Palette.as_view(), name="palette"),
    path("peek/", picking.Peek.as_view(), name="peek"),
    path("pick/<str:record>/", picking.Pick.as_view(), name="pick"),
    path("files/<int:id>/", files.File.as_view(), name="file"),
    path("jobs/", job_pages.Jobs.as_view(), name="jobs"),
    path("jobs/<int:id>/", job_pages.Job.as_view(), name="job"),
    path("merge/<str:record>/", merging.MergeRows.as_view(), name="merge"),
    path("merged/", merging.Merges.as_view(), name="merged"),
    path("merged/<int:id>/", merging.PartRows.as_view()),
    path("mark/<str:record>/<int:id>/", purging.MarkRow.as_view(), name="mark"),
    path("why/<str:record>/<int:id>/", why_page.Why.as_view(), name="why"),
    path("undo/<int:id>/", undoing.Undo.as_view(), name="undo"),
    path("history/<int:id>/", history_pages.History.as_view(), name="history"),
    *notices.urlpatterns,
]
