"""What home puts on the shelf."""

from __future__ import annotations

from django.utils import timezone

from okno.fronts.home.commands import demo, desktop
from okno.kit.registry import registry


def fill_demo(*, size: str, tell: demo.Tell) -> list[str]:
    """Make the demo company as of now."""
    return demo.fill(size=size, tell=tell, at=timezone.now())


registry.add_demo(10, fill_demo)

__all__ = ["demo", "desktop"]
