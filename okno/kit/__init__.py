"""What every area is built with; knows no area."""
