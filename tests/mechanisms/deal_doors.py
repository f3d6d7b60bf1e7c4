"""Pages and API of deals together."""

from tests.mechanisms import deal_api, deal_pages

urlpatterns = [*deal_pages.urlpatterns, *deal_api.urlpatterns]
