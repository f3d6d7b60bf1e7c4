"""Addresses of the calendar."""

from django.urls import path

from okno.areas.calendar.web import pages, schedule, talks

urlpatterns = [
    path("tasks/", pages.MyTasks.as_view(), name="tasks"),
    path("tasks/all/", pages.TaskList.as_view()),
    path("tasks/new/", pages.NewTask.as_view()),
    path("tasks/held/", talks.NoteHeld.as_view()),
    path("tasks/<int:id>/", pages.TaskCard.as_view(), name="task"),
    path("tasks/<int:id>/finish/", pages.FinishTask.as_view()),
    path("tasks/<int:id>/cancel/", pages.CancelTask.as_view()),
    path("tasks/<int:id>/reschedule/", pages.RescheduleTask.as_view()),
    path("tasks/<int:id>/hand-over/", pages.HandOverTask.as_view()),
    path("settings/schedule/", schedule.Schedule.as_view()),
]
