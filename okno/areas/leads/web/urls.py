"""Addresses of enquiries."""

from django.urls import path

from okno.areas.leads.web import distribution, intake, pages, queues, reports, sources

urlpatterns = [
    path("leads/", pages.LeadList.as_view(), name="leads"),
    path("leads/new/", pages.ReceiveLead.as_view()),
    path("leads/intake/", intake.Intake.as_view()),
    path("leads/reports/", reports.Reports.as_view()),
    path("leads/who/", pages.Who.as_view()),
    path("leads/<int:id>/", pages.LeadCard.as_view(), name="lead"),
    path("leads/<int:id>/take/", pages.TakeLead.as_view()),
    path("leads/<int:id>/give/", pages.GiveLead.as_view()),
    path("leads/<int:id>/return/", pages.ReturnLead.as_view()),
    path("leads/<int:id>/postpone/", pages.PostponeLead.as_view()),
    path("leads/<int:id>/reject/", pages.RejectLead.as_view()),
    path("leads/<int:id>/spam/", pages.SpamLead.as_view()),
    path("leads/<int:id>/link/", pages.LinkLead.as_view()),
    path("leads/<int:id>/client/", pages.MakeClient.as_view()),
    path("leads/<int:id>/reopen/", pages.ReopenLead.as_view()),
    path("leads/<int:id>/convert/", pages.ConvertLead.as_view()),
    path("settings/queues/", queues.Queues.as_view()),
    path("settings/queues/new/", queues.AddQueue.as_view()),
    path("settings/queues/<int:id>/", queues.ChangeQueue.as_view()),
    path("settings/queues/<int:id>/people/<int:user>/", queues.ChangeMember.as_view()),
    path("settings/sources/new/", sources.AddSource.as_view()),
    path("settings/sources/<int:id>/", sources.ChangeSource.as_view()),
    path("settings/distribution/", distribution.Rules.as_view()),
    path("settings/distribution/new/", distribution.AddRule.as_view()),
    path("settings/distribution/<int:id>/", distribution.ChangeRule.as_view()),
    path("settings/distribution/<int:id>/drop/", distribution.DropRule.as_view()),
    path("settings/campaigns/", sources.Campaigns.as_view()),
    path("settings/campaigns/<int:id>/", sources.MatchCampaign.as_view()),
    path("settings/rejections/", queues.RejectReasons.as_view()),
]
