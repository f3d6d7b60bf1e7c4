"""Work behind the pages that went wrong: what failed or is stuck, why, and begun once more or given up."""
