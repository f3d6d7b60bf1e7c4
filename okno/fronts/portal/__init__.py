"""What people outside see of Okno: public forms."""
