"""Addresses of billing."""

from django.urls import path

from okno.areas.billing.web import pages

urlpatterns = [
    path("invoices/", pages.InvoiceList.as_view(), name="invoices"),
    path("payments/", pages.PaymentList.as_view(), name="payments"),
    path("invoices/new/", pages.DrawInvoice.as_view()),
    path("invoices/<int:id>/", pages.InvoiceCard.as_view(), name="invoice"),
    path("invoices/<int:id>/reprice/", pages.Reprice.as_view()),
    path("invoices/<int:id>/lines/", pages.EditLines.as_view()),
    path("invoices/<int:id>/head/", pages.EditHead.as_view()),
    path("invoices/<int:id>/send/", pages.SendInvoice.as_view()),
    path("invoices/<int:id>/pay/", pages.PayInvoice.as_view()),
    path("invoices/<int:id>/assign/", pages.AssignInvoice.as_view()),
    path("invoices/<int:id>/cancel/", pages.CancelInvoice.as_view()),
    path("invoices/<int:id>/reopen/", pages.ReopenInvoice.as_view()),
    path("invoices/<int:id>/pdf/", pages.PrintInvoice.as_view()),
]
