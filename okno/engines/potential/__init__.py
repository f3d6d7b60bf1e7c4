"""The engine of potential: how much rows of any record could buy, by formulas over what is known of them."""
