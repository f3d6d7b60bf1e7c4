"""What the kit itself puts on the shelf: commands of views and files, and the long work of lists."""

from okno.kit import journal
from okno.kit.attachments import commands as attachments
from okno.kit.saved_views import commands as saved_views
from okno.kit.timeline import entries
from okno.kit.web.pages import bulk, export

__all__ = ["attachments", "bulk", "entries", "export", "journal", "saved_views"]
