"""Addresses of the catalogue."""

from django.urls import path

from okno.areas.catalog.web import pages, pricing

urlpatterns = [
    path("items/", pages.ItemList.as_view(), name="items"),
    path("items/new/", pages.AddItem.as_view()),
    path("items/<int:id>/", pages.ItemCard.as_view(), name="item"),
    path("items/<int:id>/bring-back/", pages.BringItemBack.as_view()),
    path("items/<int:id>/pictures/<int:picture>/", pages.Picture.as_view()),
    path("groups/", pages.GroupList.as_view()),
    path("groups/<int:id>/", pages.GroupItems.as_view()),
    path("price-types/", pages.PriceTypeList.as_view()),
    path("price-types/<int:id>/", pages.PriceTypeCard.as_view()),
    path("price-types/rules/", pricing.PriceRules.as_view()),
    path("price-types/<int:id>/whom/", pricing.Whom.as_view()),
    path("price-types/<int:id>/whom/drop/", pricing.DropWhom.as_view()),
    path("price-types/<int:id>/default/", pages.SetDefaultPriceType.as_view()),
    path("warehouses/", pages.WarehouseList.as_view()),
    path("warehouses/<int:id>/", pages.WarehouseCard.as_view()),
]
