"""The inbox of one exchange session: uploads put together from parts, archives checked and unpacked."""
