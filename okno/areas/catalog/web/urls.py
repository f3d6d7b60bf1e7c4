"""Addresses of the catalogue."""

from django.urls import path

from okno.areas.catalog.web import groups, pages, price_types, pricing

urlpatterns = [
    path("items/", pages.ItemList.as_view(), name="items"),
    path("items/new/", pages.AddItem.as_view()),
    path("items/<int:id>/", pages.ItemCard.as_view(), name="item"),
    path("items/<int:id>/bring-back/", pages.BringItemBack.as_view()),
    path("items/<int:id>/pictures/<int:picture>/", pages.Picture.as_view()),
    path("groups/", groups.GroupTree.as_view()),
    path("groups/list/", groups.GroupList.as_view()),
    path("groups/new/", groups.AddGroup.as_view()),
    path("groups/<int:id>/", groups.GroupItems.as_view()),
    path("groups/<int:id>/change/", groups.ChangeGroup.as_view()),
    path("offers/<int:id>/prices/", price_types.EditPrices.as_view()),
    path("price-types/", price_types.PriceTypeList.as_view()),
    path("price-types/new/", price_types.AddPriceType.as_view()),
    path("price-types/<int:id>/", price_types.PriceTypeCard.as_view()),
    path("price-types/rules/", pricing.PriceRules.as_view()),
    path("price-types/<int:id>/whom/", pricing.Whom.as_view()),
    path("price-types/<int:id>/whom/drop/", pricing.DropWhom.as_view()),
    path("price-types/<int:id>/default/", price_types.SetDefaultPriceType.as_view()),
    path("warehouses/", pages.WarehouseList.as_view()),
    path("warehouses/<int:id>/", pages.WarehouseCard.as_view()),
]
